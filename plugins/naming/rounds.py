"""Round: a product looks for a name (or a colour, a flavour, an option), and the one table of its states."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import record
from shop.merchants.models import Merchant
from shop.people.models import Person

# The one transition table: from -> to. `screening` is there only while a proposal waits for an answer.
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"review"}),
    "review": frozenset({"draft", "proposing"}),
    "proposing": frozenset({"screening", "voting", "ended"}),
    "screening": frozenset({"voting", "ended"}),
    "voting": frozenset({"counted", "ended"}),
    "counted": frozenset(),
    "ended": frozenset(),
}
KINDS = ("name", "colour", "flavour", "option")
PUBLIC = ("proposing", "screening", "voting", "counted", "ended")
LONGEST_DAYS = 60


class Round(Numbered, Base):
    """One choice about one product in one community; instants in UTC and set by this server."""

    __tablename__ = "naming_round"
    __table_args__ = (
        Index("ix_naming_round_clock", "state", "proposals_until", "votes_until"),
        Index("ix_naming_round_merchant", "merchant_id", "id"),
        Index("ix_naming_round_community", "community_id", "state", "id"),
        Index("ix_naming_round_product", "product_id", "state"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8), default="name")
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")  # what is looked for, in Markdown
    longest: Mapped[int] = mapped_column(default=24)  # letters of a proposal
    each: Mapped[int] = mapped_column(default=3)  # proposals of one member; 0: only the seller proposes
    propose_days: Mapped[int] = mapped_column(default=7)
    vote_days: Mapped[int] = mapped_column(default=7)

    state: Mapped[str] = mapped_column(String(12), default="draft")
    opened_at: Mapped[datetime | None]  # whoever was a member before may vote
    proposals_until: Mapped[datetime | None]
    votes_until: Mapped[datetime | None]
    # What the count came to, round by round, as plain values; written once.
    count: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    thanks: Mapped[str] = mapped_column(String(600), default="")
    thanked_at: Mapped[datetime | None]
    thanked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)

    community: Mapped[Community] = relationship()
    merchant: Mapped[Merchant] = relationship()
    product: Mapped[Product] = relationship()
    changes: Mapped[list["RoundChange"]] = relationship(order_by="RoundChange.id", back_populates="round")

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def takes_proposals(self) -> bool:
        """Open for proposals by the server's clock, whatever a job has or has not done yet."""
        begun = self.state == "proposing" and self.proposals_until is not None
        return begun and self.each > 0 and now() < (self.proposals_until or now())

    @property
    def takes_votes(self) -> bool:
        return self.state == "voting" and self.votes_until is not None and now() < self.votes_until

    @property
    def is_counted(self) -> bool:
        return self.state == "counted"

    def may_vote(self, person: Person | None) -> bool:
        """Whether this person was a member before the round opened, and still is."""
        if person is None or self.opened_at is None:
            return False
        since = db.session.scalar(
            select(Membership.at).where(
                Membership.community_id == self.community_id, Membership.person_id == person.id
            )
        )
        return since is not None and since < self.opened_at

    def move(self, to: str, by: Person | None = None, reason: str = "", **values: Any) -> None:
        """Move to a state of the table, exactly once however many try; raises Refused when it cannot."""
        allowed = [state for state, targets in MOVES.items() if to in targets]
        was = self.state
        won = db.session.execute(
            update(Round)
            .where(Round.id == self.id, Round.state.in_(allowed))
            .values(state=to, **values)
            .returning(Round.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This round has moved on; please look at it again."))
        db.session.refresh(self)
        change = RoundChange(from_state=was, to_state=to, by_id=by.id if by else None, reason=reason)
        self.changes.append(change)
        self.community.touch()
        record(f"naming.{to}", self.community_id, round=self.id)

    def open(self, by: Person | None) -> None:
        """A manager lets it begin; where only the seller proposes, with the vote at once."""
        began = now()
        until = began + timedelta(days=self.propose_days if self.each else 0)
        self.move("proposing", by, opened_at=began, proposals_until=until)

    def must_be_draft(self) -> None:
        if not self.is_draft:
            raise Refused(_("This can only be changed while the round is a draft."))

    def thank(self, words: str, by: Person) -> None:
        """The seller's words to whoever found it; they stay on the product's page."""
        if not self.is_counted:
            raise Refused(_("There is nobody to thank before the count."))
        self.thanks, self.thanked_at, self.thanked_by_id = words, now(), by.id
        self.community.touch()
        record("naming.thanked", self.community_id, round=self.id)


class RoundChange(Numbered, Base):
    """A round moved from a state to another: when, by whom, why."""

    __tablename__ = "naming_change"

    round_id: Mapped[int] = mapped_column(ForeignKey("naming_round.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    round: Mapped[Round] = relationship(back_populates="changes")
