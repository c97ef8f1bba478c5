"""The silent: a rule, who it would be about and why, a notice, time to answer, and a seat that is given back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, func, select, text, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from plugins.care.forms import Here
from shop.clock import now
from shop.communities.links import Visit, end_links_of
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.deeds import deeds_of
from shop.errors import Refused
from shop.events import record
from shop.people.models import Person

YEAR = timedelta(days=365)
# So many members are looked at; a group that is larger is split first.
MOST_LOOKED_AT = 2000
STATES = {
    "open": _l("has been asked"),
    "stayed": _l("stays"),
    "cancelled": _l("taken back"),
    "moved": _l("moved out"),
    "returned": _l("is back"),
}


class CareNotice(Numbered, Base):
    """A member was asked whether they stay: why, since when, until when, and what became of it."""

    __tablename__ = "care_notice"
    __table_args__ = (
        Index(
            "ix_care_notice_open", "community_id", "person_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
        Index("ix_care_notice_clock", "state", "leaves_at"),
        Index("ix_care_notice_newest", "community_id", "id"),
    )  # fmt: skip

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    leaves_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="open")
    ended_at: Mapped[datetime | None]
    ticket: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(18))

    community: Mapped[Community] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def open_for(cls, community: Community, person: Person) -> "CareNotice | None":
        mine = cls.community_id == community.id, cls.person_id == person.id, cls.state == "open"
        return db.session.scalars(select(cls).where(*mine)).first()

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])

    @property
    def may_return(self) -> bool:
        return self.state == "moved" and self.ended_at is not None and now() < self.ended_at + YEAR

    def end(self, state: str, was: str = "open") -> None:
        """Once, whoever is first: the member, a manager or the clock."""
        won = db.session.execute(
            update(CareNotice)
            .where(CareNotice.id == self.id, CareNotice.state == was)
            .values(state=state, ended_at=now())
            .returning(CareNotice.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This was settled meanwhile."))
        db.session.refresh(self)

    def come_back(self, accepts_rules: bool) -> None:
        """The seat again, without asking anybody; if there is one."""
        if not self.may_return:
            raise Refused(_("This ticket was used already, or is older than a year."))
        self.end("returned", was="moved")
        self.community.join(self.person, accepts_rules=accepts_rules, invited=True)
        record("member.joined", self.community_id, person=self.person_id, link=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member under the rule: `spared` says why it is not about them, `reason` why it is."""

    seat: Membership
    spared: str
    reason: str


def look_at(
    community: Community, here: Here, only: Sequence[int] = (), since: datetime | None = None
) -> list[Standing]:
    """Every member under the rule, or only these people; what was done since an instant, or in the rule's days."""
    wanted = (
        select(Membership)
        .where(Membership.community_id == community.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.at, Membership.id)
        .limit(MOST_LOOKED_AT)
    )
    seats = db.session.scalars(wanted.where(Membership.person_id.in_(only)) if only else wanted).all()
    people = [seat.person_id for seat in seats]
    begun = since or now() - timedelta(days=here.silent_days)
    deeds = deeds_of(community, people, since or now() - YEAR)
    seen = _last_visits(community, people)
    told: list[Standing] = []
    for seat in seats:
        spared = ""
        lately = [d for d in deeds[seat.person_id] if d.kind == "bought" or d.last is None or d.last >= begun]
        if since is not None:  # in the days of grace: what nobody kept the time of has been spared before
            lately = [d for d in lately if d.last is not None and d.last >= begun]
        if seat.role != "member":
            spared = _("looks after the group")
        elif since is None and seat.at >= begun:
            spared = _("has not been here for so long")
        elif lately:
            spared = _("takes part")
        elif (last := seen.get(seat.person_id)) is not None and last >= begun:
            spared = _("was here")
        told.append(Standing(seat, spared, "" if spared else reason_of(here)))
    return told


def reason_of(here: Here) -> str:
    """What the person reads as well."""
    return _(
        "Nothing written, voted, tried or claimed and no visit by a link for %(days)s days, and no order for a year.",
        days=here.silent_days,
    )


def give_notice(community: Community, here: Here, people: Sequence[int], by: Person) -> list[CareNotice]:
    """Ask these whether they stay; whom the rule spares by now is left in peace."""
    waiting = select(CareNotice.person_id).where(
        CareNotice.community_id == community.id, CareNotice.state == "open", CareNotice.person_id.in_(people)
    )
    asked = set(db.session.scalars(waiting))
    made = [
        CareNotice(
            community_id=community.id, person_id=each.seat.person_id, reason=each.reason, by_id=by.id,
            leaves_at=now() + timedelta(days=here.grace_days),
        )
        for each in (look_at(community, here, people) if people else [])
        if not each.spared and each.seat.person_id not in asked
    ]  # fmt: skip
    db.session.add_all(made)
    db.session.flush()
    for notice in made:
        record("care.noticed", community.id, notice=notice.id)
    return made


def settle(notice: CareNotice, here: Here) -> None:
    """The days are over: whoever has stirred stays, the others are moved out with a ticket to come back."""
    community, person = notice.community, notice.person
    if community.role_of(person) is None or not here.moves_out:
        notice.end("cancelled")
        return
    (standing,) = look_at(community, here, [person.id], since=notice.at)
    if standing.spared:
        notice.end("stayed")
        return
    notice.end("moved")
    community.leave(person)
    end_links_of(person, community)
    record("member.left", community.id, person=person.id)
    record("care.moved", community.id, notice=notice.id)


def _last_visits(community: Community, people: Sequence[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Visit.person_id, func.max(Visit.at))
        .where(Visit.community_id == community.id, Visit.person_id.in_(people))
        .group_by(Visit.person_id)
    )
    return {int(who or 0): last for who, last in rows}
