"""Placing an order: the quote is taken at its word, limits are taken in one fixed order, plugins may refuse."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from shop import once
from shop.clock import now
from shop.communities.links import Visit
from shop.db import db
from shop.errors import NotValid, Refused, SoldOut
from shop.events import record
from shop.hooks import door
from shop.limits import Hold, Limit
from shop.orders.models import Adjustment, Credit, Order, OrderChange, OrderLine, credit_for, new_number
from shop.orders.quoting import Quote, QuoteLine
from shop.orders.searching import words_in
from shop.orders.shares import agree_shares, cut_out
from shop.writing import note, put


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
    number = new_number()
    with door().together():
        done = once.begin_as("order.place", key, _body(quote, placing), number)
        if done != number:
            return db.session.scalars(select(Order).where(Order.number == done)).one()
        if seen is not None and seen != quote.fingerprint:
            raise Refused(_("The price or the choice has changed meanwhile. Please look at the order again."))
        asked = door().asked_in(quote.community.id)
        _refuse_what_is_spoken_against(quote, asked)
        order, credit = _write(quote, placing, number)
        _share_out(order, credit, quote, asked)
        _hold(order, quote)
        for plugin, lines in groupby(sorted(order.lines, key=_owner), key=_owner):
            door().ask_owner(plugin, "order_placing", order=order, lines=list(lines))
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


def _refuse_what_is_spoken_against(quote: Quote, asked: frozenset[str]) -> None:
    for _plugin, problems in door().ask_all(
        "action_checking", asked, action="order.place", subject=quote, by=quote.buyer
    ):
        for problem in problems:
            raise NotValid(problem.message, field=problem.field)


def _owner(line: OrderLine) -> str:
    return line.plugin


def _write(quote: Quote, placing: Placing, number: str) -> tuple[Order, Credit]:
    """The order with its lines, what was added to them, its first change of state, and whom it is credited to."""
    db.session.flush()  # who buys, and the visit, may be as new as the order
    buyer_id = quote.buyer.id if quote.buyer else None
    order = Order(
        number=number,
        community_id=quote.community.id,
        merchant_id=quote.merchant.id,
        buyer_id=buyer_id,
        contact=dict(placing.contact),
        delivery=dict(placing.delivery),
        note=placing.note,
        answers={key: dict(answer) for key, answer in quote.answers.items()},
        currency=quote.currency,
        total=quote.total,
        search_text=words_in(
            number,
            placing.contact,
            quote.buyer.name if quote.buyer else "",
            [line.price.title for line in quote.lines],
        ),
        hold_until=now() + timedelta(minutes=current_app.config["HOLD_MINUTES"]),
    )
    put([order], by="number")
    lines = [_line(order, position, line) for position, line in enumerate(quote.lines, 1)]
    put(lines, by="position")
    set_committed_value(order, "lines", lines)
    note([Adjustment(order_id=order.id, plugin=plugin, **asdict(change)) for plugin, change in quote.changes])
    note([OrderChange(order_id=order.id, from_state=None, to_state="pending", by_id=buyer_id)])
    credit = credit_for(order, placing.visit, unknown=placing.unknown_link)
    put([credit], by="order_id")
    set_committed_value(order, "credit", credit)
    return order, credit


def _line(order: Order, position: int, line: QuoteLine) -> OrderLine:
    product, variant = line.offer.listing.product, line.wish.variant
    return OrderLine(
        order_id=order.id,
        position=position,
        plugin=line.offer.plugin,
        offer_id=line.offer.id,
        product_id=product.id,
        variant_id=variant.id if variant else None,
        title=line.price.title,
        detail=line.price.detail,
        picture=product.cover,
        unit_price=line.price.unit,
        quantity=line.quantity,
        amount=line.amount,
        inputs=dict(line.price.inputs),
    )


def _share_out(order: Order, credit: Credit, quote: Quote, asked: frozenset[str]) -> None:
    """Write down who gets what, as agreed and as plugins cut it; they are shown the shares before these are written."""
    listings = {line.offer.id: line.offer.listing for line in quote.lines}
    shares = agree_shares(order, listings, credit, current_app.config["SITE_SHARE"])
    set_committed_value(order, "shares", shares)
    for _plugin, cuts in door().ask_all("order_sharing", asked, order=order):
        cut_out(order, shares, cuts)
    note(shares)
    db.session.expire(order, ["shares"])


def _hold(order: Order, quote: Quote) -> None:
    """Take every limit, merged and in the order of their ids, so that two carts never wait for each other."""
    wanted: dict[int, int] = defaultdict(int)
    names: dict[int, str] = {}
    for line in quote.lines:
        for limit_id, n in line.limits():
            wanted[limit_id] += n
            names[limit_id] = line.price.title
    for limit_id in (short := Limit.take_all(wanted)):
        try:
            Limit.by_ids(short)[limit_id].take(wanted[limit_id])
        except SoldOut as less:
            raise SoldOut(f"{names[limit_id]}: {less}", left=less.left) from less
    Hold.write(wanted, order.purpose, order.hold_until)
