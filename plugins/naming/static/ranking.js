// The ballot: what one likes is moved above the line, by its buttons or by dragging its handle. The places stand in the form's
// own choices, which do without this script.
const list = document.querySelector("[data-naming-ranking]");
const line = list?.querySelector("[data-naming-line]");
const news = document.querySelector("[data-naming-news]");
const rows = () => [...list.querySelectorAll("[data-naming-row]")];
// So near to the top of the screen (twice as near to its foot) the page follows a dragged row, by so many pixels.
const EDGE = 88, STEP = 12;
const isRanked = (row) => Boolean(row.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING);

const settle = () => {
  for (const [at, row] of rows().entries()) {
    const place = isRanked(row) ? String(at + 1) : "";
    row.querySelector("select").value = place;
    row.querySelector("[data-naming-place]").textContent = place || "–";
    row.querySelector("[data-naming-up]").disabled = at === 0 && place;
    row.querySelector("[data-naming-down]").disabled = !place;
  }
};

const tell = (row) => {
  const { placed, left } = news.dataset;
  const place = row.querySelector("select").value;
  news.textContent = (place ? placed : left).replace("{text}", row.querySelector("b").textContent).replace("{place}", place);
};

const move = (row, put, button) => {
  put();
  settle();
  tell(row);
  const stay = button.disabled ? row.querySelector("[data-naming-up]:enabled, [data-naming-down]:enabled") : button;
  stay?.focus({ preventScroll: true });
};

list?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-naming-up], [data-naming-down]");
  const row = button?.closest("[data-naming-row]");
  if (!row) return;
  if ("namingDown" in button.dataset) move(row, () => row.nextElementSibling.after(row), button);
  else move(row, () => (isRanked(row) ? row.previousElementSibling : line).before(row), button);
});

// A finger on the handle takes the row along; what it passes makes room.
list?.addEventListener("pointerdown", (down) => {
  const row = down.target.closest("[data-naming-handle]")?.closest("[data-naming-row]");
  if (!row || down.button) return;
  down.preventDefault();
  row.setPointerCapture(down.pointerId);
  row.classList.add("x-naming-held");
  const follow = ({ clientY }) => {
    const others = [...list.children].filter((each) => each !== row);
    const after = others.find((each) => clientY < each.getBoundingClientRect().top + each.offsetHeight / 2);
    if (after !== (row.nextElementSibling ?? undefined)) after ? after.before(row) : list.append(row);
    settle();
    if (clientY < EDGE) scrollBy(0, -STEP);
    else if (clientY > innerHeight - 2 * EDGE) scrollBy(0, STEP);
  };
  const drop = () => {
    row.removeEventListener("pointermove", follow);
    row.classList.remove("x-naming-held");
    tell(row);
  };
  row.addEventListener("pointermove", follow);
  row.addEventListener("lostpointercapture", drop, { once: true });
});

if (list) settle();
