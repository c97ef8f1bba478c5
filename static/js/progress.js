// data-progress="url": how far the long work is; at its end the page goes on to what came of it.
const look = async (box) => {
  let wait = 1500;
  if (!document.hidden) {
    try {
      const state = await (await fetch(box.dataset.progress, { headers: { Accept: "application/json" } })).json();
      const bar = box.querySelector("progress");
      if (state.max) bar.max = state.max;
      if (state.value !== null) bar.value = state.value;
      if (state.text) box.querySelector("[data-text]").textContent = state.text;
      if (state.done) return state.location ? location.replace(state.location) : location.reload();
    } catch {
      wait = 6000;
    }
  }
  setTimeout(look, wait, box);
};

document.querySelectorAll("[data-progress]").forEach((box) => setTimeout(look, 800, box));
