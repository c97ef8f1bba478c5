"""Cash or transfer as a way to pay: nobody is called, staff confirm."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.offlinepay.models import Instructions
from shop.db import db
from shop.hookspecs import Piece
from shop.orders.models import Order
from shop.payments.method import PaymentMethod, Report, Started
from shop.payments.models import Payment, Refund


class OfflinePay(PaymentMethod):
    """Paid by cash or transfer, confirmed by staff with a note."""

    code = "offlinepay"
    title: Any = _l("Cash or transfer")
    hint: Any = _l("the merchant confirms it by hand")
    merchant_collects = True

    def is_offered(self, order: Order) -> bool:
        return _instructions(order.merchant_id) is not None

    def start(self, payment: Payment, return_url: str) -> Started:
        return Started(f"offline_{payment.id}")

    def waiting(self, payment: Payment) -> Piece | None:
        found = _instructions(payment.order.merchant_id)
        return Piece("offlinepay/waiting.html", {"text": found.text, "payment": payment}) if found else None

    def refund(self, refund: Refund) -> Report | None:
        """Staff hand the money back and say so; nothing is sent."""
        return None


def _instructions(merchant_id: int) -> Instructions | None:
    return db.session.scalars(
        select(Instructions).where(Instructions.merchant_id == merchant_id, Instructions.is_on)
    ).first()
