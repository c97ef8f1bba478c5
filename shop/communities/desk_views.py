"""The manager's desk: what waits, and how the community stands."""

from flask import Blueprint, Flask, g, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from shop.access import for_managers
from shop.communities import stages
from shop.communities.models import JoinRequest
from shop.db import db
from shop.insight import brought
from shop.listings.models import Listing
from shop.shell import set_back, side_links

bp = Blueprint("community_desk", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    side_links(
        app,
        "manage",
        _l("Community"),
        [
            (_l("Overview"), "home", "community_desk.show"),
            (_l("Members"), "people", "community_members.index"),
            (_l("Join requests"), "bell", "join_requests.index"),
            (_l("Proposals"), "bag", "proposals.index"),
            (_l("Shelf order"), "store", "shelf_order.index"),
            (_l("Calendar"), "clock", "community_calendar.show"),
            (_l("Links"), "link", "community_links.index"),
            (_l("Insight"), "chart", "insight.show"),
            (_l("Rules"), "book", "community_rules.edit"),
            (_l("Apps"), "apps", "community_apps.index"),
            (_l("Settings"), "settings", "community_settings.edit"),
        ],
    )


@bp.get("/c/<community>/manage")
@for_managers
def show() -> str:
    """What waits for a manager, and how the community stands."""
    set_back(url_for("listings.index"))
    requests = select(func.count()).where(
        JoinRequest.community_id == g.community.id, JoinRequest.decided_at.is_(None)
    )
    listings = (
        select(Listing.state, func.count())
        .where(Listing.community_id == g.community.id)
        .group_by(Listing.state)
    )
    return render_template(
        "communities/desk/show.html",
        community=g.community,
        requests=db.session.scalar(requests),
        listings=dict(db.session.execute(listings).all()),
        brought=brought.by_community(g.community),
        reading=None if g.community.is_closed else stages.reading(g.community),
    )
