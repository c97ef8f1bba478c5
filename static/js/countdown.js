// The time that is left until something that really ends; without JavaScript the sentence names the hour.
const clocks = document.querySelectorAll("[data-countdown]");
const two = (number) => String(number).padStart(2, "0");

const tick = () => {
  for (const clock of clocks) {
    const left = Math.round((Date.parse(clock.dateTime) - Date.now()) / 1000);
    if (left > 172800) continue;
    const hours = Math.floor(left / 3600);
    const text = `${hours ? `${hours}:` : ""}${hours ? two(Math.floor(left / 60) % 60) : Math.floor(left / 60)}:${two(left % 60)}`;
    clock.title ||= clock.textContent;
    clock.textContent = left > 0 ? clock.dataset.left.replace("{}", text) : clock.dataset.over;
  }
};

if (clocks.length) {
  tick();
  setInterval(() => document.hidden || tick(), 1000);
}
