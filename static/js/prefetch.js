// The next page is on its way when the finger touches the link, not when it leaves it.
const seen = new Set();

const fetchSoon = (event) => {
  const link = event.target.closest?.("a[data-prefetch], .tabs a");
  if (!link || seen.has(link.href) || link.origin !== location.origin || navigator.connection?.saveData) return;
  seen.add(link.href);
  document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: link.href }));
};

document.addEventListener("touchstart", fetchSoon, { passive: true });
document.addEventListener("mouseover", fetchSoon, { passive: true });
