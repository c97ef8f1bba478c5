// The checkout reckons anew when another way of delivery is chosen or a plugin's question answered; the cart when a quantity changes.
const again = async (form) => {
  const parts = document.querySelectorAll("[data-mall-live]");
  parts.forEach((part) => part.classList.add("x-mall-busy"));
  const body = new FormData(form);
  body.set("act", "recalculate");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const fresh = page.querySelector(`[data-mall-live="${part.dataset.mallLive}"]`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
  } catch {
    const act = Object.assign(document.createElement("input"), { type: "hidden", name: "act", value: "recalculate" });
    form.append(act);
    form.submit();
  } finally {
    parts.forEach((part) => part.classList.remove("x-mall-busy"));
  }
};

// The cart: another number stands at once, and what follows from it as soon as the shop has answered. What the shop refuses
// stands beside its line; without a network the number goes back. Until then nothing is checked out.
const changed = new Map();
let waiting, isSending = false;
const cartParts = () => document.querySelectorAll("[data-mall-cart] .x-mall-bag, .dock .action");
const settled = () => cartParts().forEach((part) => part.classList.remove("x-mall-busy"));

const show = (page) => {
  const at = document.activeElement;
  const [line, step] = [at.closest("[data-mall-cart] li")?.id, at.dataset.step];
  for (const part of ["[data-mall-cart]", ".dock"]) document.querySelector(part).replaceWith(page.querySelector(part));
  document.querySelectorAll("[data-mall-many] input").forEach((input) => input.dispatchEvent(new Event("input", { bubbles: true })));
  const same = line && document.getElementById(line);
  (step ? same?.querySelector(`[data-step="${step}"]:enabled`) : at.id && document.getElementById(at.id))?.focus({ preventScroll: true });
};

const send = async () => {
  if (isSending || !changed.size) return;
  isSending = true;
  const [[form, body]] = changed;
  changed.delete(form);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (!answer.ok && answer.status !== 422) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!changed.size) show(page);
  } catch {
    form.reset();
    form.querySelector("input[name=quantity]").dispatchEvent(new Event("input", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: document.querySelector(".toasts").dataset.unsent, bad: true } }));
    if (!changed.size) settled();
  }
  isSending = false;
  send();
};

document.addEventListener("change", (event) => {
  const way = event.target.closest("[data-mall-way]");
  if (way) return again(way.form);
  if (event.target.closest("[data-mall-asks]")) return again(event.target.form);
  const many = event.target.closest("[data-mall-many]");
  if (!many) return;
  changed.set(many, new FormData(many));
  cartParts().forEach((part) => part.classList.add("x-mall-busy"));
  clearTimeout(waiting);
  waiting = setTimeout(send, 500);
});
