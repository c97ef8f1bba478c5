"""Doorbells of affiliate content; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.affiliate import dates, done, giving_out, sharing, showing
from plugins.affiliate.articles import Article
from shop.communities.models import Community
from shop.db import db
from shop.events import Event
from shop.hookspecs import Cut, Deed, Happening, NavItem, Piece, hookimpl
from shop.orders.models import Order
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "community":
        return [NavItem(_("Articles"), url_for("affiliate.index", community=subject.slug), "book", weight=30)]
    if area == "manage":
        return [
            NavItem(
                _("Articles"),
                url_for("affiliate_manage.index", community=subject.slug),
                "book",
                how_many(
                    select(Article.id).where(Article.community_id == subject.id, Article.state == "proposed")
                ),
            ),
            NavItem(
                _("What articles bring"), url_for("affiliate_manage.show", community=subject.slug), "chart"
            ),
        ]
    if area == "merchant":
        return [
            NavItem(_("Programmes"), url_for("affiliate_programmes.index", merchant=subject.slug), "share")
        ]
    if area == "admin":
        return [NavItem(_("Partner programmes"), url_for("affiliate_admin.index"), "share")]
    if area == "account":
        return [NavItem(_("Earned by recommending"), url_for("affiliate_earnings.index"), "money", weight=60)]
    return []


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Any) -> list[Piece]:
    if slot == "shelf.below":
        return showing.on_shelf(community)
    if slot == "listing.after_price":
        return showing.who_earns(community, subjects)
    if slot == "listing.below":
        return showing.below_listings(community, subjects)
    return []


@hookimpl
def order_sharing(order: Order) -> list[Cut]:
    return sharing.cuts_of(order)


@hookimpl
def event_happened(event: Event) -> None:
    if event.name in ("order.paid", "order.completed", "order.cancelled", "refund.done"):
        sharing.follow(event.name, event.payload["order"])
        db.session.commit()


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
