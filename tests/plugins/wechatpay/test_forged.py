"""Notifications that WeChat Pay did not send, or not now, not for us, not for this: none of them pays."""

import time

import pytest
from sqlalchemy import select

from plugins.wechatpay.provider import WechatPay
from shop.payments.models import Payment, ProviderEvent
from tests.plugins.wechatpay.test_paying import press_pay, the_payment
from tests.support.fakes.wechat import make_key
from tests.support.sales import open_stall, order_from


@pytest.fixture
def notice(client, db, wechat):
    """The genuine notification of a paid order, not yet delivered."""
    press_pay(client, order_from(open_stall(price=10000)))
    return wechat.pay(the_payment(db).key)


def pays_nothing(db) -> bool:
    db.session.expire_all()
    payment = db.session.scalars(select(Payment)).one()
    return (payment.state, payment.captured, payment.order.state) == ("started", 0, "pending")


def send(client, sent):
    return client.post("/hooks/pay/wechatpay", **sent).status_code


@pytest.mark.parametrize("seconds", [-24 * 3600, -310, 310, 3600])
def test_a_signature_that_is_not_of_now(client, db, wechat, notice, seconds):
    status = send(client, wechat.signed(notice, at=time.time() + seconds))

    assert (status, pays_nothing(db)) == (400, True)


def test_a_signature_by_a_key_of_nobody(client, db, wechat, notice):
    status = send(client, wechat.signed(notice, key=make_key(9)))

    assert (status, pays_nothing(db)) == (400, True)


def test_a_signature_by_another_key_under_our_keys_name(client, db, wechat, notice):
    sent = wechat.signed(notice, key=make_key(9))
    sent["headers"]["Wechatpay-Serial"] = wechat.key.name

    assert (send(client, sent), pays_nothing(db)) == (400, True)


def test_a_body_that_was_changed_after_signing(client, db, wechat, notice):
    sent = wechat.signed(notice)
    sent["data"] = sent["data"].replace("encrypt-resource", "encrypt-resource ")

    assert (send(client, sent), pays_nothing(db)) == (400, True)


@pytest.mark.parametrize(
    "broken",
    [
        {"Wechatpay-Timestamp": "soon"},
        {"Wechatpay-Timestamp": ""},
        {"Wechatpay-Serial": "zz"},
        {"Wechatpay-Serial": ""},
        {"Wechatpay-Signature": "???"},
        {"Wechatpay-Signature-Type": "NONE"},
    ],
)
def test_headers_that_are_no_signature(client, db, wechat, notice, broken):
    sent = wechat.signed(notice)
    sent["headers"] |= broken

    assert (send(client, sent), pays_nothing(db)) == (400, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"appid": "wx_of_another"},
        {"mchid": "1900000002"},
        {"amount": {"total": 1, "currency": "CNY"}},
        {"amount": {"total": 10001, "currency": "CNY"}},
        {"amount": {"total": 10000, "currency": "USD"}},
        {"out_trade_no": "of-nobody"},
        {"attach": "another order"},
        {"attach": ""},
    ],
)
def test_a_genuine_notification_of_another_account_amount_currency_or_order(
    client, db, wechat, notice, wrong
):
    notice["resource"].update(wrong)

    status = send(client, wechat.signed(notice))

    assert (status in (400, 422), pays_nothing(db)) == (True, True)
    assert db.session.scalars(select(ProviderEvent)).all() == []


def test_what_is_not_paid_yet_pays_nothing(client, db, wechat, notice):
    notice["resource"]["trade_state"] = "USERPAYING"

    assert (send(client, wechat.signed(notice)), pays_nothing(db)) == (200, True)


def test_the_next_key_counts_while_both_are_listed(client, db, wechat, notice):
    told = client.post("/hooks/pay/wechatpay", **wechat.signed(notice, key=make_key(2)))

    assert told.json == {"outcomes": ["paid"]}


def test_strangers_cannot_make_the_shop_call_wechat(client, db, certified):
    press_pay(client, order_from(open_stall(price=10000)))
    notice = certified.pay(the_payment(db).key)
    certified.asked.clear()

    statuses = [
        send(client, certified.signed(notice, key=make_key(n, is_certificate=True))) for n in (7, 8, 9)
    ]

    assert (statuses, certified.asked) == ([400] * 3, ["GET /v3/certificates"])
    assert send(client, certified.signed(notice)) == 200


@pytest.mark.parametrize("missing", ["APPID", "MCHID", "SERIAL", "PRIVATE_KEY", "APIV3_KEY"])
def test_not_set_up_is_not_offered_and_believes_nothing(app, client, db, wechat, notice, missing):
    app.config[f"WECHATPAY_{missing}"] = ""
    order = db.session.scalars(select(Payment)).one().order

    assert not WechatPay().is_offered(order)
    assert send(client, wechat.signed(notice)) == 400
