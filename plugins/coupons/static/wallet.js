// My coupon: a fresh code every half minute, also without a network; and "used" as soon as the counter has confirmed.
import { STEP, base36, bytesOf, clock, macOf } from "./sign.js";
import { paint } from "./qr.js";

const card = document.querySelector("[data-coupons-claim]");
const spot = card.querySelector("[data-coupons-qr]");
const note = card.querySelector("[data-coupons-fresh]");

const turn = async (now, canvas) => {
  const step = Math.floor(now() / STEP);
  const text = `${card.dataset.stem}.${base36(step)}.${await macOf(bytesOf(card.dataset.key), step)}`;
  paint(canvas, text);
  canvas.dataset.text = text;
  setTimeout(turn, STEP - (now() % STEP) + 50, now, canvas);
};

const rotate = async () => {
  if (!crypto.subtle) return (note.textContent = note.dataset.stale);
  const canvas = document.createElement("canvas");
  const image = spot.querySelector("img");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", image.alt);
  await turn(clock(Number(card.dataset.clock), `coupons.clock.${location.pathname}`), canvas);
  image.replaceWith(canvas);
  note.textContent = note.dataset.fresh;
};

const ask = async () => {
  if (!document.hidden) {
    try {
      const answer = await fetch(card.dataset.ask, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
      const facts = await answer.json();
      card.dataset.state = facts.state;
      card.querySelector("[data-coupons-words]").textContent = facts.words;
      if (facts.state === "held") return setTimeout(ask, 4000);
      const sign = card.querySelector(".x-coupons-state use");
      if (facts.state === "used") sign.setAttribute("href", sign.getAttribute("href").replace("#clock", "#check"));
      return keep();
    } catch {
      // No network: the code goes on by itself.
    }
  }
  setTimeout(ask, 4000);
};

// The shop's worker keeps this page for the time without a network, and again when something has become of the coupon.
const keep = async () => {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept === location.href) card.dataset.kept = "yes";
  });
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  const own = files.filter((name) => name.startsWith(`${location.origin}/assets/`));
  (await navigator.serviceWorker.ready).active.postMessage({ page: location.href, files: own });
};

rotate();
setTimeout(ask, 4000);
keep();
