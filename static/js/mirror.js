// data-mirror="#id": what is typed appears in the phone beside the form.
document.addEventListener("input", (event) => {
  const spot = event.target.dataset?.mirror && document.querySelector(event.target.dataset.mirror);
  if (!spot) return;
  spot.dataset.before ??= spot.textContent;
  spot.textContent = (event.target.dataset.mirrorBefore ?? "") + event.target.value || spot.dataset.before;
});
