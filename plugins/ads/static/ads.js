// An ad is told as seen when half of it has stood in sight for a second; without scripts a dot in <noscript> tells it.
const tell = (ad) => {
  if (!ad.dataset.adsSeen) return;
  new Image().src = ad.dataset.adsSeen;
  delete ad.dataset.adsSeen;
};
const waits = new Map();
const eye = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waits.get(target));
      if (isIntersecting) waits.set(target, setTimeout(() => { tell(target); eye.unobserve(target); }, 1000));
    }
  },
  { threshold: 0.5 },
);
for (const ad of document.querySelectorAll("[data-ads-seen]")) {
  eye.observe(ad);
  ad.addEventListener("pointerdown", () => tell(ad)); // whoever follows it has seen it
  ad.addEventListener("focusin", () => tell(ad));
}
