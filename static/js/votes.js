// form[data-quick]: the button answers at once, and tells the truth when the shop says no. It expects JSON {pressed, count} or {error};
// data-give and data-back are where it goes, by how it stands. Who is to sign in first is led there as without scripts.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-quick]")) return;
  event.preventDefault();
  if (form.dataset.waiting) return;
  form.dataset.waiting = "yes";
  const button = event.submitter ?? form.querySelector("button");
  const count = form.querySelector("[data-count]");
  const before = { pressed: button.getAttribute("aria-pressed") === "true", count: Number(count?.textContent) };
  const show = ({ pressed, count: number }) => {
    button.setAttribute("aria-pressed", pressed);
    if (count && Number.isFinite(number)) count.textContent = number;
  };
  show({ pressed: !before.pressed, count: before.count + (before.pressed ? -1 : 1) });
  try {
    const answer = await fetch((before.pressed ? form.dataset.back : form.dataset.give) ?? form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { Accept: "application/json" } });
    const isTold = answer.headers.get("content-type")?.includes("json");
    if (answer.redirected && !isTold) return form.submit();
    const said = isTold ? await answer.json() : {};
    if (!answer.ok) throw said.error ?? answer.statusText;
    if ("pressed" in said) show(said);
  } catch (reason) {
    show(before);
    const away = reason instanceof TypeError && document.querySelector(".toasts")?.dataset.unsent; // no network
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: away || String(reason.message ?? reason), bad: true } }));
  }
  delete form.dataset.waiting;
});
