"""Money goes back once, in parts or whole; a community gets its share once, after receipt, when that is switched on."""

import pytest
from sqlalchemy import select

from plugins.wechatpay.models import Sharing
from plugins.wechatpay.reports import number_of
from plugins.wechatpay.sharing import share_profits
from shop.checking import check
from shop.jobs import run_until_idle
from shop.ledger.completing import complete
from shop.ledger.models import Account, totals
from shop.ledger.payouts import due
from shop.payments.reconciling import send_refunds_of
from shop.payments.settling import refund_order
from shop.people.models import Person
from tests.plugins.wechatpay.test_paying import deliver, press_pay, the_payment
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stall(db):
    return open_stall(price=10000, community_share=500)


def paid(client, db, wechat, stall):
    """An order that was paid with WeChat."""
    order = order_from(stall)
    press_pay(client, order)
    deliver(client, wechat, wechat.pay(the_payment(db).key))
    db.session.expire_all()
    return order


def ask_back(db, order, amount, key="spilled"):
    (refund,) = refund_order(order, amount, "spilled", key, None)
    db.session.commit()
    return refund


def pot(owner, ref="", purpose="") -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def test_parts_and_the_rest_go_back(app, client, db, wechat, stall):
    order = paid(client, db, wechat, stall)

    for n, part in enumerate((1, 3333, 6666)):
        send_refunds_of(ask_back(db, order, part, f"key-{n}").payment_id)

    db.session.refresh(order)
    assert (wechat.refunded, order.state) == (10000, "refunded")
    assert (pot("provider", "wechatpay"), totals(), check(app)) == (0, {"CNY": 0}, [])


@pytest.mark.parametrize("trouble", ["down", "hang up before", "hang up after"])
def test_a_refund_without_an_answer_is_sent_once(app, client, db, wechat, stall, trouble):
    refund = ask_back(db, paid(client, db, wechat, stall), 4000)
    wechat.trouble = [trouble]

    run_until_idle(app)
    send_refunds_of(refund.payment_id)
    send_refunds_of(refund.payment_id)

    db.session.refresh(refund)
    assert (refund.state, len(wechat.refunds), wechat.refunded) == ("done", 1, 4000)


def test_a_slow_refund_is_done_when_wechat_says_so_and_once(client, db, wechat, stall):
    refund = ask_back(db, paid(client, db, wechat, stall), 4000)
    wechat.slow_refunds = True

    send_refunds_of(refund.payment_id)
    db.session.refresh(refund)
    before, notice = refund.state, wechat.refund_notice(number_of(refund.key))
    told = deliver(client, wechat, notice, notice)

    db.session.refresh(refund)
    assert [t.json["outcomes"] for t in told] == [["refunded"], ["known"]]
    assert (before, refund.state, pot("provider", "wechatpay")) == ("asked", "done", -6000)


def test_a_stuck_refund_is_told_as_failed(client, db, wechat, stall):
    refund = ask_back(db, paid(client, db, wechat, stall), 4000)
    wechat.slow_refunds = True
    send_refunds_of(refund.payment_id)

    deliver(client, wechat, wechat.refund_notice(number_of(refund.key), "ABNORMAL"))

    db.session.refresh(refund)
    assert (refund.state, pot("provider", "wechatpay")) == ("failed", -10000)


def test_a_refund_of_another_amount_moves_nothing(client, db, wechat, stall):
    refund = ask_back(db, paid(client, db, wechat, stall), 4000)
    wechat.slow_refunds = True
    send_refunds_of(refund.payment_id)
    notice = wechat.refund_notice(number_of(refund.key))
    notice["resource"]["amount"]["refund"] = 1

    told = deliver(client, wechat, notice)

    db.session.refresh(refund)
    assert (told[0].status_code, refund.state) == (422, "asked")


def sharing(app, stall, receiver="1900000109"):
    app.config.update(WECHATPAY_PROFIT_SHARING=True, WECHATPAY_RECEIVERS=f"{stall.community.slug}={receiver}")


def completed(db, order):
    """Received, and the return window has closed."""
    stall_owner = db.session.scalars(select(Person).where(Person.name == "Owner")).one()
    stall_owner.is_operator = True
    order.ship("Post", "1", stall_owner)
    order.receive(None)
    complete(order)
    db.session.commit()


def test_a_community_gets_its_share_once_the_order_is_completed(app, client, db, wechat, stall):
    sharing(app, stall)
    order = paid(client, db, wechat, stall)

    before = share_profits()
    completed(db, order)
    sent = [share_profits(), share_profits()]

    assert wechat.trades[the_payment(db).key]["asked"]["settle_info"] == {"profit_sharing": True}
    assert (before, sent) == (0, [1, 0])
    (asked,) = wechat.sharings.values()
    assert [(r["account"], r["amount"]) for r in asked["receivers"]] == [("1900000109", 500)]
    assert (
        pot("community", stall.community.id, "pending"),
        pot("community", stall.community.id, "payable"),
    ) == (0, 0)
    assert (pot("provider", "wechatpay"), totals(), check(app)) == (-9500, {"CNY": 0}, [])
    assert due("CNY", 1)[0][0].owner == "merchant"


def test_a_merchant_reads_where_wechat_cannot_send_what_is_agreed(app, client, db, wechat, stall):
    seller = db.session.scalars(select(Person).where(Person.name == "Seller")).one()
    sign_in(client, seller)
    listing = stall.offer.listing
    page = f"/desk/{stall.merchant.slug}/listings/{listing.id}"
    sharing(app, stall)
    fits = client.get(page)
    assert (fits.status_code, "at most 30 %" in fits.text) == (200, False)

    listing.agree(3100, 0)
    db.session.commit()

    assert "WeChat Pay sends others at most 30 % of an order by itself" in client.get(page).text


def test_a_lost_answer_shares_once(app, client, db, wechat, stall):
    sharing(app, stall)
    completed(db, paid(client, db, wechat, stall))
    wechat.trouble = ["hang up after"]

    sent = [share_profits(), share_profits()]

    assert (sent, len(wechat.sharings), db.session.scalars(select(Sharing)).one().state) == (
        [0, 1],
        1,
        "done",
    )


@pytest.mark.parametrize("why", ["off", "no receiver", "more than 30 %", "refunded"])
def test_nothing_is_shared_when_a_rule_forbids_it(app, client, db, wechat, why):
    stall = open_stall(price=10000, community_share=3100 if why == "more than 30 %" else 500)
    if why != "off":
        sharing(app, stall, "" if why == "no receiver" else "1900000109")
    order = paid(client, db, wechat, stall)
    if why == "refunded":
        send_refunds_of(ask_back(db, order, 1).payment_id)
    completed(db, order)

    assert (share_profits(), wechat.sharings) == (0, {})


def test_a_share_that_wechat_refuses_stays_payable(app, client, db, wechat, stall):
    sharing(app, stall)
    completed(db, paid(client, db, wechat, stall))
    app.config["WECHATPAY_SERIAL"] = "of another certificate"

    sent = share_profits()

    assert (sent, db.session.scalars(select(Sharing)).one().state) == (0, "failed")
    assert sorted(amount for _account, amount in due("CNY", 1)) == [500, 9500]
    assert check(app) == []
