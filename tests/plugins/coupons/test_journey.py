"""In a real browser: claimed on a phone, shown without a network, read and confirmed at the counter."""

import re
from datetime import timedelta

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from plugins.coupons import codes
from plugins.coupons.redemptions import Redemption
from shop.clock import now
from shop.people.models import Person
from tests.plugins.coupons.conftest import claimed, shown
from tests.support import goods
from tests.support.browsers import DESK, PHONE
from tests.support.people import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]


def enter(app, page: Page, person: Person) -> Page:
    """This browser is the person's."""
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": app.config["BASE_URL"]}])
    return page


def test_from_the_shelf_to_the_counter_with_and_without_a_network(db, app, new_page, complaints, house):
    place, ana = (
        house.campaign(size=3, title="A pot on us", kind="gift", gift="A pot of tea"),
        goods.person("Ana"),
    )
    db.session.commit()
    phone, desk = (
        enter(app, new_page(**PHONE, service_workers="allow"), person) for person in (ana, house.chayu)
    )
    shelf, counter = f"/c/{house.community.slug}", house.counter
    db.session.commit()  # what the test reads locks the shop out

    phone.goto(shelf)
    phone.get_by_role("link", name="A pot of tea").click()
    phone.get_by_role("button", name="Claim it").click()
    phone.wait_for_url("**/me/x/coupons/*")
    code = phone.locator("canvas[data-text]")
    expect(code).to_be_visible()
    phone.wait_for_selector("[data-kept=yes]")
    assert Axe().run(phone).response["violations"] == []
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("canvas[data-text]")).to_be_visible()
    text = str(phone.locator("canvas[data-text]").get_attribute("data-text"))
    phone.context.set_offline(False)

    desk.goto(counter)
    desk.wait_for_selector("[data-ready=yes]")
    look_up(desk, text)
    expect(desk.get_by_role("heading", name="A pot of tea")).to_be_visible()
    assert Axe().run(desk).response["violations"] == []
    desk.get_by_role("button", name="Confirm").click()
    expect(desk.get_by_role("heading", name="Done")).to_be_visible()
    expect(phone.locator("[data-coupons-words]")).to_contain_text("Used", timeout=15000)
    expect(phone.locator(".x-coupons-state use")).to_have_attribute("href", re.compile("#check$"))

    ben = claimed(place, goods.person("Ben"))
    first, second = shown(ben), shown(ben, 1)
    db.session.commit()
    desk.goto(counter)
    desk.wait_for_selector("[data-ready=yes]")
    desk.context.set_offline(True)
    desk.reload()
    look_up(desk, first[:-2] + "22")
    expect(desk.get_by_role("alert")).to_contain_text("not made by us")
    look_up(desk, first)
    desk.get_by_role("button", name="Confirm without a network").click()
    expect(desk.locator("[data-coupons-waits]")).to_contain_text("1 scans wait")
    look_up(desk, second)
    expect(desk.get_by_role("alert")).to_contain_text("used already")
    desk.context.set_offline(False)
    expect(desk.locator("[data-coupons-waits]")).to_be_hidden(timeout=40000)
    db.session.rollback()
    assert [used.how for used in db.session.query(Redemption).order_by(Redemption.id)] == [
        "scanned",
        "offline",
    ]
    complaints[:] = [
        told
        for told in complaints
        if "ERR_INTERNET_DISCONNECTED" not in told and "Failed to fetch" not in told
    ]


def test_the_browser_draws_and_signs_what_the_shop_does(db, app, page, house):
    mine = claimed(house.campaign(), goods.person("Ana"))
    page.goto("/")
    step = codes.step_at(now() + timedelta(days=400))
    # 44 letters: where the bits end on a byte, segno adds one of nothing that the standard does not ask for.
    text = codes.text_of(mine.code, 1296, codes.hour_of(mine.valid_until), 1, mine.key(1), step)
    urls = [app.jinja_env.globals["asset_url"](f"coupons/{name}.js") for name in ("qr", "sign")]

    rows, mac = page.evaluate(
        """async ([[qr, sign], text, key, step]) => {
          const [{ matrix }, { macOf, bytesOf }] = [await import(qr), await import(sign)];
          return [matrix(text).map((row) => row.map(Number)), await macOf(bytesOf(key), step)];
        }""",
        [urls, text, mine.key(1).hex(), step],
    )

    code = segno.make(text, version=3, error="m", mask=0, mode="alphanumeric", boost_error=False)
    assert rows == [list(row) for row in code.matrix]
    assert mac == text.rpartition(".")[2]


def test_a_phone_that_cannot_read_codes_by_itself_reads_ours_however_it_is_held(app, page):
    page.goto("/")
    urls = [app.jinja_env.globals["asset_url"](f"coupons/{name}.js") for name in ("qr", "eyes")]

    told = page.evaluate(
        """async ([qr, eyes]) => {
          const [{ paint }, { read }] = [await import(qr), await import(eyes)];
          const text = "TZ1.7KQ2M4XP.C.ANZC.1.ZK0J4.ABCDEFGHJKLMN";
          const seen = (turn, lean, blur, covered) => {
            const code = document.createElement("canvas");
            paint(code, text, 8);
            if (covered) code.getContext("2d").fillRect(100, 150, 40, 40);
            const table = new OffscreenCanvas(640, 480);
            const brush = table.getContext("2d");
            brush.fillStyle = "#a98";
            brush.fillRect(0, 0, 640, 480);
            brush.filter = `blur(${blur}px)`;
            brush.setTransform(Math.cos(turn), Math.sin(turn), -Math.sin(turn) + lean, Math.cos(turn), 320, 240);
            brush.drawImage(code, -148, -148);
            brush.resetTransform();
            const shade = brush.createLinearGradient(0, 0, 640, 0);
            shade.addColorStop(0, "#0000");
            shade.addColorStop(1, "#000a");
            brush.fillStyle = shade;
            brush.fillRect(0, 0, 640, 480);
            return read(brush.getImageData(0, 0, 640, 480)) === text;
          };
          return [seen(0, 0, 0), seen(0.5, 0, 1), seen(2.6, 0.2, 2), seen(4, -0.2, 1), seen(0.2, 0, 1, true),
            read(new ImageData(640, 480))];
        }""",
        urls,
    )

    assert told == [True] * 5 + [None]


def test_the_merchants_pages_are_for_everybody(db, app, new_page, house):
    place = house.campaign()
    claimed(place, goods.person("Ana"))
    desk = enter(app, new_page(**DESK), house.shan)

    for url in (
        f"{house.desk}/",
        f"{house.desk}/new",
        f"{house.desk}/{place.campaign_id}",
        f"{house.desk}/settlement",
    ):
        desk.goto(url)
        found = Axe().run(desk).response["violations"]
        assert [(url, rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def look_up(desk: Page, text: str) -> None:
    desk.get_by_label("Coupon code").fill(text)
    desk.get_by_role("button", name="Look").click()
