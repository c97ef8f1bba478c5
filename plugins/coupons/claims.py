"""Claim: a coupon that a person has; Allowance: how many of a campaign a person may have."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from plugins.coupons import codes
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.following import conditions_of
from plugins.coupons.places import Place
from plugins.coupons.waiting import Waiting
from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused, SoldOut
from shop.limits import Hold, Limit, holds_for
from shop.people.models import Person

# The one transition table of coupons: to -> from. What expired is used only by a counter that was offline in time.
MOVES: dict[str, tuple[str, ...]] = {
    "held": ("reserved", "used"),
    "reserved": ("held",),
    "used": ("held", "reserved", "expired"),
    "expired": ("held",),
    "void": ("held",),
    "returned": ("held", "expired"),
}
WISHES = ("auto", "first", "never")


class Claim(Numbered, Base):
    """A person has a coupon of a campaign, claimed in a community: held, reserved, used, expired, void or returned."""

    __tablename__ = "coupons_claim"
    __table_args__ = (
        Index("ix_coupons_claim_person", "person_id", "id"),
        Index("ix_coupons_claim_campaign", "campaign_id", "state"),
        Index("ix_coupons_claim_due", "state", "valid_until"),
        Index("ix_coupons_claim_order", "order_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("coupons_campaign.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    code: Mapped[str] = mapped_column(String(12), unique=True, default=codes.new_code)
    state: Mapped[str] = mapped_column(String(12), default="held")
    at: Mapped[datetime] = mapped_column(default=now)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    # How the shopper wants it in the checkout: chosen when it is the best, before all others, or not at all.
    wish: Mapped[str] = mapped_column(String(8), default="auto")
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("orders.id", ondelete="SET NULL")
    )  # that bought it
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")

    campaign: Mapped[CouponCampaign] = relationship()
    community: Mapped[Community] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, person: Person) -> Select["Claim"]:
        """A person's coupons with everything that the wallet shows."""
        return select(cls).where(cls.person_id == person.id).options(*whole())

    @property
    def purpose(self) -> str:
        """What its holds are taken for."""
        return f"coupons:claim:{self.id}"

    @property
    def spoken(self) -> str:
        return codes.spoken(self.code)

    @property
    def is_usable(self) -> bool:
        """Held, and now is within its time: read from the clock, not from a job."""
        return self.state == "held" and self.valid_from <= now() < self.valid_until

    @property
    def shown_state(self) -> str:
        """Its state as people are told: past its time is expired at once, before its time is early."""
        if self.state == "held" and self.valid_until <= now():
            return "expired"
        return "early" if self.state == "held" and self.valid_from > now() else self.state

    def key(self, number: int) -> bytes:
        """The key that the shopper's phone signs with."""
        campaign = codes.campaign_key(self.campaign.merchant_id, number, self.campaign_id)
        return codes.coupon_key(campaign, self.code, codes.hour_of(self.valid_until))

    def text(self, number: int, instant: datetime) -> str:
        """What its QR code says now."""
        hour = codes.hour_of(self.valid_until)
        return codes.text_of(
            self.code, self.campaign_id, hour, number, self.key(number), codes.step_at(instant)
        )

    def move(self, to: str, *, only_from: tuple[str, ...] = (), **values: Any) -> bool:
        """Move to a state of the table, exactly once however many try; False when it cannot."""
        won = db.session.execute(
            update(Claim)
            .where(Claim.id == self.id, Claim.state.in_(only_from or MOVES[to]))
            .values(state=to, **values)
            .returning(Claim.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        db.session.refresh(self)
        return won is not None

    def void(self, by: Person, reason: str) -> None:
        """The merchant takes it back, with a reason that the person reads."""
        if not self.move("void", ended_at=now(), ended_by_id=by.id, reason=reason):
            raise Refused(_("This coupon has moved on; please look at it again."))
        self.release()

    def expire(self) -> bool:
        """Its time is over: what it kept of the campaign goes back, once."""
        expired = self.valid_until <= now() and self.move("expired", only_from=("held",), ended_at=now())
        if expired:
            self.release()
        return expired

    def release(self, *, turn_too: bool = False) -> None:
        """What it kept of the campaign and of the community can be claimed by others; a person's turn was had."""
        for hold in holds_for(self.purpose):
            if turn_too or hold.limit.kind != Allowance.KIND:
                hold.give_back()

    def lend_again(self) -> None:
        """It is open again: what it keeps comes back by itself when its time is over."""
        for hold in holds_for(self.purpose):
            if hold.limit.kind != Allowance.KIND:
                hold.until = self.valid_until

    def keep(self) -> bool:
        """What it took stays taken for good; what was given back meanwhile is taken again. False when it is gone."""
        again = [limit for hold, limit in self._holds() if not hold.keep()]
        try:
            with db.session.begin_nested():
                for limit in again:
                    limit.hold(1, self.purpose, None)
        except SoldOut:
            return False
        return True

    def _holds(self) -> list[Any]:
        """Its newest hold on each limit, in the fixed order in which limits are touched."""
        rows = db.session.execute(
            select(Hold, Limit)
            .join(Limit, Limit.id == Hold.limit_id)
            .where(Hold.purpose == self.purpose)
            .order_by(Hold.limit_id, Hold.id)
        ).all()
        return list({limit.id: (hold, limit) for hold, limit in rows}.values())


class Allowance(Numbered, Base):
    """How many of a campaign one person may have, as a limit of their own."""

    __tablename__ = "coupons_allowance"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index("ix_coupons_allowance_person", "person_id"),
    )

    KIND = "coupons_person"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("coupons_campaign.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))

    limit: Mapped[Limit] = relationship()

    @classmethod
    def of(cls, campaign: CouponCampaign, person: Person) -> Limit:
        """The person's limit, made when it is asked for the first time, however many ask at once."""
        mine = select(cls).where(cls.campaign_id == campaign.id, cls.person_id == person.id)
        found = db.session.scalars(mine.options(joinedload(cls.limit))).first()
        if found is not None:
            return found.limit
        limit = Limit.of(campaign.per_person, cls.KIND)
        db.session.add(limit)
        db.session.flush()
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        row = insert(cls).values(campaign_id=campaign.id, person_id=person.id, limit_id=limit.id)
        won = db.session.execute(row.on_conflict_do_nothing().returning(cls.id)).scalar_one_or_none()
        if won is None:
            db.session.delete(limit)
        return db.session.scalars(mine.options(joinedload(cls.limit))).one().limit


def claim(place: Place, person: Person, *, key: str) -> Claim:
    """Claim a coupon in a community, once for this key; raises Refused or SoldOut. Does not commit."""
    started = once.begin("coupons.claim", key, {"place": place.id, "person": person.id})
    if started.answer is not None:
        return db.session.scalars(select(Claim).where(Claim.code == started.answer)).one()
    campaign = place.campaign
    check_claimable(place, person)
    invited = Waiting.turn_of(campaign, person)
    if invited is not None:
        invited.take()
    elif (ahead := Waiting.ahead(campaign)) and ahead >= place.left:
        raise SoldOut(_("All of them are claimed. You can wait for one that comes back."), left=0)
    valid_from, valid_until = campaign.validity(now())
    made = Claim(
        campaign=campaign,
        community=place.community,
        person=person,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    db.session.add(made)
    db.session.flush()
    take(made.purpose, place, Allowance.of(campaign, person), 1, valid_until)
    started.answer = made.code
    return made


def check_claimable(place: Place, person: Person) -> None:
    """Raise Refused with what speaks against it."""
    campaign = place.campaign
    if place.community.is_closed or place.state != "open" or not campaign.is_claimable_now:
        raise Refused(_("This coupon cannot be claimed now."))
    if campaign.validity(now())[1] <= now():
        raise Refused(_("This coupon cannot be claimed now."))
    unmet = [condition.words for condition in conditions_of(place, person) if not condition.met]
    if unmet:
        raise Refused(_("This is asked first: %(what)s.", what=unmet[0]))


def take(purpose: str, place: Place, allowance: Limit, n: int, until: datetime | None) -> None:
    """Take so many of the campaign, of the community and of the person's own, in the fixed order of the limits.

    The first two come back by themselves after `until`; a person's turn does not.
    """
    words = {
        allowance.id: _("You have as many of these as one person may have."),
        place.limit.id: _("This community's coupons are all claimed."),
        place.campaign.total.id: _("All of them are claimed. You can wait for one that comes back."),
    }
    limits = {limit.id: limit for limit in (place.campaign.total, place.limit, allowance)}
    for limit_id in sorted(limits):
        try:
            limits[limit_id].hold(n, purpose, None if limit_id == allowance.id else until)
        except SoldOut as short:
            raise SoldOut(words[limit_id], left=short.left) from short


def whole() -> tuple[Any, ...]:
    """What a coupon is shown with, in one statement."""
    return (
        joinedload(Claim.campaign).joinedload(CouponCampaign.merchant),
        joinedload(Claim.campaign).joinedload(CouponCampaign.partner),
        joinedload(Claim.community),
    )
