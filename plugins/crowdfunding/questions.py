"""Question: an open option that the community votes on before pledging starts, or a survey of backers afterwards."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.rewards import Reward
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.people.models import Person

MOST_CHOICES = 12


class Question(Numbered, Base):
    """`vote`: the community decides before pledging starts; `survey`: each backer answers after success."""

    __tablename__ = "crowdfunding_question"
    __table_args__ = (Index("ix_crowdfunding_question_campaign", "campaign_id", "kind", "id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"))
    # A survey's question may be for the backers of one reward only.
    reward_id: Mapped[int | None] = mapped_column(ForeignKey("crowdfunding_reward.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(String(200))
    is_needed: Mapped[bool] = mapped_column(default=True)

    campaign: Mapped[Campaign] = relationship()
    reward: Mapped[Reward | None] = relationship()
    choices: Mapped[list["Choice"]] = relationship(order_by="Choice.position", cascade="all, delete-orphan")

    @classmethod
    def of(cls, campaign: Campaign, kind: str) -> list["Question"]:
        mine = select(cls).where(cls.campaign_id == campaign.id, cls.kind == kind)
        return list(db.session.scalars(mine.order_by(cls.id)))

    @classmethod
    def ask(
        cls, campaign: Campaign, kind: str, text: str, choices: Sequence[str], reward: Reward | None = None
    ) -> "Question":
        """Ask one more question; votes only while it is a draft, a survey until it was sent."""
        if kind == "vote":
            campaign.must_be_draft()
            if len(choices) < 2:
                raise NotValid(_("A vote needs at least two choices."), field="choices")
        elif campaign.state == "succeeded":
            raise Refused(_("The survey was sent to the backers already."))
        elif campaign.state == "failed":
            raise Refused(_("The campaign is over."))
        if len(choices) > MOST_CHOICES or len(choices) == 1:
            raise NotValid(
                _("Between 2 and %(most)s choices, or none for an answer in words.", most=MOST_CHOICES),
                field="choices",
            )
        question = cls(campaign_id=campaign.id, kind=kind, text=text, reward_id=reward.id if reward else None)
        question.choices = [Choice(title=title, position=n) for n, title in enumerate(choices, 1)]
        db.session.add(question)
        return question

    @property
    def decided(self) -> "Choice | None":
        """What the vote came to, once it is frozen."""
        return next((choice for choice in self.choices if choice.is_decided), None)

    def vote(self, choice_id: int, by: Person) -> None:
        """A member votes, or changes their vote; one vote a person, until the server's clock says that it is over."""
        if not self.campaign.takes_votes:
            raise Refused(_("The vote is over: what was decided stays."))
        if choice_id not in {choice.id for choice in self.choices}:
            raise NotValid(_("Please choose one of the choices."))
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(
            insert(Vote)
            .values(question_id=self.id, choice_id=choice_id, person_id=by.id)
            .on_conflict_do_update(index_elements=["question_id", "person_id"], set_={"choice_id": choice_id})
        )

    def counts(self) -> dict[int, int]:
        """Votes by choice."""
        return tally([self])

    def freeze(self) -> None:
        """Count, and decide for good: most votes, and of equals the one that stands first."""
        counts = self.counts()
        for choice in self.choices:
            choice.votes_at_end = counts.get(choice.id, 0)
        winner = max(self.choices, key=lambda choice: (choice.votes_at_end or 0, -choice.position))
        winner.is_decided = True

    def remove(self) -> None:
        if self.kind == "vote":
            self.campaign.must_be_draft()
        elif self.campaign.state in ("succeeded", "failed"):
            raise Refused(_("The survey was sent to the backers already."))
        db.session.delete(self)


class Choice(Numbered, Base):
    """One answer to a question; `votes_at_end` and `is_decided` are written when the vote is frozen."""

    __tablename__ = "crowdfunding_choice"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_question.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    votes_at_end: Mapped[int | None]
    is_decided: Mapped[bool] = mapped_column(default=False)


class Vote(Numbered, Base):
    """A member's vote; somebody who is forgotten leaves their vote without a name."""

    __tablename__ = "crowdfunding_vote"
    __table_args__ = (UniqueConstraint("question_id", "person_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_question.id", ondelete="CASCADE"))
    choice_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_choice.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Answer(Numbered, Base):
    """What a backer answered to a survey's question."""

    __tablename__ = "crowdfunding_answer"
    __table_args__ = (UniqueConstraint("pledge_id", "question_id"),)

    pledge_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_pledge.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_question.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(String(400))


def tally(questions: Sequence[Question]) -> dict[int, int]:
    """Votes by choice of several questions, in one statement."""
    counted = select(Vote.choice_id, func.count(Vote.id)).where(
        Vote.question_id.in_([question.id for question in questions])
    )
    return dict(db.session.execute(counted.group_by(Vote.choice_id)).all())


def votes_of(person: Person | None, questions: Sequence[Question]) -> dict[int, int]:
    """What a person chose, by question."""
    if person is None or not questions:
        return {}
    mine = select(Vote.question_id, Vote.choice_id).where(
        Vote.person_id == person.id, Vote.question_id.in_([question.id for question in questions])
    )
    return dict(db.session.execute(mine).all())
