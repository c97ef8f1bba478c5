// data-preview-url: what is typed is sent there and comes back as it will look, into data-preview-into="#id".
let waiting;
document.addEventListener("input", (event) => {
  const { previewUrl, previewInto } = event.target.dataset ?? {};
  if (!previewUrl) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const body = new FormData();
    body.set(event.target.name, event.target.value);
    body.set("csrf_token", event.target.form.elements.csrf_token?.value ?? "");
    const answer = await fetch(previewUrl, { method: "POST", body }).catch(() => null);
    const spot = document.querySelector(previewInto);
    if (answer?.ok && spot) spot.innerHTML = await answer.text();
  }, 350);
});
