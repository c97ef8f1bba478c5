"""The provider seen from the shop: start, ask, refund, and the check of its signed webhooks."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

from flask import Request, current_app, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.demopay.models import Charge, ChargeRefund
from shop.db import db, writing
from shop.payments.method import NotGenuine, PaymentMethod, Report, Started, wants_deferred_capture
from shop.payments.models import Payment, Refund

# A webhook counts only within so many seconds of now, both ways (Stripe's own tolerance).
TOLERANCE_SECONDS = 300
# "shaky" money is reserved, but will not be there when it shall be taken: so that a shop can be seen to cope.
KINDS = {"paid": "captured", "declined": "failed", "reserved": "authorized", "shaky": "authorized"}
TAKEN = {"reserved": "paid", "shaky": "declined"}


class DemoPay(PaymentMethod):
    """Pay, decline or do nothing on the provider's own page."""

    code = "demopay"
    title = _l("Demo payment")
    hint = _l("no money moves")
    deferred_capture = True

    def start(self, payment: Payment, return_url: str) -> Started:
        """The provider opens a charge, once for the payment's key."""
        charge = db.session.scalars(select(Charge).where(Charge.key == payment.key)).first()
        if charge is None:
            charge = Charge(
                key=payment.key,
                amount=payment.amount,
                currency=payment.currency,
                title=payment.order.merchant.name,
                return_url=return_url,
                is_deferred=wants_deferred_capture(payment.order),
            )
            db.session.add(charge)
            db.session.commit()
        return Started(charge.reference, url_for("demopay.show", reference=charge.reference))

    def ask(self, payment: Payment) -> Report | None:
        charge = db.session.scalars(select(Charge).where(Charge.reference == payment.reference)).first()
        return report_of(charge) if charge is not None and charge.state in KINDS else None

    def capture(self, payment: Payment) -> Report | None:
        """Take what is reserved, once; shaky money turns out not to be there."""
        with writing():
            charge = _charge_of(payment)
            charge.state = TAKEN.get(charge.state, charge.state)
            db.session.commit()
        return report_of(charge)

    def void(self, payment: Payment) -> None:
        """Let go of what is reserved."""
        with writing():
            charge = _charge_of(payment)
            if charge.state in TAKEN:
                charge.state = "let_go"
            db.session.commit()

    def refund(self, refund: Refund) -> Report | None:
        """The provider sends money back, once for the refund's key."""
        with writing():
            done = db.session.scalars(select(ChargeRefund).where(ChargeRefund.key == refund.key)).first()
            if done is None:
                charge = _charge_of(refund.payment)
                charge.refunded += refund.amount
                done = ChargeRefund(charge_id=charge.id, key=refund.key, amount=refund.amount)
                db.session.add(done)
                db.session.commit()
        return Report(
            f"refund_{refund.key}",
            "refunded",
            f"re_{done.id}",
            refund.amount,
            refund.payment.currency,
            refund.key,
        )

    def verify(self, request: Request) -> Sequence[Report]:
        payload = request.get_data()
        check(payload, request.headers.get("Demopay-Signature", ""))
        told: dict[str, Any] = json.loads(payload)
        return [Report(told["id"], told["kind"], told["reference"], told["amount"], told["currency"])]


def _charge_of(payment: Payment) -> Charge:
    return db.session.scalars(select(Charge).where(Charge.reference == payment.reference)).one()


def report_of(charge: Charge) -> Report:
    """What the provider says of a charge that was decided."""
    return Report(
        f"evt_{charge.reference}_{charge.state}",
        KINDS[charge.state],
        charge.reference,
        charge.amount,
        charge.currency,
    )


def sign(payload: bytes, at: int | None = None) -> str:
    """The signature header of a webhook: HMAC-SHA256 over time and body."""
    at = int(time.time()) if at is None else at
    return f"t={at},v1={_mac(at, payload)}"


def check(payload: bytes, header: str) -> None:
    """Raise NotGenuine unless the header signs this very payload, now."""
    try:
        parts = dict(part.split("=", 1) for part in header.split(","))
        at = int(parts["t"])
    except (ValueError, KeyError):
        raise NotGenuine("the signature cannot be read") from None
    if abs(time.time() - at) > TOLERANCE_SECONDS:
        raise NotGenuine("the signature is not of now")
    if not hmac.compare_digest(_mac(at, payload), parts.get("v1", "")):
        raise NotGenuine("the signature is not ours")


def _mac(at: int, payload: bytes) -> str:
    secret = hashlib.sha256(f"demopay:{current_app.secret_key!r}".encode()).digest()
    return hmac.new(secret, f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
