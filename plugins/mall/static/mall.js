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

let waiting;
document.addEventListener("change", (event) => {
  const way = event.target.closest("[data-mall-way]");
  if (way) return again(way.form);
  if (event.target.closest("[data-mall-asks]")) return again(event.target.form);
  const many = event.target.closest("[data-mall-many]");
  if (!many) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => many.requestSubmit(), 500);
});
