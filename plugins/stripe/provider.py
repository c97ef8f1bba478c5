"""Stripe as a way to pay: a Checkout Session is the page, its PaymentIntent is the money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from plugins.stripe.calling import Declined, calling
from plugins.stripe.currency import takes, to_stripe
from plugins.stripe.disputes import settle_dispute, settle_outside_refund
from plugins.stripe.reports import DISPUTE, OUTSIDE_REFUND, of_intent, of_refund, of_session, reports_of
from plugins.stripe.settings import settings
from plugins.stripe.signing import genuine_event
from shop.clock import now
from shop.errors import Refused
from shop.orders.models import Order
from shop.payments.method import (
    NotGenuine,
    PaymentMethod,
    ProviderDown,
    Report,
    Started,
    wants_deferred_capture,
)
from shop.payments.models import Payment, Refund

# Stripe forgets an idempotency key after 24 hours; from then on we look for what the key did before we use it again.
KEY_IS_OLD = timedelta(hours=20)
# A page whose answer was lost was opened within a day of its payment: later pages need not be looked through.
SECONDS_OF_A_START = 24 * 3600


@dataclass(frozen=True, slots=True)
class Asked:
    """What Stripe is told of a payment: plain values, read before it is called."""

    key: str
    reference: str | None
    amount: int
    currency: str
    order: str
    title: str
    since: int
    is_old: bool
    is_deferred: bool

    @classmethod
    def of(cls, payment: Payment) -> "Asked":
        order = payment.order
        return cls(
            payment.key,
            payment.reference,
            to_stripe(payment.amount, payment.currency),
            payment.currency,
            order.number,
            f"{order.merchant.name} · {order.number}",
            int(payment.at.timestamp()) - 60,
            now() - payment.at > KEY_IS_OLD,
            wants_deferred_capture(order),
        )


class Stripe(PaymentMethod):
    """Cards and wallets on Stripe's page; money counts only when a signed event or our own question says so."""

    code = "stripe"
    title: Any = _l("Card or wallet")
    hint: Any = _l("on Stripe's page")
    deferred_capture = True

    def is_offered(self, order: Order) -> bool:
        return settings() is not None and takes(order.total, order.currency)

    def start(self, payment: Payment, return_url: str) -> Started:
        """Open Stripe's page, once for the payment's key; a page that Stripe has closed is opened anew."""
        asked, again = Asked.of(payment), ""
        try:
            with calling() as api:
                told = _known(api, asked) if asked.reference or asked.is_old else None
                if told is not None and told["status"] == "expired":
                    again = f":{told['id']}"
                    told = None
                key = {"idempotency_key": asked.key + again}
                session = told or api.checkout.sessions.create(_page(asked, return_url), key).to_dict()
        except Declined as no:
            raise Refused(_("Stripe does not take this payment: %(why)s", why=str(no))) from no
        return Started(session["id"], session.get("url") if session["status"] == "open" else None)

    def ask(self, payment: Payment) -> Report | None:
        asked = Asked.of(payment)
        try:
            with calling() as api:
                told = _known(api, asked)
        except Declined:
            return None  # of another account, or long forgotten there
        if told is None or told["livemode"] is not _is_live():
            return None
        ref = f"ask:{told['id']}:{told['status']}"
        return of_session(told, ref) if told["object"] == "checkout.session" else of_intent(told, ref)

    def refund(self, refund: Refund) -> Report | None:
        """Send money back, once for the refund's key: looked for first, for keys are forgotten."""
        asked, key = Asked.of(refund.payment), refund.key
        amount, currency, plain = to_stripe(refund.amount, asked.currency), asked.currency, refund.amount
        try:
            with calling() as api:
                intent = _intent_id(api, asked)
                made = api.refunds.list({"payment_intent": intent, "limit": 100})
                done = next((r for r in made.auto_paging_iter() if _meta(r, "refund_key") == key), None)
                done = done or api.refunds.create(
                    {"payment_intent": intent, "amount": amount, "metadata": {"refund_key": key}},
                    {"idempotency_key": key},
                )
        except Declined as no:
            return Report(f"refused:{key}", "refund_failed", key, plain, currency, key, str(no)[:400])
        return of_refund(done.to_dict(), f"ask:{done.id}:{done.status}")

    def capture(self, payment: Payment) -> Report | None:
        asked = Asked.of(payment)
        with calling() as api:
            intent = _intent(api, asked)
            if intent["status"] == "requires_capture":
                key = {"idempotency_key": f"capture:{asked.key}"}
                intent = api.payment_intents.capture(intent["id"], {}, key).to_dict()
        return of_intent(intent, f"capture:{intent['id']}")

    def void(self, payment: Payment) -> None:
        asked = Asked.of(payment)
        with calling() as api:
            intent = _intent(api, asked)
            if intent["status"] != "canceled":
                api.payment_intents.cancel(intent["id"], {}, {"idempotency_key": f"void:{asked.key}"})

    def close(self, payment: Payment) -> Report | None:
        """Close Stripe's page of an order that is dead; what was paid meanwhile is told instead."""
        asked = Asked.of(payment)
        try:
            with calling() as api:
                told = _known(api, asked)
                if told is not None and told["status"] == "open":
                    told = api.checkout.sessions.expire(told["id"]).to_dict()
        except Declined:
            return self.ask(payment)  # it was paid at this very moment, or is not known there
        return of_session(told, f"close:{told['id']}:{told['status']}") if told else None

    def verify(self, request: Request) -> Sequence[Report]:
        set_up = settings()
        if set_up is None:
            raise NotGenuine("Stripe is not set up")
        try:
            event = genuine_event(request.get_data(), request.headers.get("Stripe-Signature", ""), set_up)
            return reports_of(event)
        except (KeyError, TypeError, ValueError, AttributeError) as strange:
            raise NotGenuine(f"the event cannot be read: {strange}") from strange

    def settle(self, report: Report) -> str:
        if report.kind == DISPUTE:
            return settle_dispute(report)
        if report.kind == OUTSIDE_REFUND:
            return settle_outside_refund(report)
        return super().settle(report)


def _page(asked: Asked, return_url: str) -> dict[str, Any]:
    """The parameters of a page: the same for the same payment, so that Stripe knows a key's second use."""
    meta = {"payment_key": asked.key, "order": asked.order}
    price = {
        "currency": asked.currency.lower(),
        "unit_amount": asked.amount,
        "product_data": {"name": asked.title},
    }
    intent: dict[str, Any] = {"metadata": meta, "description": asked.title}
    if asked.is_deferred:
        intent["capture_method"] = "manual"
    return {
        "mode": "payment",
        "client_reference_id": asked.order,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": meta,
        "payment_intent_data": intent,
        "success_url": return_url,
        "cancel_url": return_url,
    }


def _known(api: Any, asked: Asked) -> dict[str, Any] | None:
    """What Stripe has of a payment: by its reference, or by its key when its start got no answer."""
    if asked.reference is None:
        when = {"gte": asked.since, "lte": asked.since + SECONDS_OF_A_START}
        made = api.checkout.sessions.list({"created": when, "limit": 100})
        found = (s for s in made.auto_paging_iter() if _meta(s, "payment_key") == asked.key)
        reference = next((session.id for session in found), None)
        if reference is None:
            return None
    else:
        reference = asked.reference
    if reference.startswith("cs_"):
        told: dict[str, Any] = api.checkout.sessions.retrieve(
            reference, {"expand": ["payment_intent"]}
        ).to_dict()
    else:
        told = api.payment_intents.retrieve(reference).to_dict()
    return told


def _intent(api: Any, asked: Asked) -> Mapping[str, Any]:
    told: Mapping[str, Any] | None = _known(api, asked)
    if told is not None and told["object"] == "checkout.session":
        told = told["payment_intent"]
    if told is None:
        raise ProviderDown("Stripe knows no money of this payment yet")
    return told


def _intent_id(api: Any, asked: Asked) -> str:
    return str(_intent(api, asked)["id"])


def _meta(thing: Any, name: str) -> str | None:
    """A word that we told Stripe of a thing when we made it."""
    return (thing.to_dict().get("metadata") or {}).get(name)


def _is_live() -> bool:
    set_up = settings()
    return set_up is not None and set_up.is_live
