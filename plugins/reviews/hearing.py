"""Hearing: an order was received, a trial was reported; the same may be told twice."""

from sqlalchemy import select

from plugins.reviews.forms import Here
from plugins.reviews.inviting import ReviewInvitation
from plugins.reviews.mails import LETTERS
from plugins.reviews.rights import ReportedTrial
from shop import settings
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.events import Event
from shop.orders.models import Order
from shop.people.models import Person


def hear(event: Event) -> None:
    """Do what an event means for reviews."""
    if event.name in LETTERS:
        LETTERS[event.name](event)
    elif event.name == "order.received":
        _received(event)
    elif event.name == "trials.reported":
        _reported(event)


def _received(event: Event) -> None:
    order = db.session.scalars(select(Order).where(Order.number == event.payload["order"])).one()
    here: Here = settings.here("reviews", order.community_id)
    if here.invites:
        ReviewInvitation.plan(order, here.invite_after_days)


def _reported(event: Event) -> None:
    """Whoever has reported a trial may review the product, if both are still there."""
    told = event.payload
    person = db.session.get(Person, int(told["person"]))
    product = db.session.get(Product, int(told["product"]))
    community = db.session.get(Community, event.community_id) if event.community_id else None
    if person is None or person.forgotten_at is not None or product is None or community is None:
        return
    ReportedTrial.reported(
        community.id, person.id, product.id, int(told["report"]), str(told.get("path", ""))
    )
