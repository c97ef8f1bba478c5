"""Muting: a member gets no news of a group any more; what concerns themselves still comes."""

from sqlalchemy import func, select

from shop.communities.models import Membership
from shop.db import db
from shop.people.models import Person


def has_muted(email: str, community_id: int) -> bool:
    """Whether whoever reads mail at this address has muted the group."""
    muted = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.email == email,
            Membership.community_id == community_id,
            Membership.muted_at.is_not(None),
        )
    )
    return db.session.scalar(muted.limit(1)) is not None


def muted_in(community_id: int) -> int:
    """How many members have muted the group."""
    muted = select(func.count()).select_from(Membership)
    muted = muted.where(Membership.community_id == community_id, Membership.muted_at.is_not(None))
    return db.session.scalar(muted) or 0
