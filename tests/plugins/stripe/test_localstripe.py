"""The same SDK against localstripe, a stranger's idea of Stripe: a process of its own that signs its own webhooks."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select
from stripe import StripeClient

from plugins.stripe.provider import Stripe
from shop.db import db as database
from shop.db import let_go
from shop.ledger.models import totals
from shop.payments.models import Payment
from shop.payments.reconciling import send_refunds_of
from shop.payments.settling import intend, refund_order
from tests.support.sales import open_stall, order_from

SECRET = "whsec_local"
# Its own command would listen on every address of the machine.
ON_LOOPBACK = """
import sys
from aiohttp import web
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    """Its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", ON_LOOPBACK, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    until(lambda: answers(url))
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def card(app, live_server, localstripe):
    """A client that pays as a shopper would, with the shop set up to hear of it."""
    app.config.update(
        STRIPE_SECRET_KEY="sk_test_local", STRIPE_WEBHOOK_SECRETS=SECRET, STRIPE_API_BASE=localstripe
    )
    hook = {"url": f"{live_server.url}/hooks/pay/stripe", "secret": SECRET}
    httpx.post(f"{localstripe}/_config/webhooks/shop", data=hook).raise_for_status()
    return StripeClient("sk_test_local", base_addresses={"api": localstripe}).v1


def answers(url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/js.stripe.com/v3/").status_code)
    except httpx.TransportError:
        return False


def until(true, tries: int = 300) -> None:
    """Wait for what another process does."""
    for _ in range(tries):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def pay_by_card(card, payment: Payment, number: str = "4242424242424242") -> str:
    """Confirm a PaymentIntent that carries the payment's key and order, as the Checkout page makes it."""
    method = card.payment_methods.create(
        {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    )
    asked = {
        "amount": payment.amount,
        "currency": payment.currency.lower(),
        "payment_method": method.id,
        "confirm": True,
        "metadata": {"payment_key": payment.key, "order": payment.order.number},
    }
    let_go()
    return card.payment_intents.create(asked).id


def test_its_webhook_pays_and_its_refund_goes_back(db, card):
    order = order_from(open_stall(price=10000, currency="EUR"))
    payment = intend(order, "stripe")
    db.session.commit()

    intent = pay_by_card(card, payment)
    until(lambda: state_of(payment) == "captured")
    (refund,) = refund_order(order, 2500, "spilled", "key", None)
    db.session.commit()
    send_refunds_of(payment.id)

    db.session.refresh(refund)
    assert (payment.reference, payment.charge, order.state) == (intent, intent, "paid")
    assert refund.state == "done"
    assert [r.amount for r in card.refunds.list({"payment_intent": intent}).data] == [2500]
    assert totals() == {"EUR": 0}


def test_it_is_asked_by_reference(db, card):
    order = order_from(open_stall(price=10000, currency="EUR"))
    payment = intend(order, "stripe")
    db.session.commit()
    payment.reference = pay_by_card(card, payment)
    db.session.commit()

    report = Stripe().ask(payment)

    assert (report.kind, report.amount, report.currency, report.order) == (
        "captured",
        10000,
        "EUR",
        order.number,
    )


def state_of(payment: Payment) -> str:
    found = database.session.scalars(select(Payment.state).where(Payment.id == payment.id)).one()
    database.session.rollback()  # nothing is held while the webhook comes
    return found
