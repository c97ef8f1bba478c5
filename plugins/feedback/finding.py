"""Finding feedback: of a community, of a seller's products, a person's own; and where one may be filed."""

from flask import abort, g
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from plugins.feedback.following import TicketFollower
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.states import OPEN
from plugins.feedback.tickets import Ticket
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.hooks import door
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person

LARGEST_ID = 2**53
CARD: tuple[ORMOption, ...] = (
    joinedload(Ticket.person),
    joinedload(Ticket.product),
    joinedload(Ticket.community),
    selectinload(Ticket.changes),
)
NOTE: tuple[ORMOption, ...] = (
    joinedload(ChangeNote.product),
    selectinload(ChangeNote.first_thanks).joinedload(NoteThanks.person),
)


def listing_here(product_id: int) -> Listing:
    """A product as it stands on the shelf of the community in the address."""
    shown = (
        select(Listing)
        .join(Listing.product)
        .where(Listing.product_id == product_id, Listing.community_id == g.community.id)
        .options(contains_eager(Listing.product))
    )
    listing = db.session.scalars(shown).first() if product_id < LARGEST_ID else None
    return listing if listing is not None and listing.is_shown else abort(404)


def ticket_here(ticket_id: int) -> Ticket:
    """A ticket in the community of the address."""
    mine = select(Ticket).where(Ticket.id == ticket_id, Ticket.community_id == g.community.id)
    ticket = db.session.scalars(mine.options(*CARD)).first() if ticket_id < LARGEST_ID else None
    return ticket or abort(404)


def ticket_of_seller(ticket_id: int) -> Ticket:
    """A ticket on something that the merchant in the address sells."""
    mine = of_seller(g.merchant).where(Ticket.id == ticket_id)
    ticket = db.session.scalars(mine).first() if ticket_id < LARGEST_ID else None
    return ticket or abort(404)


def note_here(note_id: int) -> ChangeNote:
    mine = select(ChangeNote).where(ChangeNote.id == note_id, ChangeNote.community_id == g.community.id)
    note = db.session.scalars(mine).first() if note_id < LARGEST_ID else None
    return note or abort(404)


def of_community(community: Community) -> Select[Ticket]:
    return select(Ticket).where(Ticket.community_id == community.id).options(*CARD)


def of_seller(merchant: Merchant) -> Select[Ticket]:
    """Everything that is said about what a merchant sells, in all communities."""
    return (
        select(Ticket)
        .where(Ticket.product_id.in_(select(Product.id).where(Product.merchant_id == merchant.id)))
        .options(*CARD)
    )


def unanswered_here(community: Community) -> Select[int]:
    """What nobody has answered in a community."""
    return select(Ticket.id).where(Ticket.community_id == community.id, Ticket.state == "received")


def unanswered_of(merchant: Merchant) -> Select[int]:
    """What nobody has answered about a merchant's products."""
    mine = select(Product.id).where(Product.merchant_id == merchant.id)
    return select(Ticket.id).where(Ticket.product_id.in_(mine), Ticket.state == "received")


def followed(person: Person) -> Select[Ticket]:
    """What a person has said or follows, wherever it is."""
    mine = select(TicketFollower.ticket_id).where(TicketFollower.person_id == person.id)
    return select(Ticket).where(Ticket.id.in_(mine)).options(*CARD)


def like(community_id: int, product_id: int | None, most: int = 8) -> list[Ticket]:
    """What is open on the same thing, the most wanted first: perhaps it was said already."""
    same = select(Ticket).where(Ticket.community_id == community_id, Ticket.state.in_(OPEN))
    same = same.where(Ticket.product_id.is_(None) if product_id is None else Ticket.product_id == product_id)
    return list(db.session.scalars(same.order_by(Ticket.followers.desc(), Ticket.id.desc()).limit(most)))


def beside(tickets: list[Ticket], most: int = 300) -> dict[tuple[int, int | None], list[Ticket]]:
    """What each of these could be merged into, by community and product, in one statement for all."""
    places = {each.community_id for each in tickets}
    wanted = select(Ticket).where(Ticket.community_id.in_(places), Ticket.state != "merged")
    found: dict[tuple[int, int | None], list[Ticket]] = {}
    for each in db.session.scalars(wanted.order_by(Ticket.id.desc()).limit(most)) if places else ():
        found.setdefault((each.community_id, each.product_id), []).append(each)
    return found


def for_note(community_id: int, product_id: int | None, most: int = 60) -> list[Ticket]:
    """What a change may have answered: whatever is open or done and not told of yet."""
    same = select(Ticket).where(
        Ticket.community_id == community_id,
        Ticket.state.in_((*OPEN, "done")),
        Ticket.note_id.is_(None),
    )
    same = same.where(Ticket.product_id.is_(None) if product_id is None else Ticket.product_id == product_id)
    return list(db.session.scalars(same.order_by(Ticket.followers.desc(), Ticket.id.desc()).limit(most)))


def listings_of(merchant: Merchant | None, community: Community | None) -> list[Listing]:
    """Products on shelves where feedback is on: a seller's, or all of a community."""
    wanted = (
        select(Listing)
        .join(Listing.product)
        .join(Community, Community.id == Listing.community_id)
        .where(Listing.state == "accepted", Product.state != "archived", Community.closed_at.is_(None))
        .options(contains_eager(Listing.product), joinedload(Listing.community))
        .order_by(Listing.id.desc())
        .limit(200)
    )
    if merchant is not None:
        wanted = wanted.where(Product.merchant_id == merchant.id)
    if community is not None:
        wanted = wanted.where(Listing.community_id == community.id)
    return [each for each in db.session.scalars(wanted) if "feedback" in door().asked_in(each.community_id)]
