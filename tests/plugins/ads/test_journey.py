"""In a real browser: an ad comes into sight, is counted, is followed, and is told to the advertiser."""

from typing import NamedTuple

import pytest
from sqlalchemy import select

from plugins.ads.counts import Stat
from shop.db import writing
from tests.plugins.ads.conftest import PHONE as AGENT
from tests.plugins.ads.conftest import open_square
from tests.support import goods
from tests.support.browsers import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


class Told(NamedTuple):
    """What the browser needs to know of the square; no row, which would have to be read again."""

    shelf: str
    listing: int
    email: str
    report: str


@pytest.fixture
def square(db):
    """The square, with the potter's pot on the shelf and as a card."""
    square = open_square()
    square.potter.set_password("a pot of tea and more")
    for n in range(3):
        product = goods.product(square.merchant, f"Pot {n}", stock=5)
        listing = goods.listing(product, square.community, square.owner)
    square.creative.shape = "product"
    square.creative.product, square.creative.url = product, ""
    square.creative.title = "Just fired"
    db.session.commit()
    told = Told(
        square.shelf,
        listing.id,
        square.potter.email,
        f"/desk/{square.merchant.slug}/x/ads/{square.campaign.id}",
    )
    db.session.rollback()  # nobody waits for this test's lock
    return told


def counted(db) -> tuple[int, int]:
    """What was counted so far; read without keeping others from writing."""
    with writing(False):
        stat = db.session.execute(select(Stat.views, Stat.clicks)).first()
        db.session.rollback()
    return (stat.views, stat.clicks) if stat else (0, 0)


def until(page, db, what: tuple[int, int]) -> None:
    for _look in range(60):
        if counted(db) == what:
            return
        page.wait_for_timeout(250)
    assert counted(db) == what


def timed(db) -> int:
    with writing(False):
        told = db.session.scalars(select(Stat.timed)).one()
        db.session.rollback()
    return told


def test_an_ad_is_seen_followed_and_reported(db, square, new_page, desk):
    page = new_page(**PHONE, user_agent=AGENT)  # a browser without a head is a robot, and not counted
    page.goto(square.shelf)
    ad = page.locator(".x-ads").first
    assert ad.locator(".x-ads-label b").inner_text() == "Ad"
    assert counted(db) == (0, 0)

    ad.scroll_into_view_if_needed()
    until(page, db, (1, 0))
    ad.locator(".x-ads-body").click()
    page.wait_for_url(f"**/p/{square.listing}-*")
    until(page, db, (1, 1))

    for _look in range(60):  # the page tells as it is left, nobody waits for the answer
        if timed(db):
            break
        page.wait_for_timeout(250)

    with writing(False):
        assert db.session.scalars(select(Stat.timed)).one() == 1
        assert 0 < db.session.scalars(select(Stat.watched)).one() < 60_000
        db.session.rollback()

    page.goto(square.shelf)
    page.locator(".x-ads").first.get_by_role("link", name="Why this?").click()
    assert "It pays for this place" in page.locator("main").inner_text()

    desk.goto("/sign-in")
    desk.fill("[name=email]", square.email)
    desk.fill("[name=password]", "a pot of tea and more")
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda url: "sign-in" not in url)
    desk.wait_for_load_state()
    desk.goto(square.report)
    report = desk.locator("main").inner_text()
    assert "¥0.07 of ¥10.00 spent" in report
    assert "Shelf, above the tiles" in report
    assert "Time in sight" in report


JUMPS = """new PerformanceObserver((seen) => {
    for (const each of seen.getEntries()) window.jumped = (window.jumped ?? 0) + each.value;
}).observe({ type: "layout-shift", buffered: true })"""


def test_where_no_ad_comes_below_the_first_screen_no_room_is_left_and_nothing_jumps(square, new_page):
    page = new_page(**PHONE, user_agent=AGENT)
    page.add_init_script(JUMPS)
    page.route("**/x/ads/places?*", lambda route: route.fulfill(status=204))
    page.set_viewport_size({"width": 360, "height": 500})

    page.goto(f"{square.shelf}/p/{square.listing}")
    page.locator("main h2").last.scroll_into_view_if_needed()

    page.locator("[data-ads-slot]").wait_for(state="detached")
    assert page.evaluate("window.jumped ?? 0") < 0.01


def test_the_tiles_do_not_move_as_an_ad_comes_in_and_without_scripts_there_is_none(square, new_page):
    page = new_page(**PHONE, user_agent=AGENT)
    held = []
    page.route("**/x/ads/places?*", lambda route: held.append(route))
    page.goto(square.shelf, wait_until="domcontentloaded")
    tile = page.locator(".tile").first
    tile.wait_for()
    before = tile.bounding_box()

    for _look in range(400):
        if held:
            break
        page.wait_for_timeout(50)
    held[0].continue_()
    page.locator(".x-ads").first.wait_for()

    assert tile.bounding_box() == before
    plain = new_page(**PHONE, user_agent=AGENT, java_script_enabled=False)
    plain.goto(square.shelf)
    assert plain.locator(".x-ads-place").first.bounding_box() is None
