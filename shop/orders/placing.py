"""Placing an order: the quote is taken at its word, limits are taken in one fixed order, plugins may refuse."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shop import once
from shop.clock import now
from shop.communities.links import Visit
from shop.db import db
from shop.errors import NotValid, Refused, SoldOut
from shop.events import record
from shop.hooks import door
from shop.limits import Limit
from shop.orders.models import Adjustment, Order, OrderChange, OrderLine, credit_for
from shop.orders.quoting import Quote
from shop.orders.shares import agree_shares, cut_out


@dataclass(frozen=True, slots=True)
class Placing:
    """What a person sends with an order: contact, delivery, words, and the visit it is credited to."""

    contact: Mapping[str, Any] = field(default_factory=dict)
    delivery: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    visit: Visit | None = None
    unknown_link: bool = False


def place(quote: Quote, placing: Placing, *, key: str, seen: str | None = None) -> Order:
    """Place the order once for this key, holding its limits until it is paid; the same key answers with the same order.

    `seen` is the fingerprint of the quote that the person saw; another total now is refused with the new one shown.
    Raises SoldOut, Refused or NotValid; takes part in the present transaction and does not commit.
    """
    claim = once.begin("order.place", key, _body(quote, placing))
    if claim.answer is not None:
        return db.session.scalars(select(Order).where(Order.number == claim.answer)).one()
    if seen is not None and seen != quote.fingerprint:
        raise Refused(_("The price or the choice has changed meanwhile. Please look at the order again."))
    asked = door().asked_in(quote.community.id)
    for _plugin, problems in door().ask_all(
        "action_checking", asked, action="order.place", subject=quote, by=quote.buyer
    ):
        for problem in problems:
            raise NotValid(problem.message, field=problem.field)
    order = _write(quote, placing)
    for _plugin, cuts in door().ask_all("order_sharing", asked, order=order):
        cut_out(order, cuts)
    _hold(order, quote)
    for plugin, lines in groupby(
        sorted(order.lines, key=lambda line: line.plugin), key=lambda line: line.plugin
    ):
        door().ask_owner(plugin, "order_placing", order=order, lines=list(lines))
    claim.answer = order.number
    record("order.placed", order.community_id, order=order.number)
    return order


def _body(quote: Quote, placing: Placing) -> dict[str, Any]:
    return {
        "lines": [
            (line.offer.id, line.wish.variant.id if line.wish.variant else None, line.quantity)
            for line in quote.lines
        ],
        "buyer": quote.buyer.id if quote.buyer else None,
        "contact": dict(placing.contact),
        "delivery": dict(placing.delivery),
        "note": placing.note,
        "answers": {key: dict(answer) for key, answer in quote.answers.items()},
    }


def _write(quote: Quote, placing: Placing) -> Order:
    minutes = current_app.config["HOLD_MINUTES"]
    order = Order(
        community=quote.community,
        merchant=quote.merchant,
        buyer=quote.buyer,
        contact=dict(placing.contact),
        delivery=dict(placing.delivery),
        note=placing.note,
        answers={key: dict(answer) for key, answer in quote.answers.items()},
        currency=quote.currency,
        total=quote.total,
        hold_until=now() + timedelta(minutes=minutes),
        # Said here, so that nobody asks the database what a new order has already.
        changes=[
            OrderChange(from_state=None, to_state="pending", by_id=quote.buyer.id if quote.buyer else None)
        ],
        shares=[],
        credit=None,
    )
    for position, line in enumerate(quote.lines, 1):
        product = line.offer.listing.product
        order.lines.append(
            OrderLine(
                position=position,
                plugin=line.offer.plugin,
                offer_id=line.offer.id,
                product_id=product.id,
                variant_id=line.wish.variant.id if line.wish.variant else None,
                title=line.price.title,
                detail=line.price.detail,
                picture=product.cover,
                unit_price=line.price.unit,
                quantity=line.quantity,
                amount=line.amount,
                inputs=dict(line.price.inputs),
            )
        )
    for plugin, change in quote.changes:
        order.adjustments.append(
            Adjustment(
                plugin=plugin, kind=change.kind, title=change.title, amount=change.amount, ref=change.ref
            )
        )
    db.session.add(order)
    db.session.flush()
    credit = credit_for(order, placing.visit, unknown=placing.unknown_link)
    db.session.add(credit)
    listings = {line.offer.id: line.offer.listing for line in quote.lines}
    order.shares.extend(agree_shares(order, listings, credit, current_app.config["SITE_SHARE"]))
    return order


def _hold(order: Order, quote: Quote) -> None:
    """Take every limit, merged and in the order of their ids, so that two carts never wait for each other."""
    wanted: dict[int, int] = defaultdict(int)
    names: dict[int, str] = {}
    for line in quote.lines:
        for limit_id, n in line.limits():
            wanted[limit_id] += n
            names[limit_id] = line.price.title
    limits = Limit.by_ids(wanted)
    for limit_id in sorted(wanted):
        try:
            limits[limit_id].hold(wanted[limit_id], order.purpose, order.hold_until)
        except SoldOut as short:
            raise SoldOut(f"{names[limit_id]}: {short}", left=short.left) from short
