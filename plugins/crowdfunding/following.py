"""Update: news of a campaign, for everybody or for backers; Reminder: tell me before it ends."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.crowdfunding.campaigns import Campaign
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import record
from shop.people.models import Person


class Update(Numbered, Base):
    """News of a campaign in Markdown; `is_for_backers` hides it from everybody else."""

    __tablename__ = "crowdfunding_update"
    __table_args__ = (Index("ix_crowdfunding_update_list", "campaign_id", "id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    is_for_backers: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)

    campaign: Mapped[Campaign] = relationship()

    @classmethod
    def of(cls, campaign: Campaign) -> list["Update"]:
        """All of them, the newest first."""
        mine = select(cls).where(cls.campaign_id == campaign.id).order_by(cls.id.desc())
        return list(db.session.scalars(mine))

    @classmethod
    def write(
        cls, campaign: Campaign, title: str, text: str, by: Person | None, *, is_for_backers: bool = False
    ) -> "Update":
        """Publish it; the backers are told by mail."""
        if not campaign.is_public:
            raise Refused(_("The campaign is not public yet."))
        update = cls(
            campaign_id=campaign.id,
            title=title,
            text=text,
            is_for_backers=is_for_backers,
            by_id=by.id if by else None,
        )
        db.session.add(update)
        db.session.flush()
        record("crowdfunding.updated", campaign.community_id, update=update.id)
        return update


class Reminder(Numbered, Base):
    """Somebody who has not pledged wants to be told before the campaign ends; once."""

    __tablename__ = "crowdfunding_reminder"
    __table_args__ = (UniqueConstraint("campaign_id", "person_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    sent_at: Mapped[datetime | None]

    @classmethod
    def wish(cls, campaign: Campaign, person: Person) -> None:
        """Remind this person; a second wish changes nothing."""
        if not campaign.is_running and not campaign.takes_votes:
            raise Refused(_("The campaign is over."))
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(
            insert(cls).values(campaign_id=campaign.id, person_id=person.id).on_conflict_do_nothing()
        )

    @classmethod
    def forget(cls, campaign: Campaign, person: Person) -> None:
        db.session.execute(delete(cls).where(cls.campaign_id == campaign.id, cls.person_id == person.id))

    @classmethod
    def is_wished(cls, campaign: Campaign, person: Person | None) -> bool:
        if person is None:
            return False
        mine = select(cls.id).where(cls.campaign_id == campaign.id, cls.person_id == person.id)
        return db.session.scalar(mine) is not None
