// Short news. Others say it with: document.dispatchEvent(new CustomEvent("toast", { detail: { text, bad } })).
const place = document.querySelector(".toasts");

const tend = (toast) => {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", place.dataset.close);
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.classList.contains("bad")) return;
  let timer = setTimeout(() => toast.remove(), 7000);
  const stay = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
};

place?.querySelectorAll(".toast").forEach(tend);

document.addEventListener("toast", ({ detail }) => {
  const toast = document.createElement("div");
  const words = document.createElement("span");
  toast.className = `toast ${detail.bad ? "bad" : "good"}`;
  words.textContent = detail.text;
  toast.append(words);
  tend(toast);
  place?.append(toast);
});
