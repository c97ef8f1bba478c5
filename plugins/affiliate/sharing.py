"""Sharing: the same programmes and rates pay whoever led a buyer to a sale here; two levels at most, off at first.

A merchant has a programme of the kind `sales`, and the community says how many levels it wants. What a listing pays its
sharer anyway counts towards the rate, so that nobody is paid twice. The money is a share of the order like any other.
"""

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload, selectinload

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import WHOLE, Pause, Programme, Terms
from shop import settings
from shop.clock import now
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community, Membership
from shop.db import db
from shop.hookspecs import Cut
from shop.orders.models import Order, OrderLine
from shop.people.models import Person

LEVELS = 2


def cuts_of(order: Order) -> list[Cut]:
    """What sharers earn by an order that is being placed, and the rows that tell them of it."""
    levels = levels_in(order.community_id)
    programme = programme_of(order.merchant_id) if levels else None
    sharer_id = sharer_of(order, programme) if programme else None
    if programme is None or sharer_id is None:
        return []
    agreed = sum(s.amount for s in order.shares if (s.party, s.party_id) == ("sharer", sharer_id))
    own, why = _first_level(order, programme, sharer_id)
    cuts = [Cut("sharer", sharer_id, max(0, own - agreed), programme.name)]
    _write(order, programme, 1, sharer_id, max(own, agreed), why)
    above = who_brought(order, sharer_id) if levels == LEVELS and programme.second_points else None
    if above is not None:
        part = _base(order) * programme.second_points // WHOLE
        cuts.append(Cut("sharer", above, part, programme.name))
        _write(order, programme, 2, above, part, "second")
    if programme.community_points:
        part = _base(order) * programme.community_points // WHOLE
        cuts.append(Cut("community", order.community_id, part, programme.name))
    return [cut for cut in cuts if cut.amount]


def follow(name: str, number: str) -> None:
    """What happened to an order happens to what was earned by it; told twice, it changes nothing."""
    order = db.session.scalars(
        select(Order).where(Order.number == number).options(selectinload(Order.shares))
    ).first()
    if order is None:
        return
    ours = select(Conversion).where(Conversion.via == "sale", Conversion.key.like(f"sale:{order.id}:%"))
    if name == "order.cancelled" and order.state == "cancelled":
        unpaid = Conversion.state == "unpaid", Conversion.key.like(f"sale:{order.id}:%")
        db.session.execute(delete(Conversion).where(*unpaid))
        return
    for sale in db.session.scalars(ours).all():
        shares = [s for s in order.shares if (s.party, s.party_id) == ("sharer", sale.promoter_id)]
        sale.commission = sum(share.amount - share.reversed for share in shares)
        if name == "order.paid":
            sale.move("pending", ("unpaid",))
        elif name == "order.completed" and sale.move("payable", ("unpaid", "pending")):
            sale.payable_at = now()
        elif name == "refund.done" and sale.commission == 0:
            sale.move("rejected", ("unpaid", "pending", "payable"), "refunded")


def levels_in(community_id: int) -> int:
    """How many levels a community wants: 0, 1 or 2, whatever stands in its settings."""
    wanted = settings.here("affiliate", community_id).levels
    return {"1": 1, "2": LEVELS}.get(wanted, 0)


def programme_of(merchant_id: int) -> Programme | None:
    """A merchant's programme for sharers that runs now, the newest."""
    return db.session.scalars(
        select(Programme)
        .where(Programme.merchant_id == merchant_id, Programme.kind == "sales", Programme.ended_at.is_(None))
        .order_by(Programme.id.desc())
        .limit(1)
    ).first()


def sharer_of(order: Order, programme: Programme) -> int | None:
    """Whose link led the buyer here, by the first or last touch inside the window; never the buyer's own."""
    credit = order.credit
    mine = [Visit.id == credit.visit_id] if credit is not None and credit.visit_id is not None else []
    if order.buyer_id is not None:
        mine.append(and_(Visit.person_id == order.buyer_id, Visit.at >= now() - programme.window))
    if not mine:
        return None
    touches = (
        select(GroupLink.sharer_id)
        .join(Visit, Visit.link_id == GroupLink.id)
        .where(or_(*mine), Visit.community_id == order.community_id, Visit.is_credited)
        .order_by(Visit.at if programme.touch == "first" else Visit.at.desc())
    )
    if order.buyer_id is not None:
        touches = touches.where(GroupLink.sharer_id != order.buyer_id)
    found = db.session.scalars(touches.limit(1)).first()
    return found if found is not None and _may_earn(order.community_id, found) else None


def who_brought(order: Order, sharer_id: int) -> int | None:
    """By whose link the sharer became a member: the second level, and the last."""
    above = db.session.scalars(
        select(GroupLink.sharer_id)
        .join(Membership, Membership.link_id == GroupLink.id)
        .where(Membership.community_id == order.community_id, Membership.person_id == sharer_id)
    ).first()
    if above is None or above in (sharer_id, order.buyer_id):
        return None
    return above if _may_earn(order.community_id, above) else None


def _may_earn(community_id: int, person_id: int) -> bool:
    """A member who is not paused."""
    person, community = db.session.get(Person, person_id), db.session.get(Community, community_id)
    is_member = person is not None and community is not None and community.role_of(person) is not None
    return is_member and Pause.of(community_id, person_id) is None


def _base(order: Order) -> int:
    """What the goods cost after discounts, without shipping, in minor units."""
    return min(sum(line.amount for line in order.lines), order.total)


def _first_level(order: Order, programme: Programme, sharer_id: int) -> tuple[int, str]:
    """What the sharer earns by the rate of each line, and by which rates."""
    whole = sum(line.amount for line in order.lines)
    handles = _handles(order.lines)
    own, whys = 0, []
    for line in order.lines:
        terms: Terms = programme.terms(handles.get(line.id, ""), order.community_id, sharer_id)
        own += line.amount * _base(order) * terms.points // (WHOLE * whole) if whole else 0
        own += terms.fixed * line.quantity
        whys.append(terms.why)
    return own, "+".join(dict.fromkeys(whys))[:64]


def _handles(lines: list[OrderLine]) -> dict[int, str]:
    """The handle of each line's product: rates name products by it."""
    known = select(OrderLine).where(OrderLine.id.in_([line.id for line in lines]))
    rows = db.session.scalars(known.options(joinedload(OrderLine.product)))
    return {line.id: line.product.handle for line in rows if line.product is not None}


def _write(order: Order, programme: Programme, level: int, person_id: int, amount: int, why: str) -> None:
    """The row that the sharer will see once the order is paid."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(Conversion)
        .values(
            key=f"sale:{order.id}:{level}", via="sale", ref=order.number, programme_id=programme.id,
            community_id=order.community_id, promoter_id=person_id, level=level, product="",
            amount=order.total, first_amount=order.total, currency=order.currency, commission=amount,
            community_part=0, why=why, state="unpaid", reason="", flag="", at=now(),
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )  # fmt: skip
