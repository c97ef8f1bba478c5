"""Following: who wants it, too, and is told; filing, joining in, and what becomes of followers when two are one."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from plugins.feedback.states import KINDS
from plugins.feedback.tickets import LONGEST, LONGEST_TITLE, Ticket
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.letters import address_of
from shop.people.models import Person


class TicketFollower(Numbered, Base):
    """Somebody who wants it, too, and is told; once. Who is forgotten still counts."""

    __tablename__ = "feedback_follower"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("feedback_ticket.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


def file(
    community: Community, product: Product | None, by: Person, kind: str, title: str, text: str
) -> Ticket:
    """Say it; whoever says it follows it."""
    if kind not in KINDS:
        raise NotValid(_("An idea, a complaint or a question?"), field="kind")
    ticket = Ticket(
        community_id=community.id,
        product_id=product.id if product else None,
        person_id=by.id,
        kind=kind,
        title=title[:LONGEST_TITLE],
        text=text[:LONGEST],
    )
    db.session.add(ticket)
    db.session.flush()
    page = address_of("feedback.show", community=community.slug, ticket_id=ticket.id)
    record(
        "feedback.filed",
        community.id,
        person=by.id,
        product=ticket.product_id,
        ticket=ticket.id,
        kind=ticket.kind,
        title=ticket.title,
        path=urlsplit(page).path,
    )
    follow(ticket, by)
    return ticket


def follow(ticket: Ticket, person: Person) -> None:
    """I want this, too; pressed twice, it counts once. What was merged is followed where it went."""
    ins = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    told = {"ticket_id": ticket.id, "person_id": person.id}
    made = ins(TicketFollower).values(told).on_conflict_do_nothing().returning(TicketFollower.id)
    if db.session.scalar(made) is not None:
        _count(ticket, 1)


def unfollow(ticket: Ticket, person: Person) -> None:
    gone = delete(TicketFollower).where(
        TicketFollower.ticket_id == ticket.id, TicketFollower.person_id == person.id
    )
    if db.session.scalar(gone.returning(TicketFollower.id)) is not None:
        _count(ticket, -1)


def merge(ticket: Ticket, into: Ticket, by: Person) -> None:
    """It says what another says: its followers go there, once each, and read so.

    Both rows are held in the order of their numbers, so that nobody follows what is just going away.
    """
    db.session.execute(
        select(Ticket.id).where(Ticket.id.in_((ticket.id, into.id))).order_by(Ticket.id).with_for_update()
    )
    db.session.refresh(into)
    same = into.community_id == ticket.community_id and into.product_id == ticket.product_id
    if into.id == ticket.id or not same or into.state == "merged":
        raise Refused(_("It can only be merged into another one on the same thing."))
    one, mine = TicketFollower, TicketFollower.ticket_id == ticket.id
    there = select(one.person_id).where(one.ticket_id == into.id, one.person_id.is_not(None))
    moved = [
        p for p in db.session.scalars(select(one.person_id).where(mine).order_by(one.id)) if p is not None
    ]
    ticket.go("merged", "", by, people=moved, into=into.id)
    # who follows both stays once; a nameless one still counts
    db.session.execute(delete(one).where(mine, one.person_id.in_(there)))
    came = db.session.execute(update(one).where(mine).values(ticket_id=into.id).returning(one.id)).all()
    ticket.into_id = into.id
    db.session.execute(update(Ticket).where(Ticket.id == ticket.id).values(followers=0))
    db.session.execute(update(Ticket).where(Ticket.into_id == ticket.id).values(into_id=into.id))
    _count(into, len(came))
    db.session.refresh(ticket, ["followers"])
    record("feedback.followed", ticket.community_id, ticket=ticket.id, voices=0)


def followed_by(person: Person | None, tickets: Sequence[Ticket]) -> set[int]:
    """Which of these a person follows."""
    if person is None or not tickets:
        return set()
    mine = select(TicketFollower.ticket_id).where(
        TicketFollower.person_id == person.id, TicketFollower.ticket_id.in_([each.id for each in tickets])
    )
    return set(db.session.scalars(mine))


def followers_of(ticket: Ticket) -> list[int]:
    """Everybody who follows it and can be told, in the order in which they came."""
    one = TicketFollower
    mine = (
        select(one.person_id).where(one.ticket_id == ticket.id, one.person_id.is_not(None)).order_by(one.id)
    )
    return [person_id for person_id in db.session.scalars(mine) if person_id is not None]


def _count(ticket: Ticket, n: int) -> None:
    """So many more; the event tells how many there are beside its author."""
    counted = db.session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.state != "merged")
        .values(followers=Ticket.followers + n)
        .returning(Ticket.followers, Ticket.person_id)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        raise Refused(_("This goes on in another one; please follow that."))
    db.session.expire(ticket, ["followers"])
    author = counted.person_id
    own = author is not None and db.session.scalar(
        select(TicketFollower.id).where(
            TicketFollower.ticket_id == ticket.id, TicketFollower.person_id == author
        )
    )
    voices = counted.followers - (1 if own else 0)
    record("feedback.followed", ticket.community_id, ticket=ticket.id, voices=voices)
