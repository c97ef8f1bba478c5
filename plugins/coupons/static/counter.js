// The counter: scan with the camera, look, confirm without leaving the page; and go on when the network is away.
import { Eyes } from "./eyes.js";
import { STEP, base36, bytesOf, clock, hmac, macOf } from "./sign.js";

const desk = document.querySelector("[data-coupons-counter]");
const words = JSON.parse(desk.dataset.words);
const live = desk.querySelector("[data-coupons-live]");
const look = desk.querySelector("[data-coupons-look]");
const input = look.elements.code;
const waits = desk.querySelector("[data-coupons-waits]");
const QUEUE = `coupons.queue.${desk.dataset.merchant}`;
const store = Number(desk.dataset.store) || null;
const now = clock(Number(desk.dataset.clock), `coupons.clock.${location.pathname}`);
let kept = JSON.parse(desk.dataset.kept);

const queue = () => JSON.parse(localStorage.getItem(QUEUE) ?? "[]");
const say = (text, bad) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad } }));

const tell = () => {
  const many = queue().length;
  const parts = [];
  if (!navigator.onLine || desk.dataset.away) parts.push(words.offline);
  if (many) parts.push(words.waits.replace("{}", many));
  waits.hidden = !parts.length;
  waits.querySelector("span").textContent = parts.join(" ");
};

// What the shop's page says about this form, put into the page that is open. A page that is not ours means: sign in again.
const exchange = async (url, options) => {
  const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(6000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-coupons-live]");
  if (!fresh) return answer.redirected ? location.assign(answer.url) : location.reload();
  delete desk.dataset.away;
  const there = page.querySelector("[data-coupons-counter]").dataset;
  if (there.store !== desk.dataset.store) return location.reload(); // this phone went to another store
  kept = JSON.parse(there.kept);
  live.replaceChildren(...fresh.childNodes);
  live.querySelector("[autofocus], [data-focus]")?.focus();
  if (live.querySelector(".good")) input.value = "";
  tell();
};

const verdict = (good, title, small) => {
  const box = document.createElement("section");
  box.className = `x-coupons-verdict ${good ? "" : "bad"}`;
  box.setAttribute("role", good ? "status" : "alert");
  const head = Object.assign(document.createElement("h2"), { textContent: title });
  const more = Object.assign(document.createElement("p"), { textContent: small });
  box.append(head, more);
  live.replaceChildren(box);
  return box;
};

// Without a network this phone judges by its own keys; what it confirms comes in later.
const judge = async (text) => {
  const parts = text.toUpperCase().replace(/\s/g, "").split(".");
  if (parts[0] !== "TZ1" || parts.length !== 7) return verdict(false, words.typed, "");
  const [, code, number, hour, key, step, mac] = parts;
  const campaign = kept.campaigns[number];
  if (!campaign) return verdict(false, words.unknown, code);
  const coupon = await hmac(bytesOf(campaign.key), `${code}.${hour}`);
  const shown = parseInt(step, 36);
  if (campaign.number !== key || (await macOf(coupon, shown)) !== mac) return verdict(false, words.forged, code);
  const age = Math.floor(now() / STEP) - shown;
  if (age > 3 || age < -1) return verdict(false, words.old, code);
  if (parseInt(hour, 36) * 3600000 <= now()) return verdict(false, words.expired, campaign.title);
  if (campaign.elsewhere) return verdict(false, campaign.elsewhere, campaign.title);
  if (kept.used.includes(code) || queue().some((each) => each.code === code)) return verdict(false, words.used, campaign.title);
  const box = verdict(true, campaign.what, [campaign.title, campaign.more, words.good].filter(Boolean).join(" · "));
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button main wide", textContent: words.confirm });
  button.addEventListener("click", () => {
    localStorage.setItem(QUEUE, JSON.stringify([...queue(), { ref: crypto.randomUUID(), text, code, store }]));
    verdict(true, words.noted, campaign.title).classList.add("good");
    input.value = "";
    tell();
  });
  box.append(button);
  button.focus();
};

const away = async (text) => {
  desk.dataset.away = "yes";
  tell();
  await judge(text);
};

let busy = false;
const send = async () => {
  const rows = queue();
  if (!rows.length || busy) return;
  busy = true;
  try {
    const page = await fetch(desk.dataset.scope, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (page.redirected) return say(words.signed_out, true);
    const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrf_token]")?.value;
    const body = new FormData();
    body.set("csrf_token", token ?? "");
    body.set("scans", JSON.stringify(rows.slice(0, 100).map(({ ref, text, store }) => ({ ref, text, store }))));
    const answer = await fetch(desk.dataset.sync, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { outcome } = await answer.json();
    localStorage.setItem(QUEUE, JSON.stringify(queue().filter((each) => !(each.ref in outcome))));
    const bad = Object.values(outcome).filter((word) => word !== "good").length;
    const good = Object.keys(outcome).length - bad;
    if (good) say(words.came.replace("{}", good));
    if (bad) say(words.conflicts.replace("{}", bad), true);
    delete desk.dataset.away;
  } catch {
    desk.dataset.away = "yes"; // still no network
  } finally {
    busy = false;
    tell();
  }
};

look.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  exchange(`${look.action}?${new URLSearchParams({ code: text })}`).catch(() => away(text));
});

live.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-coupons-confirm]");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  const body = new FormData(form);
  exchange(form.action, { method: "POST", body }).catch(() => away(body.get("code")));
});

// The camera; where this browser cannot read codes by itself, eyes.js does.
const camera = desk.querySelector("[data-coupons-camera]");
const eye = desk.querySelector("[data-coupons-eye]");
let last = "";
const watch = async (detector, video) => {
  if (eye.hidden) return;
  const [found] = await detector.detect(video).catch(() => []);
  if (found && found.rawValue !== last) {
    last = found.rawValue;
    input.value = found.rawValue.slice(0, 120);
    navigator.vibrate?.(40);
    look.requestSubmit();
  }
  setTimeout(watch, 150, detector, video);
};

const reader = async () => {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  return known.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : new Eyes();
};

if (navigator.mediaDevices) {
  camera.hidden = false;
  camera.addEventListener("click", async () => {
    const video = eye.querySelector("video");
    if (!eye.hidden) {
      video.srcObject.getTracks().forEach((track) => track.stop());
      return (eye.hidden = true);
    }
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      eye.hidden = false;
      last = "";
      watch(await reader(), video);
    } catch {
      say(words.camera, true);
    }
  });
}

const keep = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(desk.dataset.worker, { scope: desk.dataset.scope });
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  const own = files.filter((name) => name.startsWith(`${location.origin}/assets/`));
  await (await caches.open("coupons")).addAll([desk.dataset.scope, ...new Set(own)]);
  desk.dataset.ready = "yes";
};

addEventListener("online", send);
addEventListener("offline", tell);
setInterval(send, 15000);
keep().catch(() => {});
tell();
send();
