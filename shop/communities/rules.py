"""Rules of a community: versions, and who has accepted which."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.people.models import Person


class Rules(Numbered, Base):
    """One version of a community's rules."""

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    def accept(self, person: Person) -> None:
        """Remember that the person has accepted this version."""
        if not self.is_accepted_by(person):
            insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
            accepted = {"rules_id": self.id, "person_id": person.id, "at": now()}
            db.session.execute(insert(RulesAcceptance).values(accepted).on_conflict_do_nothing())

    def is_accepted_by(self, person: Person) -> bool:
        found = select(RulesAcceptance.id).where(
            RulesAcceptance.rules_id == self.id, RulesAcceptance.person_id == person.id
        )
        return db.session.scalar(found) is not None


class RulesAcceptance(Numbered, Base):
    """A person has accepted a version of the rules."""

    __tablename__ = "rules_acceptance"
    __table_args__ = (UniqueConstraint("rules_id", "person_id"),)

    rules_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
