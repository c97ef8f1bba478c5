"""Mails about an order, written by the worker in the buyer's language."""

from flask import Flask, current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.db import db
from shop.events import Event
from shop.mail import send
from shop.orders.models import Order
from shop.orders.telling import money_lines

KINDS = ("order.placed", "order.paid", "order.shipped", "order.cancelled", "refund.done")


def install(app: Flask) -> None:
    for event in KINDS:
        jobs.listens(app, f"orders.mail.{event}", event, _write)


def _write(event: Event) -> None:
    order = db.session.scalars(select(Order).where(Order.number == event.payload["order"])).one()
    to = order.buyer.email if order.buyer else order.contact.get("email")
    if not to:
        return
    locale = (order.buyer.locale if order.buyer else order.contact.get("locale")) or "en"
    with force_locale(locale):
        subject = subject_of(event.name, order.number, order.is_pickup)
        said = {
            "subject": subject,
            "order": order,
            "lines": money_lines(order),
            "url": f"{current_app.config['BASE_URL']}/o/{order.secret}",
        }
        text = render_template("orders/mail.txt", **said)
        html = render_template("orders/mail.html", **said)
    db.session.commit()  # the mail server is not waited for inside a transaction
    send(to, subject, text, html)


def subject_of(event: str, number: str, is_pickup: bool = False) -> str:
    """What a mail about an order is called."""
    if event == "order.shipped" and is_pickup:
        return _("Your order %(number)s is ready for pick-up", number=number)
    words = {
        "order.placed": _("Your order %(number)s", number=number),
        "order.paid": _("Your payment for %(number)s has arrived", number=number),
        "order.shipped": _("Your order %(number)s is on its way", number=number),
        "order.cancelled": _("Your order %(number)s was cancelled", number=number),
        "refund.done": _("Money for %(number)s is on its way back to you", number=number),
    }
    return words[event]
