"""With the network cut in a real browser: what was opened can be read and says how old it is, by nobody else."""

import pytest
from playwright.sync_api import Page, expect

from shop.db import db as the_db
from tests.support import goods
from tests.support.browsers import PHONE, NewPage
from tests.support.people import sign_in
from tests.support.sales import open_stall

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('shop-pages-'));
  const stores = await Promise.all(names.map((name) => caches.open(name)));
  const kept = await Promise.all(stores.map((store) => store.keys()));
  return kept.flat().map((each) => new URL(each.url).pathname);
}"""


def enter(app, page: Page, person) -> None:
    """This browser is the person's; the cookie of whoever was here before is gone."""
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    the_db.session.rollback()  # what the test reads locks the shop out
    page.context.clear_cookies()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": app.config["BASE_URL"]}])


def opened(page: Page, path: str) -> None:
    """The page is open, and kept."""
    page.goto(path)
    wait(page, f"(await ({KEPT})()).includes('{path}')")


def wait(page: Page, what: str) -> None:
    """Until something is so that only a promise tells."""
    page.evaluate(f"async () => {{ while (!({what})) await new Promise((go) => setTimeout(go, 50)); }}")


def test_opened_pages_are_read_without_a_network_and_only_by_who_opened_them(
    db, app, new_page: NewPage, complaints
):
    stall = open_stall()
    ana, ben = goods.person("Ana"), goods.person("Ben")
    shelf = f"/c/{stall.community.slug}"
    db.session.commit()
    phone = new_page(**PHONE, service_workers="allow")
    enter(app, phone, ana)

    opened(phone, shelf)
    for path in ("/orders", "/me"):
        opened(phone, path)
    expect(phone.locator(".aged")).to_be_hidden()
    phone.context.set_offline(True)
    phone.goto(shelf)

    expect(phone.get_by_text("Oolong").first).to_be_visible()
    expect(phone.locator(".aged")).to_contain_text("No network. This page is as it was:")
    phone.goto("/communities")
    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    expect(phone.get_by_role("heading", name="没有网络")).to_be_visible()
    phone.locator("[data-kept-pages] a[href$='/me']").click()
    expect(phone.get_by_role("heading", name="Ana")).to_be_visible()

    phone.context.set_offline(False)
    expect(phone.locator(".aged")).to_be_hidden()  # it comes anew by itself
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_text("You are signed out.")).to_be_visible()
    assert not {"/me", "/orders"} & set(phone.evaluate(KEPT))
    enter(app, phone, ben)
    phone.goto(shelf)
    phone.context.set_offline(True)
    phone.goto("/me")
    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    assert "Ana" not in phone.content()
    complaints[:] = [
        told for told in complaints if "ERR_INTERNET_DISCONNECTED" not in told and "503" not in told
    ]


def test_who_comes_after_somebody_that_never_signed_out_sees_nothing_of_them(
    db, app, new_page: NewPage, complaints
):
    stall = open_stall()
    ana, ben = goods.person("Ana"), goods.person("Ben")
    shelf = f"/c/{stall.community.slug}"
    db.session.commit()
    phone = new_page(**PHONE, service_workers="allow")
    enter(app, phone, ana)
    opened(phone, "/me")

    enter(app, phone, ben)
    opened(phone, shelf)

    assert phone.evaluate(KEPT) == [shelf]


def test_a_page_of_yesterday_has_its_files_without_a_network(db, app, new_page: NewPage, complaints):
    stall = open_stall()
    shelf = f"/c/{stall.community.slug}"
    db.session.commit()
    phone = new_page(**PHONE, service_workers="allow")
    opened(phone, shelf)
    style = phone.locator("link[rel=stylesheet]").get_attribute("href")
    ground = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    # The shop goes on: its files have other names now, and the worker takes them in.
    files = app.extensions["assets"].files
    for name in ("app.css", "app.js"):
        files[name] = type(files[name]).of(name, files[name].body + b"\n/* the next day */")
    phone.evaluate("navigator.serviceWorker.ready.then((each) => each.update())")
    tomorrow = files["app.css"].path
    wait(
        phone,
        f"(await (await caches.open('shop-assets')).keys()).some((each) => each.url.includes('{tomorrow}'))",
    )

    phone.context.set_offline(True)
    phone.reload()

    assert phone.locator("link[rel=stylesheet]").get_attribute("href") == style
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    complaints.clear()
