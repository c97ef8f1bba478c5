"""Conversion: a partner (or this shop) says that somebody bought; what is earned by it, and what became of that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.affiliate.articles import Article
from plugins.affiliate.clicks import Click
from plugins.affiliate.programmes import Programme
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.ledger.earnings import Earning
from shop.ledger.payouts import Payout
from shop.money import Money
from shop.people.models import Person

# Why nothing is earned, in words for the promoter; free words of a partner or manager stand as they are.
REASONS = {
    "no_click": _l("Nobody's click belongs to this sale."),
    "window": _l("It was bought after the window had closed."),
    "self": _l("You cannot earn by what you buy yourself."),
    "paused": _l("You were paused here, or had left the community."),
    "programme_cap": _l("The programme has paid as much as it will."),
    "person_cap": _l("You have earned as much as one person may in this programme."),
    "nothing": _l("The rate comes to nothing."),
    "reversed": _l("The partner took it back."),
    "refunded": _l("The buyer's money went back."),
    "ended": _l("The click was made after the programme had ended."),
}
# Why somebody should look before it is paid.
FLAGS = {"same_net": _l("The buyer came from the same address as the promoter.")}
STATES = {
    "pending": (_l("Pending"), ""),
    "payable": (_l("Payable"), "good"),
    "paid": (_l("Paid"), "good"),
    "rejected": (_l("Rejected"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a partner says of a sale: its own reference, our click, the amount in minor units, the status."""

    ref: str
    click: str
    amount: int
    product: str = ""
    status: str = "pending"  # pending, approved, reversed
    reason: str = ""
    at: datetime | None = None


class Conversion(Numbered, Base):
    """One sale; `key` is unique, so that it counts once however often and however many ways it is told."""

    __tablename__ = "affiliate_conversion"
    __table_args__ = (
        Index("ix_affiliate_conversion_promoter", "promoter_id", "id"),
        Index("ix_affiliate_conversion_programme", "programme_id", "id"),
        Index("ix_affiliate_conversion_due", "state", "hold_until"),
    )

    key: Mapped[str] = mapped_column(String(128), unique=True)
    via: Mapped[str] = mapped_column(String(8))  # postback, csv, sale
    ref: Mapped[str] = mapped_column(String(96))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("affiliate_programme.id", ondelete="CASCADE"))
    click_id: Mapped[int | None] = mapped_column(
        ForeignKey("affiliate_click.id", ondelete="SET NULL"), index=True
    )
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("affiliate_article.id", ondelete="SET NULL"), index=True
    )
    community_id: Mapped[int | None] = mapped_column(
        ForeignKey("community.id", ondelete="SET NULL"), index=True
    )
    promoter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    level: Mapped[int] = mapped_column(default=1)
    product: Mapped[str] = mapped_column(String(64), default="")
    amount: Mapped[int]
    first_amount: Mapped[int]  # as it was told first; a partial refund lowers `amount`
    currency: Mapped[str] = mapped_column(String(3))
    commission: Mapped[int] = mapped_column(default=0)
    community_part: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(String(64), default="")  # which rate counted
    state: Mapped[str] = mapped_column(String(16), default="pending")
    reason: Mapped[str] = mapped_column(String(400), default="")
    flag: Mapped[str] = mapped_column(String(16), default="")
    hold_until: Mapped[datetime | None]
    payable_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=now)
    earning_id: Mapped[int | None] = mapped_column(ForeignKey("earning.id", ondelete="SET NULL"))
    community_earning_id: Mapped[int | None] = mapped_column(ForeignKey("earning.id", ondelete="SET NULL"))
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payout.id", ondelete="SET NULL"), index=True)

    programme: Mapped[Programme | None] = relationship()
    click: Mapped[Click | None] = relationship()
    article: Mapped[Article | None] = relationship()
    community: Mapped[Community | None] = relationship()
    promoter: Mapped[Person | None] = relationship()
    payout: Mapped[Payout | None] = relationship(lazy="joined")
    earning: Mapped[Earning | None] = relationship(foreign_keys=[earning_id])
    community_earning: Mapped[Earning | None] = relationship(foreign_keys=[community_earning_id])
    changes: Mapped[list["ConversionChange"]] = relationship(
        order_by="ConversionChange.id", cascade="all, delete-orphan"
    )

    @property
    def sale(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def earned(self) -> Money:
        """What the promoter earns by it, less what was taken back."""
        return Money(self.commission, self.currency)

    @property
    def shown_state(self) -> str:
        """`paid` once the payout that it went out with was sent."""
        if self.state == "payable" and self.payout is not None and self.payout.state == "sent":
            return "paid"
        return self.state

    @property
    def reason_words(self) -> Any:
        return REASONS.get(self.reason, self.reason)

    def move(self, to: str, allowed: tuple[str, ...], reason: str = "", by: Person | None = None) -> bool:
        """To another state, once however many try; the change is written with who and why."""
        was = self.state
        won = db.session.execute(
            update(Conversion)
            .where(Conversion.id == self.id, Conversion.state.in_(allowed))
            .values(state=to, reason=reason[:400])
            .returning(Conversion.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            return False
        db.session.refresh(self, ["state", "reason", "commission", "community_part", "amount"])
        self.note(was, to, reason, by)
        return True

    def note(self, was: str | None, to: str, reason: str = "", by: Person | None = None) -> None:
        """Write down what happened to it."""
        db.session.add(
            ConversionChange(
                conversion_id=self.id,
                from_state=was,
                to_state=to,
                reason=reason[:400],
                by_id=by.id if by else None,
            )
        )


class ConversionChange(Numbered, Base):
    """What became of a conversion: when, by whom, why."""

    __tablename__ = "affiliate_change"

    conversion_id: Mapped[int] = mapped_column(
        ForeignKey("affiliate_conversion.id", ondelete="CASCADE"), index=True
    )
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)


def key_of(programme: Programme, ref: str) -> str:
    """The unique key of a partner's sale."""
    return f"{programme.id}:{ref}"


def hold_of(programme: Programme) -> datetime:
    """Until when a commission waits, so that goods may come back first."""
    return now() + timedelta(days=programme.hold_days)
