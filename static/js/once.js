// A form is sent once, however often the button is pressed; coming back makes it usable again.
const open = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || "quick" in form.dataset || form.method !== "post" || form.target) return;
  if (form.dataset.sent) return event.preventDefault();
  if (!navigator.onLine) {
    const text = document.querySelector(".toasts")?.dataset.unsent;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad: true } }));
    return event.preventDefault();
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
});

addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(open));
