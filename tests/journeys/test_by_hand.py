"""The three roles' ways by keyboard alone and by touch alone; what a finger and an eye need; zoom; and the languages.

One shop is opened for all of them; whoever changes something in it leaves it so that the others find their way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from shop.communities.links import GroupLink
from shop.db import db
from shop.jobs import run_until_idle
from shop.listings.models import Listing
from shop.orders.models import Order
from shop.people.models import Person
from tests.support import apps, goods
from tests.support.browsers import DESK, PHONE, listen
from tests.support.databases import Databases
from tests.support.people import make_person, sign_in
from tests.support.sales import open_stall, order_from, pay
from tests.support.servers import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("by hand")]

MOST_TABS = 60
# Where the keyboard is, and whether an eye can tell: an outline or a ring that is not there without the focus.
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const name = (at.labels?.[0]?.innerText || at.getAttribute('aria-label') || at.innerText || at.name || '').trim();
  const ringed = (each, part) => {
    const s = getComputedStyle(each, part);
    return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
  };
  return { tag: at.tagName, name: name.replace(/\\s+/g, ' '), field: at.name ?? '',
    seen: [at, at.parentElement, at.closest('.card, .tile, li')].some((each) => each && ringed(each))
      || ringed(at, '::after'),
    inside: box.bottom > 0 && box.top < innerHeight };
}"""
# What a finger is meant to hit and is smaller than 44 px; words inside a sentence are what WCAG 2.2 leaves out.
SMALL = """() => {
  const faults = [];
  for (const each of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (each.type === 'hidden' || each.closest('[hidden], .skip, .sr, [popover]:not(:popover-open)')) continue;
    if (!each.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (each.matches('p a, .prose a, small a, dd a, td a, figcaption a')) continue;
    const hit = each.matches('input[type=radio], input[type=checkbox]') ? each.closest('label') ?? each : each;
    const box = hit.getBoundingClientRect();
    const cover = getComputedStyle(each, '::after');
    if (cover.position === 'absolute' && cover.content !== 'none') continue;  // its card is what is hit
    if (box.width && (box.width < 43.5 || box.height < 43.5))
      faults.push(`${Math.round(box.width)} x ${Math.round(box.height)}: ${each.outerHTML.slice(0, 140)}`);
  }
  return faults;
}"""


@dataclass
class World:
    """A stall in a community, its people's ways in, an order that waits to be sent, and a link that was shared."""

    app: Flask
    browser: Browser
    url: str
    link: str
    shelf: str
    listing: str
    desk: str
    order: str
    cookies: dict[str, str]
    contexts: list[BrowserContext] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def page(self, who: str = "", **options: Any) -> Page:
        """A browser of its own: a stranger's, or somebody's who has signed in."""
        context = self.browser.new_context(
            base_url=self.url,
            **{"locale": "en-US", "service_workers": "block", "reduced_motion": "reduce", **options},
        )
        if who:
            name = self.app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": self.cookies[who], "url": self.url}])
        self.contexts.append(context)
        page = context.new_page()
        listen(page, self.heard)
        return page


@pytest.fixture(scope="module")
def open_world(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hands")
    with databases.fresh("sqlite", folder) as url:
        app = apps.make(url, folder)
        with app.app_context():
            stall = open_stall(price=6800, stock=50, ships=False)
            keeper = make_person("Keeper", is_operator=True)
            link = GroupLink.make(stall.community, stall.owner, "Tuesday tea")
            pay(order_from(stall))
            potter = goods.person("Potter")
            bowl = goods.product(goods.merchant(potter, "Potter"), "Bowl", 3000, stock=3)
            Listing.propose(bowl, stall.community, potter)
            seller = db.session.scalars(select(Person).where(Person.name == "Seller")).one()
            db.session.commit()
            cookies = {
                name: _cookie_of(app, person)
                for name, person in (("seller", seller), ("owner", stall.owner), ("keeper", keeper))
            }
            order = db.session.scalars(select(Order)).one()
            shelf, listing = f"/c/{stall.community.slug}", stall.offer.listing
            told = {
                "link": f"/g/{link.token}",
                "shelf": shelf,
                "listing": f"{shelf}/p/{listing.id}-{stall.product.handle}",
                "desk": f"/desk/{stall.merchant.slug}",
                "order": order.number,
            }
            db.session.commit()
            db.session.remove()
        run_until_idle(app)
        with serving(app) as server:
            world = World(app, browser, server.url, cookies=cookies, **told)
            yield world
            for context in world.contexts:
                context.close()
        apps.put_away(app)


@pytest.fixture
def world(open_world: World) -> Iterator[World]:
    """The world, and at the end nothing that its pages complained of."""
    yield open_world
    heard, open_world.heard[:] = open_world.heard[:], []
    assert heard == []


def test_a_shopper_buys_by_keyboard_alone(world: World):
    page = world.page(**DESK)
    page.goto(world.link)

    to(page, "Oolong")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**")
    to(page, "Quantity")
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    to(page, "Buy now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/checkout**")
    for name, words in (("Name", "Ana"), ("E-mail or phone", "ana@example.com")):
        to(page, name)
        page.keyboard.type(words)
    to(page, "Place|Order|Pay")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/**" if "/o/" in page.url else "**/orders/**")
    to(page, r"Pay ¥136\.00")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay/**")
    to(page, "Pay")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/orders/|/o/"))
    run_until_idle(world.app)
    expect(page.get_by_role("heading", name="Paid")).to_be_visible(timeout=10_000)


def test_a_shopper_buys_by_touch_alone(world: World):
    page = world.page(**PHONE)
    page.goto(world.link)

    page.get_by_role("link", name="Oolong").first.tap()
    page.wait_for_url("**/p/**")
    page.get_by_role("button", name="Share").tap()
    expect(page.get_by_label("Link")).to_be_visible()
    page.get_by_role("button", name="Close").tap()
    page.get_by_role("button", name="Service").tap()
    expect(page.get_by_role("link", name="Who looks after this group")).to_be_visible()
    page.get_by_role("button", name="Close").tap()
    page.get_by_role("button", name=re.compile("^More|One more")).first.tap()
    expect(page.get_by_label("Quantity")).to_have_value("2")
    page.get_by_role("button", name="Buy now").tap()
    page.wait_for_url("**/checkout**")
    page.get_by_label("Name", exact=True).fill("Bo")
    page.get_by_label(re.compile("E-mail or phone", re.I)).fill("bo@example.com")
    page.get_by_role("button", name=re.compile("Place|Order|Pay")).last.tap()
    page.get_by_role("button", name="Pay ¥136.00").tap()
    page.get_by_role("button", name="Pay", exact=True).tap()
    page.wait_for_url(re.compile(r"/orders/|/o/"))
    run_until_idle(world.app)
    expect(page.get_by_role("heading", name="Paid")).to_be_visible(timeout=10_000)


def test_a_merchant_sends_an_order_by_keyboard_alone(world: World):
    page = world.page("seller", **DESK)
    page.goto(f"{world.desk}/orders")

    to(page, world.order)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/**")
    to(page, "Carrier")
    page.keyboard.type("SF Express")
    to(page, "Tracking number")
    page.keyboard.type("SF1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="On its way")).to_be_visible()


def test_a_manager_makes_a_link_by_keyboard_and_answers_a_merchant_by_touch(world: World):
    page = world.page("owner", **DESK)
    page.goto(f"{world.shelf}/about")
    to(page, "My links")
    page.keyboard.press("Enter")
    page.wait_for_url("**/links")
    to(page, "New link|Make a link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/links/new**")
    to(page, "Name")
    page.keyboard.type("For Thursday")
    page.keyboard.press("Enter")
    expect(page.get_by_text("For Thursday").first).to_be_visible()

    phone = world.page("owner", **PHONE)
    phone.goto(f"{world.shelf}/manage/proposals")
    expect(phone.get_by_text("Bowl").first).to_be_visible()
    with phone.expect_response(lambda answer: answer.request.method == "POST"):
        phone.get_by_role("button", name="Put on the shelf").first.tap()
    phone.wait_for_load_state()
    phone.goto(world.shelf)
    expect(phone.get_by_role("link", name="Bowl").first).to_be_visible()


def test_an_operator_reads_what_a_plugin_does_by_keyboard_and_by_touch(world: World):
    page = world.page("keeper", **DESK)
    page.goto("/admin/plugins/")
    to(page, "Welcome")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plugins/welcome**")
    expect(page.get_by_role("heading", name="Welcome").first).to_be_visible()

    phone = world.page("keeper", **PHONE)
    phone.goto("/admin/plugins/")
    phone.get_by_role("link", name="Welcome").tap()
    phone.wait_for_url("**/plugins/welcome**")
    expect(phone.get_by_role("heading", name="Welcome").first).to_be_visible()


@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("", ("/", "{shelf}", "{shelf}/about", "{listing}", "/sign-in", "/sign-up")),
        ("owner", ("/me", "/orders", "{shelf}/manage", "{shelf}/manage/proposals")),
        ("seller", ("{desk}", "{desk}/orders", "{desk}/products")),
    ],
)
def test_fingers_hit_what_they_mean_and_a_page_twice_as_large_still_fits(world: World, who, paths):
    page, zoomed = world.page(who, **PHONE), world.page(who, viewport={"width": 640, "height": 400})
    faults = []

    for path in (path.format(shelf=world.shelf, listing=world.listing, desk=world.desk) for path in paths):
        page.goto(path)
        faults += [f"{path}: {fault}" for fault in page.evaluate(SMALL)]
        zoomed.goto(path)  # 1280 px wide, at 200 %
        page.evaluate("document.documentElement.style.fontSize = '200%'")  # and only the letters, on a phone
        for where, looked in (("zoomed", zoomed), ("with large letters", page)):
            over = looked.evaluate("document.documentElement.scrollWidth - innerWidth")
            faults += [f"{path} {where} sticks out by {over} px"] if over > 0 else []

    assert not faults, "\n".join(faults)


def test_a_language_is_chosen_by_browser_by_link_and_by_account(world: World):
    chinese = world.page(**PHONE, **{"locale": "zh-CN"})
    chinese.goto(world.shelf)
    expect(chinese.locator("html")).to_have_attribute("lang", "zh-Hans-CN")

    english = world.page(**PHONE)
    english.goto("/communities")
    english.get_by_role("navigation", name="Language").get_by_text("中文").tap()
    expect(english.locator("html")).to_have_attribute("lang", "zh-Hans-CN")
    english.goto(world.shelf)
    expect(english.locator("html")).to_have_attribute("lang", "zh-Hans-CN")

    owner = world.page("owner", **PHONE)
    owner.goto("/me/edit")
    owner.locator("select[name=locale]").select_option("zh_Hans_CN")
    owner.get_by_role("button", name="Save").tap()
    expect(owner.locator("html")).to_have_attribute("lang", "zh-Hans-CN")
    elsewhere = world.page("owner", **PHONE)
    elsewhere.goto(world.shelf)
    expect(elsewhere.locator("html")).to_have_attribute("lang", "zh-Hans-CN")


def to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus; it is seen wherever it is on the way."""
    wanted, seen = re.compile(rf"^(?:{name})", re.I), []
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        seen.append(at["name"] or at["tag"])
        assert at["tag"] == "BODY" or (at["seen"] and at["inside"]), f"nobody sees the focus at {at}"
        if wanted.match(at["name"]):
            return
    raise AssertionError(f"Tab never came to {name}, only to {seen}")


def _cookie_of(app: Flask, person: Person) -> str:
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return str(cookie.value)
