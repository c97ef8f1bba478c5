"""A walk through every page of the demo, as who may see it: on phones and desks, in both languages and themes.

Each page is looked at on a phone and on a desk, and from page to page in another language and theme. WALK=whole
looks at each page in every width, language and theme; SHOTS=1 keeps a picture of each look in tests/browser/shots, with
the demo's own drawings.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from shop.demo import art
from shop.demo.fill import fill
from tests.browser.paths import UNLINKED, Map, Spot, draw, pages_of
from tests.support import apps
from tests.support.browsers import listen
from tests.support.databases import Databases
from tests.support.servers import serving
from tools import messages

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SHOTS = Path(__file__).parent / "shots" if os.environ.get("SHOTS") else None
Look = tuple[int, str, str]
EVERY = tuple(product((360, 430, 1280), ("zh", "en"), ("dark", "light")))
# Two looks that differ in everything; which go together changes from page to page.
PAIRS: tuple[tuple[Look, ...], ...] = (
    ((360, "zh", "dark"), (1280, "en", "light")),
    ((430, "en", "dark"), (1280, "zh", "light")),
    ((360, "en", "light"), (1280, "zh", "dark")),
    ((430, "zh", "light"), (1280, "en", "dark")),
)
# The walk is played in parts, so that one can be played alone while it is mended.
PARTS = 12
LOOKS = (EVERY,) if os.environ.get("WALK") == "whole" else PAIRS
# Pages for those who build the shop; their samples are not all translated.
FOR_BUILDERS = {"style.desk", "style.product", "style.show"}
SEEN = """() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const quoted = parent.closest('script, style, textarea, [lang]:not(html), [translate=no]');
    if (!quoted) texts.push(walker.currentNode.data);
  }
  for (const each of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push(each.getAttribute(name) ?? '');
  texts.push(document.title);
  return {
    texts: texts.map((text) => text.replace(/\\s+/g, ' ').trim()).filter((text) => /[A-Za-z]/.test(text)),
    over: document.documentElement.scrollWidth - innerWidth,
    shapeless: [...document.images].filter((each) => !(each.getAttribute('width') && each.getAttribute('height')))
      .map((each) => each.outerHTML),
    lang: document.documentElement.lang,
  };
}"""


@dataclass(frozen=True)
class Walk:
    """The demo on a real port, and where each of its pages is."""

    app: Flask
    url: str
    map: Map
    contexts: dict[tuple[str | None, Look], BrowserContext] = field(default_factory=dict)

    def page(self, browser: Browser, cookie: str | None, look: Look) -> Page:
        """A new page of the browser that this person uses for this look; its cache is kept from page to page."""
        context = self.contexts.get((cookie, look))
        if context is None:
            width, _language, theme = look
            context = self.contexts[cookie, look] = browser.new_context(
                base_url=self.url,
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                reduced_motion="reduce",
            )
            if cookie:
                name = self.app.config["SESSION_COOKIE_NAME"]
                context.add_cookies([{"name": name, "value": cookie, "url": self.url}])
        return context.new_page()


@pytest.fixture(scope="module")
def walk(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The demo, filled once for the whole walk; its pictures are flat unless somebody wants to look at them."""
    folder = tmp_path_factory.mktemp("walk")
    with databases.fresh("sqlite", folder) as url, pytest.MonkeyPatch.context() as patch:
        if SHOTS is None:
            patch.setattr(art, "still", lambda *_told: Image.new("RGB", (1200, 1200), "tan"))
            patch.setattr(art, "cover", lambda *_told: Image.new("RGB", (1200, 800), "tan"))
        app = apps.make(url, folder, RATELIMIT_ENABLED=False)
        fill(app, print)
        found = draw(app)
        with serving(app) as server:
            walk = Walk(app, server.url, found)
            yield walk
            for context in walk.contexts.values():
                context.close()
        apps.put_away(app)


def test_every_page_is_reached_by_links_and_no_link_is_dead(walk: Walk):
    reached = walk.map.spots.keys() | walk.map.others

    assert walk.map.dead == []
    assert sorted(pages_of(walk.app) - reached - UNLINKED.keys()) == [], "no link of the demo leads there"
    assert sorted(UNLINKED.keys() & walk.map.spots.keys()) == [], "a link does lead there"


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_sound(browser: Browser, walk: Walk, words: list[re.Pattern[str]], part: int):
    faults = []
    for number, (endpoint, spot) in enumerate(sorted(walk.map.spots.items())):
        if number % PARTS == part:
            for each in LOOKS[number // PARTS % len(LOOKS)]:
                faults += [
                    f"{endpoint} {spot.path} {each}: {fault}"
                    for fault in look(walk, browser, endpoint, spot, each, words)
                    if not (endpoint in FOR_BUILDERS and "not translated" in fault)
                ]

    assert faults == []


def look(
    walk: Walk, browser: Browser, endpoint: str, spot: Spot, each: Look, words: list[re.Pattern[str]]
) -> list[str]:
    """Open a page in one width, language and theme; what is wrong with it."""
    width, language, theme = each
    page = walk.page(browser, spot.cookie, each)
    heard: list[str] = []
    listen(page, heard)
    faults = list(wrong(page, spot.path, language, words if language == "zh" else []))
    if SHOTS:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{endpoint}-{width}-{language}-{theme}.png", full_page=True)
    page.close()
    return faults + heard


def wrong(page: Page, path: str, language: str, words: list[re.Pattern[str]]) -> Iterator[str]:
    """What is wrong with a page."""
    answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    if (
        answer is None
        or answer.status != 200
        or page.url.partition("?")[0] != answer.request.url.partition("?")[0]
    ):
        yield f"answered {answer.status if answer else 'nothing'} at {page.url}"
    if not page.url.partition("?")[0].endswith(path.partition("?")[0]):
        yield f"led to {page.url}"
    seen = page.evaluate(SEEN)
    if seen["lang"] != {"zh": "zh-Hans-CN", "en": "en"}[language]:
        yield f"says its language is {seen['lang']}"
    if seen["over"] > 0:
        yield f"sticks out by {seen['over']} px"
    yield from (f"has no size: {picture}" for picture in seen["shapeless"])
    for text in sorted(set(seen["texts"])):
        if any(word.fullmatch(text) for word in words):
            yield f"not translated: {text}"
    for rule in Axe().run(page).response["violations"]:
        for node in rule["nodes"]:
            yield f"axe {rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"


@pytest.fixture(scope="module")
def words() -> list[re.Pattern[str]]:
    """Every English sentence of the catalogues that is another one in Chinese, with anything in its placeholders.

    What the demo's people wrote is theirs, and stays in their language.
    """
    found = set()
    for catalogues, _sources in messages.owners().values():
        for message in messages.read(catalogues / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po", "zh_Hans_CN"):
            if message.locations and all("/demo/" in path for path, _line in message.locations):
                continue
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            found |= {form for form in forms if form and form != message.string}
    return [pattern(form) for form in found if len(re.findall("[A-Za-z]", PLACEHOLDER.sub("", form))) > 3]


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def pattern(form: str) -> re.Pattern[str]:
    """What a sentence looks like on the page."""
    fixed = (re.escape(part.replace("%%", "%")) for part in PLACEHOLDER.split(form))
    return re.compile(".+".join(fixed))
