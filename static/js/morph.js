// The picture that was touched becomes the picture of the product page, and finds its way back.
let touched;
const named = (picture, name) => picture && (picture.style.viewTransitionName = name);

document.addEventListener("click", (event) => {
  touched = event.target.closest?.(".tile")?.querySelector(".picture");
});

addEventListener("pageswap", (event) => event.viewTransition && named(touched, "picture"));

addEventListener("pagereveal", async (event) => {
  const from = window.navigation?.activation?.from?.url;
  if (!event.viewTransition || !from || document.querySelector(".product .picture")) return;
  named(touched, "");
  const link = [...document.querySelectorAll(".tile a")].find((each) => each.href === from);
  const picture = link?.closest(".tile").querySelector(".picture");
  named(picture, "picture");
  await event.viewTransition.finished.catch(() => {});
  named(picture, "");
});
