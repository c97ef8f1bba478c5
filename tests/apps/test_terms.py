"""A paid community app: tried, bought by an ordinary order to the site, reminded of, ended, and bought again."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from shop import jobs
from shop.apps import renting
from shop.apps.models import PluginPrice, PluginTerm
from shop.checking import check
from shop.clock import now
from shop.errors import Refused
from shop.hooks import door
from shop.ledger.models import Account
from shop.manifest import Terms
from shop.merchants.models import Merchant
from shop.orders.models import Order
from shop.payments.settling import refund_done, refund_order
from shop.switches import enabled_in, settings_of, switch
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.both_engines
MONTH = Terms(1900, "CNY", days=30, trial_days=14)


@pytest.fixture
def tea(db):
    """A community with a mall, whose owner is signed in nowhere yet, and an operator who asks money for the mall."""
    operator = goods.person("Op", is_operator=True)
    stall = open_stall()
    switch(stall.community.id, "mall", False, None)
    PluginPrice.set("mall", MONTH, operator.id)
    db.session.commit()
    return stall


@pytest.fixture
def owner(client, tea):
    sign_in(client, tea.owner)
    return client


def press(client, name, **fields):
    return client.post(f"/c/tea/manage/apps/mall/{name}", data=fields)


def buy(client):
    """Press the button of the Apps page; the order's page follows."""
    page = client.get("/c/tea/manage/apps").text
    form = re.search(r'action="(/c/tea/manage/apps/mall/orders)".*?name="once" value="([^"]+)"', page, re.S)
    placed = client.post(form[1], data={"once": form[2]})
    assert placed.status_code == 303
    return placed.location.rsplit("/", 1)[1], form[2]


def is_on(tea):
    return "mall" in enabled_in(tea.community.id)


def test_a_manager_tries_it_is_reminded_and_loses_it_with_its_data_kept(app, db, owner, tea):
    page = owner.get("/c/tea/manage/apps").text
    assert "CN¥19.00 for 30 days" in page or "¥19.00 for 30 days" in page
    assert "14 days free to try" in page

    assert press(owner, "switch", on="1").status_code == 303
    assert is_on(tea)
    assert "Free trial: 14 days left" in owner.get("/c/tea/manage/apps").text

    with time_machine.travel(now() + timedelta(days=8)):
        jobs.run_until_idle(app)
        assert is_on(tea)
    db.session.rollback()
    told = db.session.scalars(text("SELECT name FROM event WHERE name LIKE 'app.%' ORDER BY id")).all()
    assert told == ["app.ending"]

    order = order_from(tea)
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        jobs.run_until_idle(app)
        db.session.rollback()
        assert not is_on(tea)
        assert press(owner, "switch", on="1").status_code == 402
        assert "Ended on" in owner.get("/c/tea/manage/apps").text
    db.session.rollback()
    told = db.session.scalars(text("SELECT name FROM event WHERE name LIKE 'app.%' ORDER BY id")).all()
    assert told == ["app.ending", "app.ended"]
    mails = [sent.subject for sent in app.extensions["mailman"].outbox if sent.to == ["owner@example.com"]]
    assert len(mails) == 2
    assert mails[1] == "Mall has ended in Tea"
    assert settings_of(tea.community.id, "mall") == {}
    assert owner.get(f"/o/{order.secret}").status_code == 303


def test_a_term_is_bought_by_an_ordinary_order_to_the_site_and_renewing_extends(app, db, owner, tea):
    number, once = buy(owner)
    again = press(owner, "orders", once=once)
    assert again.location.endswith(number)
    assert not is_on(tea)

    pay(db.session.scalars(select(Order).where(Order.number == number)).one())
    jobs.run_until_idle(app)
    db.session.rollback()

    order = db.session.scalars(select(Order).where(Order.number == number)).one()
    assert (order.total, order.currency, order.state) == (1900, "CNY", "received")
    assert order.merchant.slug == "_site-cny"
    assert [(share.party, share.amount) for share in order.shares] == [("site", 1900)]
    assert Account.of("site", "CNY", 0, "pending").balance() == 1900
    assert is_on(tea)
    first = PluginTerm.end_of(tea.community.id, "mall")
    assert "Bought by Owner" in owner.get("/c/tea/manage/apps").text
    assert "30 days for Tea" in owner.get(f"/orders/{number}").text

    second, _once = buy(owner)
    pay(db.session.scalars(select(Order).where(Order.number == second)).one())
    jobs.run_until_idle(app)
    db.session.rollback()
    assert PluginTerm.end_of(tea.community.id, "mall") - first == timedelta(days=30)
    assert check(app) == []


def test_what_was_paid_for_is_open_and_a_refund_takes_the_rest_of_the_term_back(app, db, owner, tea):
    number, _once = buy(owner)
    order = db.session.scalars(select(Order).where(Order.number == number)).one()
    pay(order)
    jobs.run_until_idle(app)
    db.session.rollback()
    site = db.session.scalars(select(Merchant).where(Merchant.slug == "_site-cny")).one()
    assert site.role_of(goods_operator(db)) == "manager"

    told = app.test_cli_runner().invoke(args=["plugins", "deactivate", "mall"]).output
    assert "still" in told

    (refund,) = refund_order(order, 1900, "Not what we hoped", "k", None)
    refund_done(refund)
    db.session.commit()
    jobs.run_until_idle(app)
    db.session.rollback()

    assert PluginTerm.end_of(tea.community.id, "mall") <= now()
    jobs_due(db)
    jobs.run_until_idle(app)
    db.session.rollback()
    assert not is_on(tea)
    assert check(app) == []


def test_who_used_it_before_it_cost_something_gets_time_to_decide(app, db, tea):
    switch(tea.community.id, "mall", True, None)
    db.session.commit()

    jobs.run_until_idle(app)
    db.session.rollback()

    left = PluginTerm.end_of(tea.community.id, "mall") - now()
    assert timedelta(days=29) < left <= timedelta(days=30)
    assert is_on(tea)


def test_an_operator_sets_a_price_on_any_app_and_takes_it_away(app, db, client, tea):
    sign_in(client, goods_operator(db))

    wrong = {"amount": "a lot", "currency": "CNY", "days": "30", "trial_days": "0"}
    client.post("/admin/plugins/mall/price", data=wrong)
    assert renting.prices()["mall"] == MONTH
    client.post("/admin/plugins/mall/price", data=wrong | {"amount": "9.90", "days": "10"})
    db.session.rollback()
    assert renting.prices()["mall"] == Terms(990, "CNY", 10, 0)
    assert 'value="9.90"' in client.get("/admin/plugins/mall").text

    client.post("/admin/plugins/mall/price", data=wrong | {"amount": "0"})
    db.session.rollback()
    assert "mall" not in renting.prices()


def test_a_manifest_may_name_the_price_and_the_operator_has_the_last_word(app, db, tea):
    manifest = door(app).plugins["mall"].manifest
    object.__setattr__(manifest, "terms", Terms(500, "USD", 7))
    try:
        assert renting.prices()["mall"] == MONTH
        db.session.query(PluginPrice).delete()
        assert renting.prices()["mall"] == Terms(500, "USD", 7)
        PluginPrice.set("mall", Terms(0, "USD", 7), None)
        assert "mall" not in renting.prices()
    finally:
        object.__setattr__(manifest, "terms", None)


def test_what_costs_nothing_is_not_sold(db, tea):
    PluginPrice.set("mall", Terms(0, "CNY"), None)

    with pytest.raises(Refused, match="costs nothing"):
        renting.order(tea.community, door().plugins["mall"].manifest, tea.owner, key="")


def goods_operator(db):
    return db.session.scalars(select(goods.Person).where(goods.Person.is_operator)).one()


def jobs_due(db):
    """A minute later."""
    db.session.execute(
        text("UPDATE due_job SET due_at = '2020-01-01 00:00:00' WHERE name = 'core.apps.terms'")
    )
    db.session.commit()
