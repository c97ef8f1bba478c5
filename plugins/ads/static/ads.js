// An ad is told as seen when half of it has stood in sight for a second; without scripts a dot in <noscript> tells it.
// As the page is left it says once how long each stood there, or that it was never come to: for reports, not for money.
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
for (const ad of document.querySelectorAll("[data-ads-seen]")) {
  ads.set(ad, { url: ad.dataset.adsSeen, since: 0, ms: 0 });
  eye.observe(ad);
  ad.addEventListener("pointerdown", () => tell(ad)); // whoever follows it has seen it
  ad.addEventListener("focusin", () => tell(ad));
}
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(false); });
addEventListener("pagehide", () => leave(true));
