"""Guards taken away, one by one: a proof is worth something when it fails without the guard that it is about."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from flask import Flask, redirect, request, url_for
from sqlalchemy import event, select, update
from sqlalchemy.engine import Connection

from shop import once
from shop.access import public
from shop.db import db, end_turn, writing
from shop.errors import Refused
from shop.hooks import Door, door
from shop.limits import Limit
from shop.orders.access import order_for_reading
from shop.orders.models import Order
from shop.payments import reconciling, settling, views
from shop.payments.models import Payment, Refund

# Long enough that those who are let go together meet, also on a machine that has much else to do.
THINKING = 0.1


def without_limits(app: Flask) -> None:
    """Look how many are left, think, then write down what was reckoned."""
    _unlocked(app)

    def take(limit: Limit, n: int) -> int | None:
        left = _look(Limit.left, Limit.id == limit.id)
        if left < n:
            return None
        time.sleep(THINKING)
        db.session.execute(update(Limit).where(Limit.id == limit.id).values(left=left - n))
        return left - n

    Limit._try_take = take


def without_once(_app: Flask) -> None:
    """No key is remembered."""

    def begin(*_said: Any) -> Any:
        return SimpleNamespace(answer=None)

    once.begin = begin
    once.begin_as = lambda *said: said[-1]
    once.answer = lambda *_said: None


def without_intent(app: Flask) -> None:
    """The provider is called inside the transaction that writes the payment down."""

    @public
    def create(number: str) -> Any:
        order = order_for_reading(number)
        method = door().methods[request.form["method"]]
        payment = Payment(order=order, method=method.code, amount=order.total, currency=order.currency)
        db.session.add(payment)
        db.session.flush()
        said = {"key": payment.key, "amount": payment.amount, "currency": "CNY", "order": order.number}
        charge = method.client.post("/charges", json=said).json()
        method.die_perhaps(charge)
        payment.move("started", reference=charge["reference"])
        db.session.commit()
        return redirect(url_for("orders.show", number=number), 303)

    app.view_functions["payments.create"] = create


def without_refund_guard(app: Flask) -> None:
    """Look what went back already, think, then write."""
    _unlocked(app)

    def ask_refund(payment: Payment, amount: int, reason: str, key: str, by: Any = None) -> Refund:
        refunded = _look(Payment.refunded, Payment.id == payment.id)
        if refunded + amount > payment.captured:
            raise Refused("That is more than is left to refund.")
        time.sleep(THINKING)
        db.session.execute(update(Payment).where(Payment.id == payment.id).values(refunded=refunded + amount))
        refund = Refund(payment_id=payment.id, amount=amount, reason=reason, key=key)
        db.session.add(refund)
        db.session.flush()
        return refund

    Payment.ask_refund = ask_refund


def without_order(app: Flask) -> None:
    """Limits are taken in the order of the cart, with a thought between them.

    SQLite has one writer and knows no such order; its guard is that a writer takes the lock at once. That goes too.
    """

    def take_all(wanted: Mapping[int, int]) -> list[int]:
        limits, short = Limit.by_ids(wanted), []
        for limit_id, n in wanted.items():
            if limits[limit_id]._try_take(n) is None:
                short.append(limit_id)
            time.sleep(THINKING)
        return short

    def late(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("COMMIT")
            connection.connection.dbapi_connection.execute("BEGIN DEFERRED")
            end_turn(connection)

    Limit.take_all = take_all
    with app.app_context():
        event.listen(db.engine, "begin", late)


def without_settling_once(app: Flask) -> None:
    """No event is remembered, and a state is looked at before it is written rather than moved."""
    _unlocked(app)

    def move_payment(payment: Payment, to: str, **values: Any) -> bool:
        if _look(Payment.state, Payment.id == payment.id) == to:
            return False
        time.sleep(THINKING)
        db.session.execute(update(Payment).where(Payment.id == payment.id).values(state=to, **values))
        return True

    def move_order(order: Order, to: str, *_said: Any, **_more: Any) -> None:
        db.session.execute(update(Order).where(Order.id == order.id).values(state=to))

    def remember(*_said: Any) -> bool:
        return True

    Payment.move, Order.move = move_payment, move_order
    settling.remember = views.remember = reconciling.remember = remember


def _look(column: Any, where: Any) -> Any:
    """What stands there now, seen from another connection, as code that does not lock sees it."""
    with writing(False), db.engine.connect() as another:
        return another.scalar(select(column).where(where))


def _unlocked(app: Flask) -> None:
    """SQLite as its driver comes: no transaction holds a lock while somebody thinks."""

    def let_go(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("COMMIT")
            end_turn(connection)

    Door.together = lambda _door: nullcontext()  # its savepoint would be a transaction with a lock
    with app.app_context():
        event.listen(db.engine, "begin", let_go)


GUARDS: dict[str, Callable[[Flask], None]] = {
    "limits": without_limits,
    "once": without_once,
    "intent": without_intent,
    "refunds": without_refund_guard,
    "order": without_order,
    "settling": without_settling_once,
}

_taken: set[int] = set()
_lock = threading.Lock()


def take_away(app: Flask) -> None:
    """Take away the guards that the setting WITHOUT names, once for an application."""
    with _lock:
        if id(app) not in _taken:
            _taken.add(id(app))
            for guard in app.config.get("WITHOUT", ()):
                GUARDS[guard](app)
