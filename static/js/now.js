// [data-now="name"]: what changes while one looks (how many are left, how far it is). While somebody looks the page is asked
// for again, each time after a longer pause when nothing moves, and these parts of it are put into the page that is open.
const spots = [...document.querySelectorAll("[data-now]")];
const SHORTEST = 10, LONGEST = 60;

const ask = async (wait = SHORTEST) => {
  const again = (seconds) => setTimeout(ask, seconds * 1000, seconds);
  if (document.hidden) return document.addEventListener("visibilitychange", () => ask(), { once: true });
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html", Purpose: "prefetch", "X-Live": "1" }, signal: AbortSignal.timeout(10000) });
    if ([401, 403, 404, 410].includes(answer.status) || answer.redirected) return;
    if (!answer.ok) throw answer.status;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    let moved = false;
    for (const spot of spots) {
      const fresh = page.querySelector(`[data-now="${CSS.escape(spot.dataset.now)}"]`);
      const html = fresh?.innerHTML ?? "";
      if (html === spot.innerHTML || spot.contains(document.activeElement)) continue;
      spot.innerHTML = html;
      moved = true;
    }
    again(moved ? SHORTEST : Math.min(wait * 1.5, LONGEST));
  } catch {
    again(LONGEST);
  }
};

if (spots.length && !document.querySelector(".aged:not([hidden])")) setTimeout(ask, Number(spots[0].dataset.every ?? SHORTEST) * 1000);
