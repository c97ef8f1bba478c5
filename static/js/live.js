// data-live="url" data-every="5": asks again every five seconds while somebody looks. HTML replaces the contents; JSON fills [data-field]; 205 reads the page anew.
const fill = (box, facts) => {
  for (const [name, fact] of Object.entries(facts)) {
    for (const spot of box.querySelectorAll(`[data-field="${CSS.escape(name)}"]`)) {
      if (spot.localName === "progress") spot.value = fact;
      else spot.textContent = fact;
    }
  }
};

const ask = async (box, misses = 0) => {
  const again = (wait) => setTimeout(ask, wait * 1000, box, misses);
  const every = Number(box.dataset.every || 10);
  if (!box.isConnected) return;
  if (document.hidden) return document.addEventListener("visibilitychange", () => ask(box, misses), { once: true });
  try {
    const answer = await fetch(box.dataset.live, { headers: { "X-Live": "1" }, signal: AbortSignal.timeout(10000) });
    if ([401, 403, 404, 410].includes(answer.status)) return;
    if (!answer.ok) throw answer.status;
    misses = 0;
    if (answer.status === 204) return again(every);
    if (answer.status === 205) return location.reload();
    if (answer.headers.get("content-type").includes("json")) fill(box, await answer.json());
    else {
      const html = await answer.text();
      if (html !== box.heard && !box.contains(document.activeElement)) box.innerHTML = box.heard = html;
    }
  } catch {
    misses = Math.min(misses + 1, 5);
  }
  again(every * 2 ** misses);
};

for (const box of document.querySelectorAll("[data-live]")) setTimeout(ask, Number(box.dataset.every || 10) * 1000, box);
