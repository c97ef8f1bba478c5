"""Events that Stripe did not send, or not now, not here, not for this: none of them pays."""

import time

import pytest
from sqlalchemy import select
from stripe import WebhookSignature

from plugins.stripe.provider import Stripe
from shop.payments.models import Payment, ProviderEvent
from tests.plugins.stripe.test_paying import page_of, press_pay
from tests.support.sales import open_stall, order_from

HOUR = 3600


@pytest.fixture
def event(client, db, stripe):
    """The genuine event of a paid order, not yet delivered."""
    order = order_from(open_stall(price=10000))
    stripe.pay(page_of(press_pay(client, order)))
    return stripe.events[0]


def pays_nothing(db) -> bool:
    db.session.expire_all()
    payment = db.session.scalars(select(Payment)).one()
    return (payment.state, payment.captured, payment.order.state) == ("started", 0, "pending")


@pytest.mark.parametrize("secret", ["whsec_of_nobody", ""])
def test_a_signature_that_is_not_stripes(client, db, stripe, event, secret):
    told = client.post("/hooks/pay/stripe", **stripe.signed(event, secret=secret))

    assert (told.status_code, pays_nothing(db)) == (400, True)


@pytest.mark.parametrize("seconds", [-24 * HOUR, -310, 310], ids=["of yesterday", "too old", "too early"])
def test_a_signature_that_is_not_of_now(client, db, stripe, event, seconds):
    told = client.post("/hooks/pay/stripe", **stripe.signed(event, at=time.time() + seconds))

    assert (told.status_code, pays_nothing(db)) == (400, True)


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=y", "t=1,v1=é", "t==,,"])
def test_a_header_that_is_no_signature(client, db, stripe, event, header):
    sent = stripe.signed(event)
    sent["headers"]["Stripe-Signature"] = header.encode("utf-8").decode("latin-1")

    told = client.post("/hooks/pay/stripe", **sent)

    assert (told.status_code, pays_nothing(db)) == (400, True)


def test_a_second_time_in_the_header_does_not_hide_the_future(client, db, stripe, event):
    sent = stripe.signed(event, at=time.time() + HOUR)
    sent["headers"]["Stripe-Signature"] += f",t={int(time.time())}"

    told = client.post("/hooks/pay/stripe", **sent)

    assert (told.status_code, pays_nothing(db)) == (400, True)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"type": "x", "livemode": false}', "\u0000", "null"])
def test_a_signed_body_that_is_no_event(client, db, stripe, event, body):
    sent = stripe.signed(event)
    sent["data"] = body
    header = WebhookSignature.generate_signature_header(body, "whsec_fake")
    sent["headers"]["Stripe-Signature"] = header

    told = client.post("/hooks/pay/stripe", **sent)

    assert (told.status_code, pays_nothing(db)) == (400, True)


def test_a_body_that_was_changed_after_signing(client, db, stripe, event):
    sent = stripe.signed(event)
    sent["data"] = sent["data"].replace("10000", "10001")

    assert client.post("/hooks/pay/stripe", **sent).status_code == 400
    assert pays_nothing(db)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"livemode": True}, 400),
        ({"account": "acct_of_another"}, 400),
    ],
)
def test_an_event_of_another_mode_or_account(client, db, stripe, event, wrong, status):
    told = client.post("/hooks/pay/stripe", **stripe.signed(event | wrong))

    assert (told.status_code, pays_nothing(db)) == (status, True)


def test_a_connected_account_must_be_named(app, client, db, stripe, event):
    app.config["STRIPE_ACCOUNT"] = "acct_1"

    without = client.post("/hooks/pay/stripe", **stripe.signed(event))
    named = client.post("/hooks/pay/stripe", **stripe.signed(event | {"account": "acct_1"}))

    assert (without.status_code, named.json) == (400, {"outcomes": ["paid"]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_received": 1},
        {"amount_received": 10001},
        {"currency": "usd"},
        {"currency": "jpy"},
        {"metadata": {"payment_key": "of nobody", "order": "1"}},
    ],
)
def test_a_genuine_event_of_another_amount_currency_or_payment(client, db, stripe, event, wrong):
    event["data"]["object"].update(wrong)

    told = client.post("/hooks/pay/stripe", **stripe.signed(event))

    assert (told.status_code in (400, 422), pays_nothing(db)) == (True, True)
    assert db.session.scalars(select(ProviderEvent)).all() == []


def test_the_payment_of_one_order_does_not_pay_another(client, db, stripe, event):
    event["data"]["object"]["metadata"]["order"] = "another"

    told = client.post("/hooks/pay/stripe", **stripe.signed(event))

    assert (told.status_code, pays_nothing(db)) == (422, True)


def test_money_that_is_not_this_shops_is_nobodys_business(client, db, stripe, event):
    event["data"]["object"]["metadata"] = {}

    told = client.post("/hooks/pay/stripe", **stripe.signed(event))

    assert (told.json, pays_nothing(db)) == ({"outcomes": []}, True)


def test_an_old_secret_counts_while_it_is_listed(app, client, db, stripe, event):
    with_old = client.post("/hooks/pay/stripe", **stripe.signed(event, secret="whsec_old"))

    assert with_old.json == {"outcomes": ["paid"]}


@pytest.mark.parametrize(
    "missing",
    [
        {"STRIPE_SECRET_KEY": ""},
        {"STRIPE_WEBHOOK_SECRETS": " , "},
        {"STRIPE_SECRET_KEY": "sk_live_1"},
        {"STRIPE_MODE": "live"},
        {"STRIPE_MODE": "both"},
    ],
)
def test_not_set_up_is_not_offered_and_believes_nothing(app, client, db, stripe, event, missing):
    app.config.update(missing)
    order = db.session.scalars(select(Payment)).one().order

    assert not Stripe().is_offered(order)
    assert press_pay(client, order).status_code == 409
    assert client.post("/hooks/pay/stripe", **stripe.signed(event)).status_code == 400
