"""Who is shopping in this session, and how much is in the carts."""

from flask import g, request, session

from plugins.mall.carts import Shopper, bring_along, lines_of, new_guest_key
from shop.access import current_person
from shop.communities.models import Community
from shop.db import db, set_writing

GUEST = "mall_guest"


def shopper() -> Shopper:
    """Whose carts this session opens; a guest who has signed in since brings the guest's carts along."""
    person, guest = current_person(), session.get(GUEST)
    if person is not None and guest is not None:
        _bring_along(guest)
        person = current_person()
    return Shopper(person, session.get(GUEST))


def shopper_with_cart() -> Shopper:
    """The same, with a key for a guest who has none yet."""
    found = shopper()
    if found.person is None and found.guest is None:
        session[GUEST] = new_guest_key()
        session.permanent = True
        return Shopper(None, session[GUEST])
    return found


def recount(community: Community) -> None:
    """Tell the tab at the foot of every page how many things are in the cart here."""
    count = sum(line.quantity for line in lines_of(shopper(), community))
    counts = {**session.get("cart_counts", {}), community.slug: count}
    session["cart_counts"] = {slug: n for slug, n in counts.items() if n}


def _bring_along(guest: str) -> None:
    """Write also when the page was only asked for: the reading transaction ends, a writing one begins."""
    if request.method in ("GET", "HEAD"):
        db.session.rollback()
        set_writing(True)
    person = current_person()
    if person is not None:
        communities = bring_along(guest, person)
        db.session.commit()
        session.pop(GUEST)
        _count_again(communities)


def _count_again(communities: list[int]) -> None:
    for community_id in communities:
        community = db.session.get(Community, community_id)
        if community is not None and (g.get("community") is None or g.community.id != community_id):
            recount(community)
    if g.get("community") is not None:
        recount(g.community)
