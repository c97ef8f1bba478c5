// data-preview-url on a field or a whole form: what is typed is sent there, and comes back as it will look into data-preview-into="#id".
let waiting, asked = 0;
document.addEventListener("input", (event) => {
  const from = event.target.closest?.("[data-preview-url]");
  if (!from) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const { previewUrl, previewInto } = from.dataset, turn = ++asked, body = new FormData(), form = from.form ?? from;
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && (from === form || [from.name, "csrf_token"].includes(name))) body.append(name, value);
    const answer = await fetch(previewUrl, { method: "POST", body }).catch(() => null);
    const spot = document.querySelector(previewInto), text = answer?.ok && (await answer.text());
    if (!spot || !text || turn !== asked) return;
    spot.innerHTML = text;
    for (const each of form.querySelectorAll("[data-preview]")) each.dispatchEvent(new Event("change", { bubbles: true }));
  }, 350);
});
