"""A name's story in a real browser: proposed on a phone, voted on, counted, on the product's page with thanks."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from shop.clock import now
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from tests.plugins.naming.conftest import person, set_table
from tests.support.browsers import DESK, PASSWORD, PHONE, sign_in_by_form


@pytest.mark.browser
def test_a_member_names_a_product(app, db, live_server, new_page):
    table = set_table(app, voters=("Ana", "Bo"))
    for who in (person("Ana"), table.seller):
        who.set_password(PASSWORD)
    table.propose("One", person("Bo"))
    url, page_url, desk_url = table.url, table.page, table.desk
    mails = (person("Ana").email, table.seller.email)
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    phone = new_page(**PHONE)
    sign_in_by_form(phone, mails[0])
    phone.goto(page_url)
    phone.get_by_role("link", name="To the round").click()
    phone.get_by_label("Proposal").fill("Moon")
    phone.get_by_label("Its story").fill("It is round and pale.")
    phone.get_by_role("button", name="Propose").click()
    expect(phone.get_by_text("It is on the list.")).to_be_visible()

    desk = new_page(**DESK)
    sign_in_by_form(desk, mails[1])
    desk.goto(desk_url)
    desk.get_by_role("button", name="Onto the ballot").click()
    expect(desk.get_by_text("on the ballot", exact=True)).to_have_count(2)
    with app.app_context():
        round = shop_db.session.get_one(type(table.round), 1)
        round.proposals_until = round.opened_at
        shop_db.session.commit()
    run_until_idle(app)

    phone.goto(url)
    phone.get_by_role("button", name="Up: One").tap()
    phone.get_by_role("button", name="Up: Moon").press("Enter")
    expect(phone.get_by_role("status").filter(has_text="Moon: place 2")).to_be_attached()
    _drag(phone, "Moon", above="One")
    expect(phone.locator("[data-naming-place]")).to_have_text(["1", "2"])
    phone.get_by_role("button", name="Vote").click()
    expect(phone.get_by_text("Receipt:", exact=False)).to_be_visible()
    expect(phone.locator("[data-naming-row]").first).to_contain_text("Moon")
    with app.app_context():
        round = shop_db.session.get_one(type(table.round), 1)
        round.votes_until = round.opened_at
        shop_db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        run_until_idle(app)
    phone.goto(url)
    expect(phone.get_by_text("“Moon” has more than half of the ballots that count.")).to_be_visible()

    desk.goto(desk_url)
    desk.get_by_label("Thank you").fill("Thank you, Ana!")
    desk.get_by_role("button", name="Say thank you").click()
    phone.goto(page_url)
    expect(phone.get_by_role("heading", name="Moon", exact=True)).to_be_visible()
    expect(phone.get_by_text("found by Ana", exact=False)).to_be_visible()
    expect(phone.get_by_text("Thank you, Ana!")).to_be_visible()


def _drag(phone: Page, text: str, *, above: str) -> None:
    """Take a row of the ballot by its handle, to where another one begins."""
    row, other = (phone.locator("[data-naming-row]").filter(has_text=each) for each in (text, above))
    row.scroll_into_view_if_needed()
    handle, there = row.locator("[data-naming-handle]").bounding_box(), other.bounding_box()
    assert handle
    assert there
    phone.mouse.move(handle["x"] + 9, handle["y"] + 9)
    phone.mouse.down()
    phone.mouse.move(handle["x"] + 9, there["y"] + 4, steps=5)
    phone.mouse.up()
