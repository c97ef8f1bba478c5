"""What coupons do after something happened: orders and refunds, and mails to people. Events may come twice."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from plugins.coupons import mails, online, settling, vouchers
from plugins.coupons.claims import Claim
from plugins.coupons.redemptions import Redemption
from shop.db import db
from shop.events import Event
from shop.orders.models import Order


def hear(event: Event) -> None:
    """Do what this event asks of coupons, if anything."""
    heard = {
        "order.paid": _paid,
        "order.expired": _dead,
        "order.cancelled": _dead,
        "refund.done": _refunded,
        "coupons.used": _used,
        "coupons.undone": _undone,
        "coupons.issued": mails.tell_issued,
        "coupons.expiring": mails.tell_expiring,
        "coupons.turn": mails.tell_turn,
        "coupons.voided": mails.tell_voided,
    }
    act: Callable[[Event], Any] | None = heard.get(event.name)
    if act is not None:
        act(event)


def _paid(event: Event) -> None:
    order = _order(event)
    online.use_for(order)
    vouchers.issue_for(order)


def _dead(event: Event) -> None:
    order = _order(event)
    if order.state in ("expired", "cancelled"):  # an order that was paid late lives again
        online.free_from(order)


def _refunded(event: Event) -> None:
    order = _order(event)
    online.give_back_for(order)
    vouchers.void_refunded(order)


def _used(event: Event) -> None:
    redemption = db.session.get_one(Redemption, event.payload["redemption"])
    settling.settle(redemption)
    claim = db.session.get_one(Claim, redemption.claim_id)
    if claim.order_id is not None:
        vouchers.close(db.session.get_one(Order, claim.order_id))


def _undone(event: Event) -> None:
    settling.take_back(db.session.get_one(Redemption, event.payload["redemption"]))


def _order(event: Event) -> Order:
    return db.session.scalars(select(Order).where(Order.number == event.payload["order"])).one()
