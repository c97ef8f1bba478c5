"""Webhook, its twin and the asking job come at once from several processes: one settlement."""

import pytest
import stripe
from sqlalchemy import func, select

from plugins.stripe.signing import TOLERANCE_SECONDS
from shop.db import db as database
from shop.events import Event
from shop.ledger.models import totals
from shop.payments.models import Payment, ProviderEvent
from shop.payments.settling import intend
from tests.support.races import race
from tests.support.sales import open_stall, order_from

pytestmark = [pytest.mark.both_engines, pytest.mark.races]
SECRET = "whsec_race"
SETTINGS = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRETS": SECRET}
BODY = """{"id": "%s", "object": "event", "type": "payment_intent.succeeded", "livemode": false, "data": {"object": {
"id": "pi_1", "status": "succeeded", "amount": 10000, "amount_received": 10000, "currency": "cny",
"metadata": {"payment_key": "%s", "order": "%s"}}}}"""


def tell(app, runner):
    """Stripe delivers one of four events, each to four workers at once."""
    payment = database.session.scalars(select(Payment)).one()
    body = BODY % (f"evt_{runner % 4}", payment.key, payment.order.number)
    database.session.rollback()
    header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    told = app.test_client().post("/hooks/pay/stripe", data=body, headers={"Stripe-Signature": header})
    return told.status_code, told.json["outcomes"]


def test_sixteen_deliveries_at_once_settle_once(db, database_url):
    order = order_from(open_stall(price=10000))
    intend(order, "stripe")
    db.session.commit()

    outcomes = race(tell, database_url, processes=4, threads=4, LOCK_SECONDS=30, **SETTINGS)

    assert [o.error for o in outcomes if o.error] == []
    words = sorted(word for o in outcomes for word in o.value[1])
    assert words == ["known"] * 12 + ["late"] * 3 + ["paid"]
    db.session.expire_all()
    assert (order.state, totals(), TOLERANCE_SECONDS) == ("paid", {"CNY": 0}, 300)
    assert db.session.scalar(select(func.count(ProviderEvent.id))) == 4
    assert db.session.scalar(select(func.count(Event.id)).where(Event.name == "order.paid")) == 1
