"""A campaign's story in a real browser: a pledge on a phone, success at the deadline, the survey, and the parcel."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from shop.checking import check
from shop.clock import now
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.ledger.models import totals
from tests.plugins.crowdfunding.conftest import open_loom
from tests.support.browsers import DESK, PASSWORD, PHONE, sign_in_here


@pytest.mark.browser
def test_a_pledge_becomes_a_parcel(app, db, live_server, new_page):
    loom = open_loom(app, goal=40000)
    ana = loom.backer("Ana")
    for person in (ana, loom.seller):
        person.set_password(PASSWORD)
    page_url, desk_url = loom.url, loom.desk
    mails = (ana.email, loom.seller.email)
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    # a member on a phone chooses a reward and lets the provider reserve the money
    phone = new_page(**PHONE)
    phone.goto(page_url)
    expect(phone.get_by_text("¥0.00 pledged")).to_be_visible()
    phone.get_by_role("link", name="Back it").last.click()
    sign_in_here(phone, mails[0])
    phone.get_by_text("Jacket", exact=True).click()
    phone.get_by_label("Patch, ¥15.00 each").fill("1")
    phone.get_by_role("button", name="Reckon anew").click()
    expect(phone.get_by_text("¥427.00").first).to_be_visible()
    phone.get_by_role("button", name="Pledge ¥427.00").click()
    expect(phone.get_by_role("heading", name="Your pledge")).to_be_visible()
    order_url = phone.url
    phone.get_by_role("button", name="Pay ¥427.00").click()
    phone.get_by_role("button", name="Reserve", exact=True).click()
    expect(phone).to_have_url(order_url)
    run_until_idle(app)
    phone.reload()
    expect(phone.get_by_text("is reserved, and not taken yet")).to_be_visible()
    phone.goto(page_url)
    expect(phone.get_by_text("¥415.00 pledged")).to_be_visible()
    expect(phone.get_by_text("1 backer", exact=False).first).to_be_visible()

    # the deadline passes: the money is taken, the campaign has succeeded
    with time_machine.travel(now() + timedelta(days=5, minutes=5), tick=True):
        run_until_idle(app)
    phone.goto("/me/x/crowdfunding/pledges")
    expect(phone.get_by_text("Funded").first).to_be_visible()
    phone.get_by_role("link", name="Answer now").click()
    phone.get_by_label("Street").fill("1 Tea Street")
    phone.get_by_label("City").fill("Hangzhou")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_text("1 Tea Street").first).to_be_visible()

    # the seller sends it
    desk = new_page(**DESK)
    desk.goto(f"{desk_url}/backers?state=paid")
    sign_in_here(desk, mails[1])
    row = desk.get_by_role("row").filter(has_text="1 Tea Street")
    row.get_by_role("checkbox").check()
    row.get_by_label("Tracking number").fill("SF1234")
    desk.get_by_label("Carrier").fill("SF Express")
    desk.get_by_role("button", name="The chosen ones are on their way").click()
    expect(desk.get_by_text("1 pledge is on its way.")).to_be_visible()
    phone.goto(order_url)
    expect(phone.get_by_text("SF1234")).to_be_visible()

    run_until_idle(app)
    shop_db.session.expire_all()
    assert totals() == {"CNY": 0}
    assert check(app) == []
    assert (loom.campaign.state, loom.progress.collected) == ("succeeded", 41500)
