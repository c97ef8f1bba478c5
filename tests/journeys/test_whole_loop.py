"""The whole loop in a real browser: named, tried, bought, reviewed, grumbled about, and thanked for."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import expect

from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from shop.checking import check
from shop.clock import now
from shop.db import db as shop_db
from shop.db import writing
from shop.jobs import run_until_idle
from shop.limits import Limit
from shop.people.models import Person
from shop.switches import switch
from tests.plugins.reviews.conftest import bought
from tests.support import goods
from tests.support.browsers import DESK, PASSWORD, PHONE, sign_in_by_form
from tests.support.sales import Stall, open_stall

LOOPS = ("naming", "trials", "reviews", "feedback", "points")


def offstage(app: Flask) -> Callable[[], AbstractContextManager[None]]:
    """What the others do meanwhile, committed before the browser goes on; then the worker does what is due."""

    times = count(1)

    @contextmanager
    def meanwhile() -> Any:
        with app.app_context(), writing():
            yield
            shop_db.session.commit()
            shop_db.session.remove()
        with time_machine.travel(now() + timedelta(minutes=2 * next(times)), tick=True):
            run_until_idle(app)

    return meanwhile


def person(name: str) -> Person:
    return shop_db.session.query(Person).filter_by(name=name).one()


def open_loop() -> tuple[Stall, int]:
    """A stall whose product has no name yet: a round for it has begun, and Bo has proposed something."""
    stall = open_stall(stock=10)
    here, seller = stall.community, person("Seller")
    for name in LOOPS:
        switch(here.id, name, True, stall.owner.id)
    for name in ("Ana", "Bo"):
        here.join(goods.person(name), accepts_rules=True)
    shop_db.session.flush()
    round = Round(
        community=here, merchant=stall.merchant, product=stall.product, title="A name for it", text="Round.",
        kind="name",
    )  # fmt: skip
    shop_db.session.add(round)
    shop_db.session.flush()
    round.move("review", seller)
    round.open(stall.owner)
    Proposal.make(round, "One", "", person("Bo")).screen(True, "", seller)
    for each in (person("Ana"), seller):
        each.set_password(PASSWORD)
    return stall, round.id


@pytest.mark.browser
@pytest.mark.both_engines
@pytest.mark.timeout(240)
def test_a_member_goes_round_the_whole_loop_and_is_thanked(app, db, live_server, new_page):
    stall, round_id = open_loop()
    here, desk_url = f"/c/{stall.community.slug}", f"/desk/{stall.merchant.slug}"
    product_page, meanwhile = f"{here}/p/1", offstage(app)
    merchant_id, product_id, community_id = stall.merchant.id, stall.product.id, stall.community.id
    db.session.commit()
    db.session.remove()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    # she proposes a name, ranks it first, and it is chosen
    phone = new_page(**PHONE)
    sign_in_by_form(phone, "ana@example.com")
    phone.goto(product_page)
    phone.get_by_role("link", name="To the round").click()
    phone.get_by_label("Proposal").fill("Moon")
    phone.get_by_role("button", name="Propose").click()
    expect(phone.get_by_text("It is on the list.")).to_be_visible()
    with meanwhile():
        round = shop_db.session.get_one(Round, round_id)
        Proposal.of(round, "waiting")[0].screen(True, "", person("Seller"))
        round.proposals_until = round.opened_at
    phone.reload()
    phone.get_by_role("button", name="Up: Moon").tap()
    phone.get_by_role("button", name="Vote").click()
    expect(phone.get_by_text("Receipt:", exact=False)).to_be_visible()
    with meanwhile():
        round = shop_db.session.get_one(Round, round_id)
        round.votes_until = round.opened_at
    phone.goto(product_page)
    expect(phone.get_by_role("heading", name="Moon", exact=True)).to_be_visible()
    expect(phone.get_by_text("found by Ana", exact=False)).to_be_visible()

    # she applies for the trial of what she has named, wins it, and reports what she did not like
    with meanwhile():
        batch = TrialBatch(
            community_id=community_id, merchant_id=merchant_id, product_id=product_id, title="One Moon to try",
            text="Drink.", worth=3900, currency="CNY", limit=Limit.of(1, "trial"), least_letters=10, least_pictures=0,
        )  # fmt: skip
        shop_db.session.add(batch)
        shop_db.session.flush()
        batch.move("review", person("Seller"))
        batch.open(person("Owner"))
    phone.reload()
    phone.get_by_role("link", name="To the trial").click()
    phone.get_by_label("Why would you like to try it?").fill("I have named it.")
    phone.get_by_role("button", name="Apply").click()
    expect(phone.get_by_text("Your ticket in the draw:", exact=False)).to_be_visible()
    with meanwhile():
        shop_db.session.query(TrialBatch).one().apply_until = now()
    phone.reload()
    phone.get_by_label("City").fill("Hangzhou")
    phone.get_by_label("Street").fill("1 Tea Street")
    phone.get_by_role("button", name="Confirm").click()
    expect(phone.get_by_text("The merchant sends it to 1 Tea Street, Hangzhou.")).to_be_visible()
    with meanwhile():
        shop_db.session.query(TrialApplication).one().move("shipped", carrier="SF", shipped_at=now())
    phone.reload()
    phone.get_by_role("button", name="It is here").click()
    phone.get_by_role("link", name="Write the report").click()
    phone.get_by_label("How was it?").fill("Good tea, and the tin is far too big for me.")
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_text("the tin is far too big for me", exact=False)).to_be_visible()

    # she buys it, has it, and reviews it
    with meanwhile():
        bought(merged(stall), person("Ana"))
    phone.goto("/me/x/reviews/mine")
    phone.get_by_role("link", name="Moon").last.click()
    phone.locator("label", has_text="4 stars").click()
    phone.get_by_label("Your words").fill("I would buy it again in a smaller tin.")
    phone.get_by_role("button", name="Publish").click()
    expect(phone.get_by_text("Your review is on the page.")).to_be_visible()

    # she says what should be better
    phone.goto(product_page)
    phone.get_by_role("link", name="Say what should be better").click()
    phone.get_by_label("In one sentence").fill("Smaller tins, please")
    phone.get_by_role("button", name="Publish").click()
    expect(phone.get_by_text("You are told what becomes of it.", exact=False)).to_be_visible()
    run_until_idle(app)

    # the seller tells what was done, and what led to it
    desk = new_page(**DESK)
    sign_in_by_form(desk, "seller@example.com")
    desk.goto(f"{desk_url}/x/feedback/all")
    expect(desk.get_by_role("link", name="Smaller tins, please")).to_be_visible()
    desk.get_by_role("link", name="Tell what you did").click()
    desk.get_by_role("link", name="Moon").click()
    for led in ("Smaller tins, please", "A trial's report: One Moon to try", "A vote: A name for it"):
        desk.get_by_label(led, exact=False).check()
    desk.get_by_label("What did you change?").fill("Moon comes in half-size tins")
    desk.get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("those who brought it about are thanked", exact=False)).to_be_visible()
    run_until_idle(app)

    # she is thanked: on the product's page, by mail, and with points up to the cap of a day
    phone.goto(product_page)
    expect(phone.get_by_role("link", name="Moon comes in half-size tins")).to_be_visible()
    expect(phone.get_by_text("Thank you, Ana.")).to_be_visible()
    expect(phone.get_by_text("I would buy it again in a smaller tin.").first).to_be_visible()
    phone.goto(f"{here}/x/points/")
    expect(phone.locator(".x-points-many")).to_have_text("60")
    expect(phone.get_by_text("Regular", exact=True).first).to_be_visible()
    mails = {(mail.to[0], mail.subject) for mail in app.extensions["mailman"].outbox}
    assert ("ana@example.com", "You said, we did: Moon comes in half-size tins") in mails
    assert check(app) == []


def merged(stall: Stall) -> Stall:
    """The same stall, as this session knows it."""
    found = shop_db.session.merge
    return Stall(
        found(stall.owner),
        found(stall.community),
        found(stall.merchant),
        found(stall.product),
        found(stall.offer),
    )
