"""What a page asks for: its ads, that one was seen, that one was followed, and why it is here."""

import base64

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.ads import choosing, counting, drawing, places, tokens, watching
from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.creatives import Creative
from plugins.ads.visitors import is_prefetch, visitor_of
from shop import settings
from shop.access import current_person, public
from shop.db import db, writing
from shop.listings.models import Listing
from shop.security import csrf
from shop.shell import set_back

bp = Blueprint("ads", __name__)
MOST_TOLD = 8  # ads of one page
# The smallest picture there is: what a page asks for when an ad comes into sight.
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@bp.get("/places")
@public
def index() -> Response:
    """What goes into the places of a page that somebody looks at; 204 when there is nothing. Nothing is written."""
    wanted = places.read(request.args.getlist("place"), g.community)
    chosen = {} if is_prefetch() else choosing.ads_for(wanted, g.community, current_person())
    rows = {
        slot: [drawing.look_of(ad, token, g.community) for ad, token in ads] for slot, ads in chosen.items()
    }
    answer = Response(render_template("ads/index.html", rows=rows) if rows else "", 200 if rows else 204)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/seen/<token>.gif")
@public
def see(token: str) -> Response:
    """An ad came into sight: a picture of one dot, and in a header why it was not counted."""
    told = tokens.read(token)
    reason = "forged"
    if told is not None:
        visitor = visitor_of(told.visitor)
        db.session.rollback()
        with writing():
            reason = counting.count_view(told, visitor, g.community)
            if not reason:
                watching.came_after_all(told)
            db.session.commit()
    answer = Response(DOT, mimetype="image/gif")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Ads"] = reason or "counted"
    return answer


@bp.post("/left")
@csrf.exempt
@public
def leave() -> ResponseReturnValue:
    """A page was left: how long each of its ads stood in sight. The tokens say whose page it was."""
    visitor = visitor_of("")
    told = zip(request.form.getlist("token"), request.form.getlist("ms", type=int), strict=False)
    for text, milliseconds in list(told)[:MOST_TOLD]:
        token = tokens.read(text)
        if token is not None:
            watching.tell(token, milliseconds, visitor, g.community)
    db.session.commit()
    return "", 204


@bp.get("/go/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """An ad was followed: it is counted if it may be, and everybody gets where it leads."""
    told = tokens.read(token) or abort(404)
    visitor = visitor_of("")  # a link that was passed on brings nobody's name along
    db.session.rollback()
    with writing():
        reason = counting.count_click(told, visitor, g.community)
        db.session.commit()
    answer = redirect(_target(told.creative), 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Ads"] = reason or "counted"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/why/<int:creative_id>")
@public
def show(creative_id: int) -> str:
    """Why this ad is here: who pays, how it was chosen, what the community earns, and what is kept."""
    set_back(url_for("listings.index"))
    creative = db.session.scalars(
        select(Creative)
        .where(Creative.id == creative_id, Creative.state == "approved")
        .options(joinedload(Creative.flight).joinedload(Flight.campaign).joinedload(Campaign.advertiser))
    ).first() or abort(404)
    advertiser = creative.flight.campaign.advertiser
    if advertiser.community_id not in (None, g.community.id):
        abort(404)
    return render_template(
        "ads/why.html",
        creative=creative,
        flight=creative.flight,
        campaign=creative.flight.campaign,
        advertiser=advertiser,
        share=settings.site("ads").community_share,
    )


def _target(creative_id: int) -> str:
    """Where a creative leads: its product here, or its address; both are read from our own rows."""
    creative = db.session.get(Creative, creative_id) or abort(404)
    if creative.product_id is None:
        return creative.url
    listing = db.session.scalars(
        select(Listing).where(
            Listing.product_id == creative.product_id,
            Listing.community_id == g.community.id,
            Listing.state == "accepted",
        )
    ).first()
    if listing is None:
        return url_for("listings.index")
    return url_for("listings.show", listing_id=listing.id, handle=listing.product.handle)
