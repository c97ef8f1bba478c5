"""A walk through every page of the demo, as who may see it: on phones and desks, in both languages and themes.

Each page is looked at on a phone and on a desk, and from page to page in another language and theme; axe, which takes
longer than all the rest of a look, sees it in one of the two, by turns. WALK=whole looks at each page in every width,
language and theme, always with axe; SHOTS=1 keeps a picture of each look in tests/browser/shots, with the demo's own
drawings.
"""

import json
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
from playwright.sync_api import Browser, Page

from shop.demo import art
from shop.demo.fill import fill
from tests.browser.paths import UNLINKED, Map, Spot, draw, pages_of
from tests.support import apps
from tests.support.browsers import listen
from tests.support.databases import Databases
from tests.support.permissions import TABLE
from tests.support.servers import serving
from tools import messages

# One worker walks: the demo is filled and its links are followed once.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.xdist_group("walk")]

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
WHOLE = os.environ.get("WALK") == "whole"
LOOKS = (EVERY,) if WHOLE else PAIRS
# Pages for those who build the shop; their samples are not all translated.
FOR_BUILDERS = {
    "mails.index",
    "mails.show_kind",
    "mails.show_kind_html",
    "style.desk",
    "style.product",
    "style.show",
}
# What schema.org calls each page that everybody may read; and those which nobody needs to find or to show around.
CARDS = {
    "affiliate.index": "CollectionPage",
    "affiliate.show": "Article",
    "communities.home": "CollectionPage",
    "communities.index": "CollectionPage",
    "communities.show": "Organization",
    "coupons_shelf.index": "CollectionPage",
    "coupons_shelf.show": "Offer",
    "crowdfunding_campaigns.index": "CollectionPage",
    "crowdfunding_campaigns.show": "Product",
    "feedback.index": "CollectionPage",
    "feedback.show": "WebPage",
    "feedback_notes.index": "CollectionPage",
    "feedback_notes.show": "WebPage",
    "listings.index": "CollectionPage",
    "listings.show": "Product",
    "naming_rounds.index": "CollectionPage",
    "naming_rounds.show": "WebPage",
    "points.index": "WebPage",
    "points_tops.index": "CollectionPage",
    "points_tops.show": "WebPage",
    "reviews.index": "Product",
    "reviews.show": "Review",
    "trials_batches.index": "CollectionPage",
    "trials_batches.show": "WebPage",
}
PLAIN = frozenset(
    [
        "ads.show",
        "affiliate_redirects.show",
        "mails.index",
        "mails.show_kind",
        "mails.show_kind_html",
        "mall_carts.show",
        "mall_checkouts.new",
        "offline.show",
        "orders.index",
        "orders.show",
        "people.edit_recovery",
        "people.new_code",
        "people.new_recovery",
        "people.sign_in",
        "people.sign_up",
        "style.desk",
        "style.product",
        "style.show",
    ]
)
WITH_PICTURE = ("Article", "Product")
FACTS = re.compile('<script type="application/ld\\+json"[^>]*>(.*?)</script>', re.DOTALL)
# A mail as a mail program shows it: in its own language, and no page with landmarks.
NO_PAGES = {"mails.show_kind_html"}
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


@dataclass
class Words:
    """Every English sentence of the catalogues that is another one in Chinese."""

    fixed: frozenset[str]
    filled: re.Pattern[str]  # those with something in their placeholders

    def has(self, text: str) -> bool:
        """Whether a text of a page is one of them."""
        return text in self.fixed or self.filled.fullmatch(text) is not None


@dataclass
class Visit:
    """The browser of one person, and what its page complained of since it was last asked."""

    page: Page
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        listen(self.page, self.heard)

    def told(self) -> list[str]:
        """What was heard, once."""
        heard = self.heard[:]
        self.heard.clear()
        return heard


@dataclass(frozen=True)
class Walk:
    """The demo on a real port, and where each of its pages is."""

    app: Flask
    url: str
    map: Map
    visits: dict[str | None, Visit] = field(default_factory=dict)

    def visit(self, browser: Browser, cookie: str | None) -> Visit:
        """The browser of a person; one for all their pages, so that what is cached stays so."""
        if cookie not in self.visits:
            context = browser.new_context(
                base_url=self.url,
                user_agent=agent(browser),
                reduced_motion="reduce",
                service_workers="block",
            )
            if cookie:
                name = self.app.config["SESSION_COOKIE_NAME"]
                context.add_cookies([{"name": name, "value": cookie, "url": self.url}])
            self.visits[cookie] = Visit(context.new_page())
        return self.visits[cookie]


def agent(browser: Browser) -> str:
    """As people's Chromium calls itself: one without a window is a machine to us, and is shown other things."""
    version = browser.version.partition(".")[0]
    safari = "AppleWebKit/537.36 (KHTML, like Gecko)"
    return f"Mozilla/5.0 (X11; Linux x86_64) {safari} Chrome/{version}.0.0.0 Safari/537.36"


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
            for visit in walk.visits.values():
                visit.page.context.close()
        apps.put_away(app)


def test_every_page_is_reached_by_links_and_no_link_is_dead(walk: Walk):
    reached = walk.map.spots.keys() | walk.map.others

    assert walk.map.dead == []
    assert sorted(pages_of(walk.app) - reached - UNLINKED.keys()) == [], "no link of the demo leads there"
    assert sorted(UNLINKED.keys() & walk.map.spots.keys()) == [], "a link does lead there"


def test_chats_and_search_engines_are_told_what_every_public_page_is(walk: Walk):
    found = walk.map.spots.keys() & {name for name, rule in TABLE.items() if rule == "public"}
    stranger = walk.app.test_client()
    faults = []

    for endpoint in sorted(found - PLAIN):
        path = walk.map.spots[endpoint].path
        faults += [
            f"{endpoint} {path}: {fault}" for fault in untold(stranger.get(path).text, CARDS.get(endpoint))
        ]

    assert faults == []
    assert sorted(CARDS.keys() - found) == []


def untold(page: str, kind: str | None) -> Iterator[str]:
    """What a page does not say of itself."""
    for name in ("og:title", "og:description", "og:url", "og:type", "og:site_name"):
        if not re.search(f'<meta property="{name}" content="[^"]+">', page):
            yield f"no {name}"
    address = re.search('<link rel="canonical" href="http://[^/]+(/[^"]*)">', page)
    if address is None:
        yield "no address of its own"
    if kind in WITH_PICTURE and '<meta property="og:image" content="http' not in page:
        yield "no picture"
    kinds = [json.loads(each)["@type"] for each in FACTS.findall(page)]
    if kind not in kinds:
        yield f"schema.org reads {kinds}, not {kind}"


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_sound(browser: Browser, walk: Walk, words: Words, part: int):
    faults = []
    spots = [
        (endpoint, spot) for endpoint, spot in sorted(walk.map.spots.items()) if endpoint not in NO_PAGES
    ]
    for number, (endpoint, spot) in enumerate(spots):
        turn = number // PARTS
        if number % PARTS == part:
            for place, each in enumerate(LOOKS[turn % len(LOOKS)]):
                # Eight turns until a look comes again with axe in it: every look has its pages.
                with_axe = WHOLE or place == (turn // len(LOOKS) + number) % 2
                faults += [
                    f"{endpoint} {spot.path} {each}: {fault}"
                    for fault in look(walk.visit(browser, spot.cookie), endpoint, spot, each, words, with_axe)
                    if not (endpoint in FOR_BUILDERS and "not translated" in fault)
                ]

    assert faults == []


def look(visit: Visit, endpoint: str, spot: Spot, each: Look, words: Words, with_axe: bool) -> list[str]:
    """Open a page in one width, language and theme; what is wrong with it."""
    width, language, theme = each
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    faults = list(wrong(page, spot.path, language, words))
    if with_axe:
        faults += unfit(page)
    if SHOTS:
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{endpoint}-{width}-{language}-{theme}.png", full_page=True)
    return faults + visit.told()


def wrong(page: Page, path: str, language: str, words: Words) -> Iterator[str]:
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
    if language == "zh":
        yield from (f"not translated: {text}" for text in sorted(set(seen["texts"])) if words.has(text))


def unfit(page: Page) -> Iterator[str]:
    """What axe says of a page."""
    for rule in Axe().run(page).response["violations"]:
        for node in rule["nodes"]:
            yield f"axe {rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"


@pytest.fixture(scope="module")
def words() -> Words:
    """The sentences that a Chinese page must not show, with anything in their placeholders.

    What the demo's people wrote is theirs, and stays in their language.
    """
    found = set()
    for catalogues, _sources in messages.owners().values():
        for message in messages.read(catalogues / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po", "zh_Hans_CN"):
            if message.locations and all("/demo/" in path for path, _line in message.locations):
                continue
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            found |= {form for form in forms if form and form != message.string}
    told = {form for form in found if len(re.findall("[A-Za-z]", PLACEHOLDER.sub("", form))) > 3}
    filled = {form for form in told if PLACEHOLDER.search(form)}
    return Words(
        frozenset(form.replace("%%", "%") for form in told - filled),
        re.compile("|".join(map(pattern, sorted(filled)))),
    )


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def pattern(form: str) -> str:
    """What a sentence looks like on the page."""
    return ".+".join(re.escape(part.replace("%%", "%")) for part in PLACEHOLDER.split(form))
