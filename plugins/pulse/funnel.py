"""The funnel: attention, interest, search, action and share, of the community, of a link, of a product.

Only what is written down is counted: visits of links, people who joined by them, orders that were paid, links made
by people who had come by one, and the visits of those. Who sees a card in a chat is nobody's to know here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased

from shop.clock import now
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community, Membership
from shop.db import db
from shop.events import Event
from shop.insight.brought import PAID
from shop.listings.models import Listing, Offer
from shop.orders.models import Credit, Order, OrderLine
from shop.payments.models import Payment

DAYS = 28
# A bill of an app (a budget for ads, its rent) is nobody's way from a link to a purchase.
OF_THE_SHELF = Order.lines.any(OrderLine.offer_id.is_not(None))
# Acts without an order, told of by other plugins.
TOLD = {"coupons.claimed": "claims", "trials.applied": "applications"}


@dataclass(slots=True)
class Flow:
    """What came of it in four weeks; `known` of the visits are of people who have signed in."""

    visits: int = 0
    known: int = 0
    joined: int = 0
    orders: int = 0
    credited: int = 0  # of the orders, those that a link led to
    pledges: int = 0
    claims: int = 0
    applications: int = 0
    shared: int = 0  # links made by people who had come by one
    returned: int = 0  # visits of those
    modes: dict[str, int] = field(default_factory=dict)

    @property
    def acts(self) -> int:
        return self.orders + self.pledges + self.claims + self.applications

    @property
    def unknown(self) -> int:
        """Visits of which nobody knows whose they were."""
        return self.visits - self.known

    @property
    def most(self) -> int:
        return max(self.visits, self.acts, self.shared, self.returned, 1)


def since() -> datetime:
    return now() - timedelta(days=DAYS)


def of_community(community: Community) -> Flow:
    """All of it together; seven statements."""
    flow = _flows(community, GroupLink.community_id, [community.id]).get(community.id, Flow())
    paid = (
        select(OrderLine.plugin, func.count(Order.id.distinct()))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.community_id == community.id, Order.placed_at >= since(), Order.state.in_(PAID))
        .where(OrderLine.offer_id.is_not(None))
        .group_by(OrderLine.plugin)
    )
    flow.modes = {str(plugin): int(n) for plugin, n in db.session.execute(paid)}
    flow.orders, flow.credited = db.session.execute(
        select(func.count(Order.id), func.coalesce(func.sum(case((Credit.reason == "link", 1), else_=0)), 0))
        .outerjoin(Credit, Credit.order_id == Order.id)
        .where(Order.community_id == community.id, Order.placed_at >= since(), Order.state.in_(PAID))
        .where(OF_THE_SHELF)
    ).one()
    flow.pledges = db.session.scalar(_reserved(Order.community_id == community.id)) or 0
    told = select(Event.name, func.count()).where(
        Event.community_id == community.id, Event.name.in_(TOLD), Event.at >= since()
    )
    for name, n in db.session.execute(told.group_by(Event.name)):
        setattr(flow, TOLD[name], int(n))
    return flow


def of_links(community: Community, links: Iterable[GroupLink]) -> dict[int, Flow]:
    """Each of these links; four statements for all."""
    ids = [link.id for link in links]
    flows = _flows(community, GroupLink.id, ids)
    paid = (
        select(Credit.link_id, func.count(Order.id))
        .join(Order, Order.id == Credit.order_id)
        .where(Credit.link_id.in_(ids), Credit.reason == "link", Order.placed_at >= since())
        .where(Order.state.in_(PAID))
        .group_by(Credit.link_id)
    )
    return _with_orders(flows, ids, db.session.execute(paid))


def of_listings(community: Community, listings: Iterable[Listing]) -> dict[int, Flow]:
    """Each of these products here: visits of links that open it, and orders with it; four statements for all."""
    by_product = {listing.product_id: listing.id for listing in listings}
    opened = case((GroupLink.opens == "listing", GroupLink.opens_id), else_=Offer.listing_id)
    flows = _flows(community, opened, list(by_product.values()))
    paid = (
        select(OrderLine.product_id, func.count(Order.id.distinct()))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.community_id == community.id, OrderLine.product_id.in_(by_product))
        .where(Order.placed_at >= since(), Order.state.in_(PAID))
        .group_by(OrderLine.product_id)
    )
    rows = [(by_product[int(product or 0)], n) for product, n in db.session.execute(paid)]
    return _with_orders(flows, by_product.values(), rows)


def _with_orders(flows: dict[int, Flow], ids: Iterable[int], rows: Iterable[Any]) -> dict[int, Flow]:
    found = {number: flows.get(number, Flow()) for number in ids}
    for number, n in rows:
        found[int(number)].orders = int(n)
    return found


def _flows(community: Community, key: Any, keys: list[int]) -> dict[int, Flow]:
    """Visits, members, links of the second generation and their visits, by a key of the link that was first."""
    here = Visit.community_id == community.id, Visit.at >= since()
    flows: dict[int, Flow] = {}
    visits = _by_link(
        select(key, func.count(Visit.at), func.count(Visit.person_id)), Visit.link_id, key, keys
    )
    for number, many, known in db.session.execute(visits.select_from(Visit).where(*here).group_by(key)):
        flows[int(number)] = Flow(visits=int(many), known=int(known))
    joined = _by_link(select(key, func.count(Membership.id)), Membership.link_id, key, keys)
    came = Membership.community_id == community.id, Membership.at >= since()
    for number, many in db.session.execute(joined.select_from(Membership).where(*came).group_by(key)):
        flows.setdefault(int(number), Flow()).joined = int(many)
    then = aliased(GroupLink)
    pairs = (
        _by_link(select(key.label("first"), then.id.label("then")), Visit.link_id, key, keys)
        .select_from(Visit)
        .join(then, (then.sharer_id == Visit.person_id) & (then.community_id == community.id))
        .where(*here, then.at > Visit.at, then.id != GroupLink.id, then.sharer_id != GroupLink.sharer_id)
        .distinct()
        .subquery()
    )
    back = (
        select(Visit.link_id, func.count(Visit.at).label("many"))
        .where(*here)
        .group_by(Visit.link_id)
        .subquery()
    )
    shared = (
        select(pairs.c.first, func.count(), func.coalesce(func.sum(back.c.many), 0))
        .select_from(pairs)
        .outerjoin(back, back.c.link_id == pairs.c.then)
        .group_by(pairs.c.first)
    )
    for number, many, returned in db.session.execute(shared):
        flow = flows.setdefault(int(number), Flow())
        flow.shared, flow.returned = int(many), int(returned)
    return flows


def _by_link(query: Select[Any], link_id: Any, key: Any, keys: list[int]) -> Any:
    joined = query.join(GroupLink, GroupLink.id == link_id)
    return joined.outerjoin(Offer, (GroupLink.opens == "offer") & (Offer.id == GroupLink.opens_id)).where(
        key.in_(keys)
    )


def _reserved(which: ColumnElement[bool]) -> Select[int]:
    """Orders whose money is promised and not taken yet: pledges of campaigns."""
    return (
        select(func.count(Order.id.distinct()))
        .join(Payment, Payment.order_id == Order.id)
        .where(which, Order.placed_at >= since(), Payment.state == "authorized")
    )
