// A page has empty places, the same for everybody. As the first of them comes near to somebody who really looks, one question
// fills them all: never a page that is prerendered, and never the copy that is shown without a network.
const places = [...document.querySelectorAll("[data-ads-fill]")];
const NEAR = "800px", WHILE = 600000;
const nothing = `ads-nothing ${location.pathname}`; // for ten minutes a page that got none leaves no room for any
const store = (act) => { try { return act(sessionStorage); } catch { return null; } };
const fill = async () => {
  const asked = [places[0].dataset.adsFill, ...places.slice(1).map((place) => place.dataset.adsFill.split("?")[1])].join("&");
  const answer = await fetch(asked).catch(() => null);
  const told = new DOMParser().parseFromString(answer?.status === 200 ? await answer.text() : "", "text/html");
  if (answer?.status === 204) store((kept) => kept.setItem(nothing, Date.now()));
  for (const place of places) {
    rows.set(place, told.querySelector(`[data-ads-for="${place.dataset.adsSlot}"]`));
    if (isAhead(place) || (rows.get(place) && place.offsetHeight)) settle(place);
    else away.observe(place);
  }
};

// What is in sight does not jump: a place takes its ad, or goes, while it is still ahead. Only on the first screen room was
// left for one; farther down it is made when something comes.
const rows = new Map();
const isAhead = (place) => place.getBoundingClientRect().top >= innerHeight;
const settle = (place) => {
  const row = rows.get(place);
  away.unobserve(place);
  if (!row) return place.remove();
  place.replaceChildren(row);
  row.querySelectorAll("[data-ads-seen]").forEach(watch);
};
const away = new IntersectionObserver((entries) => entries.forEach(({ target }) => isAhead(target) && settle(target)));
const begin = () => {
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      fill();
    },
    { rootMargin: NEAR },
  );
  for (const place of places) {
    place.classList.toggle("x-ads-later", isAhead(place));
    near.observe(place);
  }
};

// An ad is told as seen when half of it has stood in sight for a second. As the page is left it says once how long each stood
// there, or that it was never come to: for reports, not for money.
const ads = new Map(); // each with the address of its view, since when it is in sight, and for how long before that
const tell = (ad) => {
  if (!ad.dataset.adsSeen) return;
  new Image().src = ad.dataset.adsSeen;
  delete ad.dataset.adsSeen;
};
const rest = (look) => {
  clearTimeout(look.wait);
  if (look.since) look.ms += performance.now() - look.since;
  look.since = 0;
};
const eye = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const look = ads.get(target);
      if (!look) continue;
      rest(look);
      if (!isIntersecting) continue;
      look.since = performance.now();
      look.wait = setTimeout(() => tell(target), 1000);
    }
  },
  { threshold: 0.5 },
);
const leave = (all) => {
  const told = new URLSearchParams();
  let where;
  for (const [ad, look] of ads) {
    const isSeen = !ad.dataset.adsSeen;
    if (isSeen ? look.isTold : look.isPassed || !all) continue;
    rest(look);
    const [desk, token] = look.url.split("/seen/");
    where = `${desk}/left`;
    told.append("token", token.replace(/\.gif$/, ""));
    told.append("ms", isSeen ? Math.max(1, Math.round(look.ms)) : 0);
    look.isTold = isSeen;
    look.isPassed = !isSeen; // whoever comes back to the page may still see it
    if (isSeen) eye.unobserve(ad);
  }
  if (where) navigator.sendBeacon(where, told);
};
const watch = (ad) => {
  ads.set(ad, { url: ad.dataset.adsSeen, since: 0, ms: 0 });
  eye.observe(ad);
  ad.addEventListener("pointerdown", () => tell(ad)); // whoever follows it has seen it
  ad.addEventListener("focusin", () => tell(ad));
};
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(false); });
addEventListener("pagehide", () => leave(true));

const gotNone = Date.now() - Number(store((kept) => kept.getItem(nothing))) < WHILE;
if (gotNone || document.querySelector(".aged:not([hidden])")) for (const place of places) place.remove();
else if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
else if (places.length) begin();
