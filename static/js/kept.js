// The shop's worker keeps opened pages for the time without a network; it is told of the one that it did not see come.
const begin = async () => {
  await navigator.serviceWorker.register("/worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((each) => each.name);
  active.postMessage({ page: location.href, files: files.filter((name) => name.startsWith(`${location.origin}/assets/`)) });
};

if (navigator.serviceWorker && !navigator.serviceWorker.controller) {
  addEventListener("load", () => setTimeout(() => begin().catch(() => {}), 500), { once: true });
}

// Back in the network, an old page gives way to the present one, unless somebody is writing.
addEventListener("online", () => {
  if (document.querySelector(".aged:not([hidden])") && !document.activeElement?.matches("input, textarea, select")) location.reload();
});
