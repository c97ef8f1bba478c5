"""The storefront's story: a stranger opens a group's link on a phone and buys; everybody sees what became of it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plugins.mall.shipping import ShippingWay
from shop.catalog.models import Variant
from shop.checking import check
from shop.communities.links import GroupLink
from shop.jobs import run_until_idle
from shop.ledger.models import totals
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.support.browsers import DESK, PHONE
from tests.support.goods import staff
from tests.support.people import make_person
from tests.support.sales import open_stall

SHOTS = os.environ.get("SHOTS")


def look(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at, when asked for."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.both_engines
def test_a_stranger_opens_a_link_buys_two_and_the_community_sees_it(app, db, live_server, new_page):
    stall = open_stall(price=6800, stock=10)
    stall.product.set_options(["Weight"])
    stall.product.variants[0].values = ["50 g"]
    stall.product.variants.append(Variant.make(12800, values=["100 g"], stock=5, position=2))
    stall.product.settle()
    way = ShippingWay.add(stall.merchant, "flat", "Post")
    way.amount = 1000
    link = GroupLink.make(
        stall.community, stall.owner, "Tuesday tea", opens="listing", opens_id=stall.offer.listing_id
    )
    seller = make_person("Mei", "mei@example.com", "a quiet mountain path")
    staff(stall.merchant, seller, "manager")
    stall.owner.set_password("a quiet mountain lake")
    db.session.flush()
    opened, orders = f"/g/{link.token}", f"/desk/{stall.merchant.slug}/orders"
    insight, owner = f"/c/{stall.community.slug}/manage/insight", stall.owner.email
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    # the stranger, on a phone, without an account
    phone = new_page(**PHONE)
    phone.goto(opened)
    expect(phone.get_by_label("Where you come from")).to_have_text("From Tea, shared by Owner")
    expect(phone.get_by_role("heading", name="Oolong")).to_be_visible()
    look(phone, "1-listing")
    phone.get_by_text("100 g ·").click()
    phone.get_by_label("Quantity").fill("2")
    phone.get_by_role("button", name="Buy now").click()
    look(phone, "2-checkout")
    phone.get_by_label("Name", exact=True).fill("Ana")
    phone.get_by_label(re.compile("E-mail or phone|Email or phone", re.I)).fill("ana@example.com")
    phone.get_by_label("Street").fill("1 Tea Street")
    phone.get_by_label("City").fill("Hangzhou")
    phone.get_by_label("Province or state").fill("Zhejiang")
    phone.locator("#phone").fill("138 0000 0000")
    phone.get_by_role("button", name=re.compile("Place|Order|Pay")).last.click()
    expect(phone.get_by_role("heading", name="To pay", exact=True)).to_be_visible()
    expect(phone.get_by_text("¥266.00").first).to_be_visible()
    order_url = phone.url
    look(phone, "3-order-to-pay")
    phone.get_by_role("button", name="Pay ¥266.00").click()
    look(phone, "4-demopay")
    phone.get_by_role("button", name="Pay", exact=True).click()
    expect(phone).to_have_url(order_url)
    run_until_idle(app)  # the worker: the provider's signed webhook
    expect(phone.get_by_role("heading", name="Paid")).to_be_visible(timeout=10_000)
    phone.reload()
    look(phone, "5-order-paid")

    # the merchant, at a desk
    desk = new_page(**DESK)
    desk.goto(orders)
    desk.get_by_label(re.compile("e-?mail", re.I)).fill("mei@example.com")
    desk.get_by_label("Password", exact=True).fill("a quiet mountain path")
    desk.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("heading", name="Orders")).to_be_visible()
    look(desk, "6-desk-orders")
    desk.get_by_role("link", name=order_url.rsplit("/", 1)[1]).click()
    look(desk, "7-desk-order")
    desk.get_by_label("Carrier").fill("SF Express")
    desk.get_by_label("Tracking number").fill("SF1234")
    desk.get_by_role("button", name="It is on its way").click()
    expect(desk.get_by_role("heading", name="On its way")).to_be_visible()

    # the shopper again
    phone.reload()
    expect(phone.get_by_text("SF1234")).to_be_visible()
    phone.get_by_role("button", name="I have received it").click()
    expect(phone.get_by_role("heading", name="Received")).to_be_visible()
    look(phone, "8-order-received")

    # the community's manager
    manager = new_page(**PHONE)
    manager.goto(insight)
    manager.get_by_label(re.compile("e-?mail", re.I)).fill(owner)
    manager.get_by_label("Password", exact=True).fill("a quiet mountain lake")
    manager.get_by_role("main").get_by_role("button", name="Sign in").click()
    row = manager.get_by_role("row").filter(has_text="Tuesday tea")
    expect(row).to_contain_text("¥266.00")
    look(manager, "9-insight")

    # the books
    run_until_idle(app)
    db.session.expire_all()
    order = db.session.query(Order).one()
    assert (order.state, order.buyer_id, order.total) == ("received", None, 26600)
    assert [(line.quantity, line.detail, line.amount) for line in order.lines] == [(2, "100 g", 25600)]
    assert (order.credit.link_id, order.credit.sharer_id, order.credit.reason) == (
        link.id,
        stall.owner.id,
        "link",
    )
    assert [variant.left for variant in stall.product.variants] == [10, 3]
    assert [(paid.method, paid.state) for paid in db.session.query(Payment)] == [("demopay", "captured")]
    assert totals() == {"CNY": 0}
    assert check(app) == []
