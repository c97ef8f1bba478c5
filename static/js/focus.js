// After a refused form the eye and the screen reader go to what is wrong; a folded question can be folded again.
document.querySelector("[data-focus]")?.focus();

document.addEventListener("click", (event) => {
  const fold = event.target.closest("[data-fold]")?.closest("details");
  if (!fold) return;
  fold.open = false;
  fold.querySelector("summary").focus();
});
