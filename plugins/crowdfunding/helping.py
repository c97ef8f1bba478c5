"""Task: help that is not money, which a campaign asks for; Helper: somebody who offers it. Neither counts as money."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from plugins.crowdfunding.campaigns import Campaign
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.limits import Limit
from shop.people.models import Person


class Task(Numbered, Base):
    """What is to be done, and how many hands it takes (a Limit)."""

    __tablename__ = "crowdfunding_task"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(160))
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))

    campaign: Mapped[Campaign] = relationship()
    limit: Mapped[Limit | None] = relationship(lazy="joined")
    helpers: Mapped[list["Helper"]] = relationship(order_by="Helper.id", back_populates="task")

    @classmethod
    def of(cls, campaign: Campaign) -> list["Task"]:
        """The tasks with who helps."""
        mine = select(cls).where(cls.campaign_id == campaign.id).order_by(cls.id)
        helpers = selectinload(cls.helpers).joinedload(Helper.person)
        return list(db.session.scalars(mine.options(helpers)))

    @classmethod
    def add(cls, campaign: Campaign, title: str, hands: int) -> "Task":
        if campaign.state in ("succeeded", "failed"):
            raise Refused(_("The campaign is over."))
        task = cls(campaign_id=campaign.id, title=title, limit=Limit.of(hands, "hands"))
        db.session.add(task)
        return task

    @property
    def hands(self) -> int:
        return self.limit.size if self.limit else 0

    @property
    def found(self) -> int:
        return self.limit.size - self.limit.left if self.limit else 0

    def offer(self, words: str, by: Person) -> "Helper":
        """A person offers a hand, once; never more hands than are wanted."""
        if self.campaign.state not in ("voting", "live", "waiting"):
            raise Refused(_("The campaign is over."))
        mine = select(func.count(Helper.id)).where(Helper.task_id == self.id, Helper.person_id == by.id)
        if db.session.scalar(mine):
            raise Refused(_("You have offered your help already. Thank you!"))
        if self.limit is not None:
            self.limit.take(1)
        helper = Helper(task_id=self.id, person_id=by.id, words=words)
        db.session.add(helper)
        return helper


class Helper(Numbered, Base):
    """A person who offers help."""

    __tablename__ = "crowdfunding_helper"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_task.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    words: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    task: Mapped[Task] = relationship(back_populates="helpers")
    person: Mapped[Person | None] = relationship()
