"""Proof 4: every refund is asked for by two at once; one does it, and the provider pays it back once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from bench.faults.shops import books, count, settle_what_is_left, shop_at
from shop.db import db, is_retryable
from shop.errors import Refused
from shop.hooks import door
from shop.orders.models import Order
from shop.payments.models import Payment, Refund
from shop.payments.settling import intend, refund_order, settle
from tests.support.broken import take_away
from tests.support.fakes.fakepay import report_of
from tests.support.fakes.provider import provider
from tests.support.races import meet, race
from tests.support.sales import open_stall, order_from

PAIRS = 8  # the two of a pair are in two processes


def refund_twice(
    url: str, folder: Path, *, refunds: int = 500, without: Sequence[str] = ()
) -> dict[str, Any]:
    """So many paid orders; two people give the whole money of each back at the same moment."""
    with provider() as bank, shop_at(url, folder, bank.url) as app:
        stall = open_stall(stock=None)
        for _n in range(refunds):
            _pay(order_from(stall))
        db.session.rollback()
        outcomes = race(refund_half, url, processes=4, threads=4, WITHOUT=tuple(without))
        settle_what_is_left(app)
        told = bank.books()
        more = select(func.count(Payment.id)).where(Payment.refunded > Payment.captured)
        return {
            "answers": count([word for outcome in outcomes for word in outcome.value or []]),
            "errors": [outcome.error for outcome in outcomes if outcome.error],
            "asked": db.session.scalar(select(func.count(Refund.id))),
            "done": db.session.scalar(select(func.count(Refund.id)).where(Refund.state == "done")),
            "more_than_captured": db.session.scalar(more),
            "provider": [len(told["charges"]), len(told["refunds"])],
            **books(app),
        }


def refund_half(app: Flask, runner: int) -> list[str]:
    """Two runners walk through the same part of the orders, step by step together."""
    take_away(app)
    answers = []
    with app.test_request_context():
        numbers = db.session.scalars(select(Order.id).order_by(Order.id)).all()
        db.session.rollback()
        for first in range(0, len(numbers), PAIRS):
            meet()
            mine = numbers[first + runner % PAIRS : first + PAIRS][:1]
            answers += [_refund(order_id, runner) for order_id in mine]
    return answers


def _refund(order_id: int, runner: int) -> str:
    for _try in range(20):
        order = db.session.get_one(Order, order_id)
        try:
            refund_order(order, order.total, "asked twice", f"twice:{order_id}:{runner}", None)
            db.session.commit()
            return "done"
        except Refused:
            db.session.rollback()
            return "refused"
        except Exception as conflict:
            db.session.rollback()
            if not is_retryable(conflict):
                return type(conflict).__name__
    return "busy"


def _pay(order: Order) -> None:
    """Charged by the provider, and settled."""
    payment = intend(order, "fakepay")
    db.session.commit()
    started = door().methods["fakepay"].start(payment, "")
    payment.move("started", reference=started.reference)
    settle(
        "fakepay",
        report_of(
            {
                "reference": started.reference,
                "amount": payment.amount,
                "currency": payment.currency,
                "key": payment.key,
                "order": payment.order.number,
            }
        ),
    )
    db.session.commit()
