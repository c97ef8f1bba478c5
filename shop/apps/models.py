"""PluginPrice and PluginTerm: what an app costs, and who has it until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.manifest import Terms
from shop.merchants.models import Merchant, Staff
from shop.orders.models import Order
from shop.people.models import Person

# The site's own merchants, one for a currency; a slug that is made from a name never begins with this sign.
SITE = "_site-"


class PluginPrice(Numbered, Base):
    """What the operator asks for a plugin, in place of what its manifest says; nothing (0) makes it free."""

    __tablename__ = "plugin_price"
    __table_args__ = (CheckConstraint("amount >= 0 AND days > 0 AND trial_days >= 0", name="makes_sense"),)

    name: Mapped[str] = mapped_column(String(32), unique=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    days: Mapped[int]
    trial_days: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def terms(self) -> Terms | None:
        return Terms(self.amount, self.currency, self.days, self.trial_days) if self.amount else None

    @classmethod
    def set(cls, name: str, terms: Terms, by_id: int | None) -> None:
        """From now on it costs this; terms that run are not touched."""
        row = db.session.scalars(select(cls).where(cls.name == name)).first()
        if row is None:
            row = cls(name=name)
            db.session.add(row)
        row.amount, row.currency = terms.amount, terms.currency
        row.days, row.trial_days, row.by_id, row.at = terms.days, terms.trial_days, by_id, now()


class PluginTerm(Numbered, Base):
    """A community may use a plugin from a moment to another: on trial (no order), or paid by an order."""

    __tablename__ = "plugin_term"
    __table_args__ = (Index("ix_plugin_term_community", "community_id", "name"),)

    # `trial:<community>:<plugin>` or `order:<id>`; unique, so that nothing is granted twice.
    key: Mapped[str] = mapped_column(String(96), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(32), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    order: Mapped[Order | None] = relationship()
    by: Mapped[Person | None] = relationship()

    @property
    def is_trial(self) -> bool:
        return self.order_id is None

    @classmethod
    def grant(
        cls,
        key: str,
        community_id: int,
        name: str,
        days: int,
        *,
        by_id: int | None,
        order_id: int | None = None,
    ) -> bool:
        """So many days from now, or from the end of what runs; False when this key was granted before."""
        begins = max(cls.end_of(community_id, name) or now(), now())
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        values = {
            "key": key,
            "community_id": community_id,
            "name": name,
            "order_id": order_id,
            "by_id": by_id,
        }
        granted = db.session.execute(
            insert(cls)
            .values(**values, begins_at=begins, ends_at=begins + timedelta(days=days))
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(cls.id)
        ).scalar_one_or_none()
        return granted is not None

    @classmethod
    def end_of(cls, community_id: int, name: str) -> datetime | None:
        """Until when the community may use it; None when it never had a term."""
        ends = select(func.max(cls.ends_at)).where(cls.community_id == community_id, cls.name == name)
        return db.session.scalar(ends)

    @classmethod
    def latest(cls, *where: ColumnElement[bool]) -> dict[tuple[int, str], "PluginTerm"]:
        """The last term of each plugin in each community that is asked for, by community and plugin."""
        rows = select(cls).where(*where).order_by(cls.ends_at, cls.id)
        rows = rows.options(joinedload(cls.order), joinedload(cls.by))
        return {(term.community_id, term.name): term for term in db.session.scalars(rows)}

    def take_back(self) -> None:
        """Its order was refunded: what of it is still to come is taken away, and what follows begins earlier."""
        kept_until = max(now(), self.begins_at)
        if self.ends_at <= kept_until:
            return
        lost = self.ends_at - kept_until
        later = select(PluginTerm).where(
            PluginTerm.community_id == self.community_id,
            PluginTerm.name == self.name,
            PluginTerm.begins_at >= self.ends_at,
            PluginTerm.id != self.id,
        )
        for term in db.session.scalars(later):
            term.begins_at, term.ends_at = term.begins_at - lost, term.ends_at - lost
        self.ends_at = kept_until


@dataclass(frozen=True, slots=True)
class Lease:
    """How a plugin stands in a community, for its card: what it costs and the last term, if there was one."""

    terms: Terms | None
    term: PluginTerm | None

    @property
    def runs(self) -> bool:
        return self.term is not None and self.term.ends_at > now()

    @property
    def may_try(self) -> bool:
        """A trial is given once, to a community that has never had a term."""
        return self.terms is not None and self.term is None and self.terms.trial_days > 0

    @property
    def must_buy(self) -> bool:
        """It cannot be switched on without an order."""
        return self.terms is not None and not self.runs and not self.may_try

    @property
    def days_left(self) -> int:
        """Whole days that are left, the present one counted."""
        return -(-(self.term.ends_at - now()) // timedelta(days=1)) if self.term and self.runs else 0


def site_merchant(name: str, currency: str) -> Merchant:
    """The site as a seller in one currency: an ordinary merchant on whose staff every operator is."""
    slug = SITE + currency.lower()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {
        "slug": slug,
        "name": name,
        "about": "",
        "currency": currency,
        "contact": "",
        "opened_at": now(),
    }
    db.session.execute(insert(Merchant).values(**values).on_conflict_do_nothing(index_elements=["slug"]))
    merchant = db.session.scalars(select(Merchant).where(Merchant.slug == slug)).one()
    there = select(Staff.person_id).where(Staff.merchant_id == merchant.id)
    operators = select(Person.id).where(Person.is_operator, Person.id.not_in(there))
    rows = [
        {"merchant_id": merchant.id, "person_id": n, "role": "manager", "at": now()}
        for n in db.session.scalars(operators)
    ]
    if rows:
        db.session.execute(insert(Staff).values(rows).on_conflict_do_nothing())
    return merchant


def paid_terms(name: str) -> int:
    """How many paid terms of a plugin still run."""
    paid = select(func.count(PluginTerm.id)).where(
        PluginTerm.name == name, PluginTerm.order_id.is_not(None), PluginTerm.ends_at > now()
    )
    return db.session.scalar(paid) or 0


def forget_terms(name: str) -> None:
    """A plugin is purged: the orders stay, what they were for is told by their lines."""
    db.session.execute(delete(PluginPrice).where(PluginPrice.name == name))
    db.session.execute(delete(PluginTerm).where(PluginTerm.name == name))


def note_reminded(term_id: int) -> bool:
    """Remind of a term once; False when another worker has."""
    return _once(term_id, PluginTerm.reminded_at.key)


def note_ended(term_id: int) -> bool:
    """End a term once; False when another worker has."""
    return _once(term_id, PluginTerm.ended_at.key)


def _once(term_id: int, column: str) -> bool:
    stamp = getattr(PluginTerm, column)
    won = db.session.execute(
        update(PluginTerm)
        .where(PluginTerm.id == term_id, stamp.is_(None))
        .values({column: now()})
        .returning(PluginTerm.id)
    ).scalar_one_or_none()
    return won is not None
