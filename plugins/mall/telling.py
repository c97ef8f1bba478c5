"""Telling merchants that the mall was switched on or off where they show something, so that nobody waits for orders."""

from flask_babel import gettext as _
from sqlalchemy import select

from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.letters import Letter, address_of, in_language
from shop.listings.models import Listing
from shop.merchants.models import Merchant, Staff
from shop.people.models import Person


def tell_merchants(community: Community, on: bool) -> None:
    """One letter to each who runs a merchant with a listing there; written by the worker, after the commit."""
    rows = db.session.execute(
        select(Person.email, Person.locale, Merchant.slug)
        .join(Staff, Staff.person_id == Person.id)
        .join(Merchant, Merchant.id == Staff.merchant_id)
        .where(
            Staff.role.in_(("owner", "manager")),
            Person.active,
            Merchant.id.in_(
                select(Product.merchant_id)
                .join(Listing, Listing.product_id == Product.id)
                .where(Listing.community_id == community.id, Listing.state == "accepted")
            ),
        )
        .order_by(Person.id, Merchant.id)
    ).all()
    name = community.name
    for email, locale, slug in rows:
        with in_language(locale):
            _letter(name, slug, on).send(email)


def _letter(community: str, merchant: str, on: bool) -> Letter:
    link = (_("Your listings"), address_of("desk_listings.index", merchant=merchant))
    if on:
        subject = _("You can sell in %(community)s now", community=community)
        return Letter(
            subject, [_("The mall was switched on there. Open a listing and add the offer to buy.")], link
        )
    subject = _("%(community)s has switched the mall off", community=community)
    return Letter(
        subject,
        [_("Nothing new is ordered there. What was ordered goes on: please send it as usual.")],
        link,
    )
