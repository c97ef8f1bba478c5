"""Programme: what a partner pays for; its rates and their priority, its caps, and who is paused."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused, SoldOut
from shop.ledger.models import Account
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.people.models import Person

# Rates are told in basis points: 10000 is the whole.
WHOLE = 10_000
MOST_POINTS = 9_000
TOUCHES = ("last", "first")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one sale pays, and by which rate: `fixed` in minor units is paid for each, `points` of the amount."""

    points: int
    fixed: int
    community_points: int
    why: str

    def of(self, amount: int) -> tuple[int, int]:
        """For a sale of `amount` (minor units): what the promoter earns, and the community."""
        return self.fixed + amount * self.points // WHOLE, amount * self.community_points // WHOLE


class Programme(Numbered, Base):
    """A partner pays whoever recommends; it belongs to a merchant, or (without one) to the operator."""

    __tablename__ = "affiliate_programme"
    __table_args__ = (
        CheckConstraint("points >= 0 AND community_points >= 0 AND fixed >= 0", name="rates_not_negative"),
        CheckConstraint("points + community_points <= 9000", name="rates_leave_some"),
    )

    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(
        String(32), unique=True, default=lambda: secrets.token_hex(6)
    )  # names it in the postback's address
    # `partner`: sales at the partner's shop, told by postback or report; `sales`: of the merchant's own, in this shop.
    kind: Mapped[str] = mapped_column(String(16), default="partner")
    name: Mapped[str] = mapped_column(String(80))
    hosts: Mapped[list[str]] = mapped_column(JSON, default=list)  # where its links may lead
    param: Mapped[str] = mapped_column(String(32), default="click")  # carries the click to the partner
    currency: Mapped[str] = mapped_column(String(3))
    points: Mapped[int] = mapped_column(default=0)
    fixed: Mapped[int] = mapped_column(default=0)
    community_points: Mapped[int] = mapped_column(default=0)
    second_points: Mapped[int] = mapped_column(default=0)  # of `sales`: for who brought the sharer
    window_hours: Mapped[int] = mapped_column(default=24 * 30)
    touch: Mapped[str] = mapped_column(String(8), default="last")
    hold_days: Mapped[int] = mapped_column(default=14)
    secret: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_urlsafe(32))
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    person_cap: Mapped[int | None]  # what one promoter earns of it at most, in minor units
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    merchant: Mapped[Merchant | None] = relationship()
    budget: Mapped[Limit | None] = relationship(lazy="joined")
    rates: Mapped[list["Rate"]] = relationship(
        order_by="Rate.priority.desc(), Rate.id.desc()",
        cascade="all, delete-orphan",
        back_populates="programme",
    )

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def window(self) -> timedelta:
        """How long after a click a sale still counts."""
        return timedelta(hours=self.window_hours)

    @property
    def window_words(self) -> str:
        """The window in days where it has whole ones."""
        if self.window_hours % 24 == 0:
            return ngettext("%(num)s day", "%(num)s days", self.window_hours // 24)
        return ngettext("%(num)s hour", "%(num)s hours", self.window_hours)

    @property
    def payer(self) -> Account:
        """What the partner owes us."""
        return Account.of("provider", self.currency, f"affiliate:{self.id}")

    def leads_to(self, url: str) -> bool:
        """Whether an address is one of the partner's, by https and without tricks."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
            fine = parts.scheme == "https" and not parts.username and parts.port in (None, 443)
        except ValueError:
            return False
        return fine and "\\" not in url and any(host == h or host.endswith(f".{h}") for h in self.hosts)

    def terms(self, product: str, community_id: int | None, person_id: int | None) -> Terms:
        """Which rate counts: the highest priority; of equals person, then product, then community, then the newest."""
        fitting = [rate for rate in self.rates if rate.fits(product, community_id, person_id)]
        if not fitting:
            return Terms(self.points, self.fixed, self.community_points, "programme")
        best = max(fitting, key=lambda rate: (rate.priority, rate.closeness, rate.id or 0))
        return Terms(best.points, best.fixed, self.community_points, best.about)

    def spend(self, promoter_id: int, own: int, total: int) -> str:
        """Take a commission from the caps, or say which of them is reached (`programme_cap`, `person_cap`)."""
        if self.budget is not None and total:
            try:
                self.budget.take(total)
            except SoldOut:
                return "programme_cap"
        if self.person_cap is not None and own:
            try:
                Allowance.of(self, promoter_id).limit.take(own)
            except SoldOut:
                if self.budget is not None and total:
                    self.budget.give_back(total)
                return "person_cap"
        return ""

    def unspend(self, promoter_id: int | None, own: int, total: int) -> None:
        """A commission was rejected or taken back: the caps have room again."""
        if self.budget is not None and total:
            self.budget.give_back(total)
        if self.person_cap is not None and own and promoter_id is not None:
            Allowance.of(self, promoter_id).limit.give_back(own)

    def set_caps(self, budget: int | None, person_cap: int | None) -> None:
        """Other caps; what is spent stays spent."""
        if self.budget is not None and budget is not None:
            self.budget.resize(budget)
        elif self.budget is None and budget is not None:
            if self.id is not None and self._has_paid():
                raise Refused(
                    _("Commissions were booked without a cap already: begin a new programme for one.")
                )
            self.budget = Limit.of(budget, "affiliate_cap")
        elif budget is None:
            self.budget = None
        if person_cap is not None and self.person_cap is None and self.id is not None and self._has_paid():
            raise Refused(_("Commissions were booked without a cap already: begin a new programme for one."))
        if person_cap is not None and self.person_cap is not None:
            for kept in db.session.scalars(select(Allowance).where(Allowance.programme_id == self.id)):
                kept.limit.resize(person_cap)
        self.person_cap = person_cap

    def end(self) -> None:
        """Its cards lead on without counting; sales of clicks inside the window still count."""
        if self.ended_at is None:
            self.ended_at = now()

    def _has_paid(self) -> bool:
        booked = select(Account.id).where(
            Account.owner == "provider", Account.owner_ref == f"affiliate:{self.id}"
        )
        return db.session.scalar(booked) is not None


class Rate(Numbered, Base):
    """Another rate for a product, a community, a person or any mixture of them."""

    __tablename__ = "affiliate_rate"
    __table_args__ = (CheckConstraint("points >= 0 AND fixed >= 0", name="rate_not_negative"),)

    programme_id: Mapped[int] = mapped_column(
        ForeignKey("affiliate_programme.id", ondelete="CASCADE"), index=True
    )
    product: Mapped[str] = mapped_column(String(64), default="")  # the partner's code; empty: every product
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    points: Mapped[int] = mapped_column(default=0)
    fixed: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(default=0)

    programme: Mapped[Programme] = relationship(back_populates="rates")
    community: Mapped[Any] = relationship("Community")
    person: Mapped[Person | None] = relationship()

    def fits(self, product: str, community_id: int | None, person_id: int | None) -> bool:
        return (
            self.product in ("", product)
            and self.community_id in (None, community_id)
            and self.person_id in (None, person_id)
        )

    @property
    def closeness(self) -> int:
        """How closely it names its case."""
        return 4 * (self.person_id is not None) + 2 * bool(self.product) + (self.community_id is not None)

    @property
    def about(self) -> str:
        """What it is about, in a word for each: kept with the sale as its reason."""
        named = {"person": self.person_id, "product": self.product, "community": self.community_id}
        return "+".join(word for word, value in named.items() if value) or "all"


class Allowance(Numbered, Base):
    """What one promoter may still earn of a programme with a cap for each person."""

    __tablename__ = "affiliate_allowance"
    __table_args__ = (UniqueConstraint("programme_id", "person_id"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("affiliate_programme.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    limit_id: Mapped[int] = mapped_column(ForeignKey("limits.id", ondelete="CASCADE"))

    limit: Mapped[Limit] = relationship(lazy="joined")

    @classmethod
    def of(cls, programme: Programme, person_id: int) -> "Allowance":
        """The promoter's allowance, opened when it is needed for the first time; two at once find one."""
        mine = select(cls).where(cls.programme_id == programme.id, cls.person_id == person_id)
        found = db.session.scalars(mine).first()
        if found is not None:
            return found
        limit = Limit.of(programme.person_cap or 0, "affiliate_cap")
        db.session.add(limit)
        db.session.flush()
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        values = {"programme_id": programme.id, "person_id": person_id, "limit_id": limit.id}
        won = db.session.execute(
            insert(cls).values(**values).on_conflict_do_nothing().returning(cls.id)
        ).scalar_one_or_none()
        if won is None:
            db.session.delete(limit)
        return db.session.scalars(mine).one()


class Pause(Numbered, Base):
    """A manager lets a promoter earn nothing in this community, from an instant until it is ended."""

    __tablename__ = "affiliate_pause"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, community_id: int | None, person_id: int | None) -> "Pause | None":
        """The pause that holds now, if any."""
        return db.session.scalars(
            select(cls).where(
                cls.community_id == community_id, cls.person_id == person_id, cls.ended_at.is_(None)
            )
        ).first()


def read_hosts(text: str) -> list[str]:
    """The host names of a partner, one a line or with commas; raises NotValid."""
    hosts = [word.strip().lower().rstrip(".") for word in text.replace(",", " ").split()]
    for host in hosts:
        labels = host.split(".")
        if len(labels) < 2 or not all(label.replace("-", "").isalnum() for label in labels):
            raise NotValid(_("“%(host)s” is not a host name such as shop.example.com.", host=host))
    if not hosts:
        raise NotValid(_("Say where the links of this programme may lead."))
    return list(dict.fromkeys(hosts))
