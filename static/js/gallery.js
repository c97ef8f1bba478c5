// [data-swiped] beside a strip of pictures: which of them one sees, of how many.
for (const place of document.querySelectorAll("[data-swiped]")) {
  const strip = place.previousElementSibling;
  const pictures = [...strip.children];
  const eye = new IntersectionObserver(
    (entries) => {
      const seen = entries.find((entry) => entry.isIntersecting)?.target;
      if (seen) place.textContent = `${pictures.indexOf(seen) + 1} / ${pictures.length}`;
    },
    { root: strip, threshold: 0.6 },
  );
  pictures.forEach((picture) => eye.observe(picture));
}
