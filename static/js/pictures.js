// Shows the picked pictures before they are sent; data-preview="#phone .picture" also puts the first one into those.
const paint = async (file, canvas) => {
  const picture = await createImageBitmap(file);
  const side = Math.min(picture.width, picture.height);
  canvas.width = canvas.height = 480;
  canvas.getContext("2d").drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, 480, 480);
  canvas.hidden = false;
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.accept.includes("image")) return;
  const files = [...input.files].filter((file) => file.type.startsWith("image/")).slice(0, 12);
  const strip = input.nextElementSibling?.matches(".picks") ? input.nextElementSibling : document.createElement("div");
  strip.className = "picks row tight";
  strip.replaceChildren(
    ...files.map((file) => {
      const canvas = Object.assign(document.createElement("canvas"), { className: "picked" });
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", file.name);
      paint(file, canvas).catch(() => canvas.remove());
      return canvas;
    }),
  );
  input.after(strip);
  for (const spot of files[0] && input.dataset.preview ? document.querySelectorAll(input.dataset.preview) : []) {
    const canvas = document.createElement("canvas");
    paint(files[0], canvas).then(() => (spot.classList.remove("none"), spot.replaceChildren(canvas)), () => {});
  }
});
