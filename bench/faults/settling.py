"""Proof 6: return page, webhooks and the reconciling job come at the same moment; one of them settles."""

import json
from collections.abc import Sequence
from contextvars import Context
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from bench.faults.shops import books, count, settle_what_is_left, shop_at
from shop.db import db, writing
from shop.events import Event
from shop.hooks import door
from shop.ledger.models import Transfer
from shop.orders.models import Order
from shop.payments import reconciling
from shop.payments.models import Payment
from shop.payments.settling import intend
from tests.support.broken import take_away
from tests.support.fakes import fakepay
from tests.support.fakes.provider import provider, sign
from tests.support.races import meet, race
from tests.support.sales import open_stall, order_from


def settle_at_once(
    url: str, folder: Path, *, rounds: int = 100, without: Sequence[str] = ()
) -> dict[str, Any]:
    """So many charged payments; for each, sixteen runners in four processes tell, ask and look at once."""
    with provider() as bank, shop_at(url, folder, bank.url) as app:
        bank.be("up", tells=False)
        stall = open_stall(stock=None)
        for _n in range(rounds):
            payment = intend(order_from(stall), "fakepay")
            db.session.commit()
            reference = door().methods["fakepay"].start(payment, "").reference
            payment.move("started", reference=reference)
            db.session.commit()
        db.session.rollback()
        outcomes = race(come, url, processes=4, threads=4, PROVIDER=bank.url, WITHOUT=tuple(without))
        outbox = app.extensions["mailman"].outbox = []
        settle_what_is_left(app)
        paid = db.session.scalars(select(Event).where(Event.name == "order.paid")).all()
        keys = [f"payment:{number}" for number in db.session.scalars(select(Payment.id))]
        booked = select(func.count(Transfer.id)).where(Transfer.key.in_(keys))
        return {
            "answers": count([word for outcome in outcomes for word in outcome.value or []]),
            "errors": [outcome.error for outcome in outcomes if outcome.error],
            "settlements": len(paid),
            "booked": db.session.scalar(booked),
            "mails": len([mail for mail in outbox if "has arrived" in mail.subject]),
            **books(app),
        }


def come(app: Flask, runner: int) -> list[str]:
    """As a webhook, as the job, or as the shopper who returns; all meet at each payment."""
    take_away(app)
    fakepay.accept(app, app.config["PROVIDER"])
    with writing(False):
        found = db.session.execute(
            select(Payment.id, Payment.key, Payment.reference, Payment.amount, Order.number, Order.secret)
            .join(Order, Order.id == Payment.order_id)
            .order_by(Payment.id)
        ).all()
        db.session.rollback()
    shopper = app.test_client()
    answers = []
    for row in found:
        act = (_tell, _ask, _tell, _return)[runner % 4]
        if act is _return:
            Context().run(shopper.get, f"/o/{row.secret}")
        meet()
        answers.append(act(app, shopper, row))
    return answers


def _tell(app: Flask, _shopper: Any, row: Any) -> str:
    said = {
        "reference": row.reference,
        "amount": row.amount,
        "currency": "CNY",
        "key": row.key,
        "order": row.number,
    }
    payload = json.dumps(said).encode()
    answer = Context().run(
        app.test_client().post, "/hooks/pay/fakepay", data=payload, headers={"Fake-Mac": sign(payload)}
    )
    return f"webhook {answer.status_code}"


def _ask(app: Flask, _shopper: Any, row: Any) -> str:
    with app.app_context(), writing():
        try:
            return f"job {reconciling._ask(row.id)}"
        except Exception as failure:
            db.session.rollback()
            return f"job {type(failure).__name__}"
        finally:
            db.session.remove()


def _return(_app: Flask, shopper: Any, row: Any) -> str:
    return f"page {Context().run(shopper.get, f'/orders/{row.number}').status_code}"
