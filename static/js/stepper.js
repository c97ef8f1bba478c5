// Plus and minus beside a number that can also be typed.
const settle = (box) => {
  const input = box.querySelector("input");
  const value = Number(input.value);
  for (const button of box.querySelectorAll("[data-step]")) {
    const end = button.dataset.step < 0 ? input.min : input.max;
    button.disabled = input.disabled || (end !== "" && (button.dataset.step < 0 ? value <= end : value >= end));
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-stepper] [data-step]");
  if (!button) return;
  const box = button.closest("[data-stepper]");
  const input = box.querySelector("input");
  button.dataset.step < 0 ? input.stepDown() : input.stepUp();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-stepper]");
  if (box) settle(box);
});

document.querySelectorAll("[data-stepper]").forEach(settle);
