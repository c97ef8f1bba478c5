// Copy a link, or hand it to the phone's own share sheet where there is one.
const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));

const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text });
  (document.querySelector(":popover-open") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

if (navigator.share) document.querySelectorAll("[data-share]").forEach((button) => (button.hidden = false));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-share], [data-select]");
  if (!button) return;
  const { share, copy: text, title, said } = button.dataset;
  if (share !== undefined) navigator.share({ url: share, title }).catch(() => {});
  else if (text !== undefined) await copy(text).then(() => say(said), () => {});
  else button.select();
});
