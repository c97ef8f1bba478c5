"""A community's coupons: what there is, what is asked, claim, wait, follow."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, claim
from plugins.coupons.following import Follow, conditions_of, follows
from plugins.coupons.places import Place
from plugins.coupons.stores import where_good
from plugins.coupons.waiting import Waiting
from shop.access import current_person, me, public
from shop.db import db
from shop.events import record
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("coupons_shelf", __name__)
PAGE = 20
LARGEST_ID = 2**53


@bp.get("/")
@public
def index() -> str:
    """What can be had here, newest first; which of them one has already."""
    set_back(url_for("listings.index"))
    wanted = Place.open_in(g.community).where(CouponCampaign.kind != "voucher")
    page = page_of(wanted, [Place.id], size=PAGE, descending=True)
    return render_template(
        "coupons/index.html", page=page, mine=_mine([place.campaign_id for place in page.rows])
    )


@bp.get("/<int:campaign_id>")
@public
def show(campaign_id: int) -> str:
    """One coupon: what it gives, the small print, what is asked of me, and the button."""
    place = _find(campaign_id)
    person = current_person()
    set_back(url_for("coupons_shelf.index"))
    waiting = Waiting.of(place.campaign, person)
    return render_template(
        "coupons/show.html",
        place=place,
        campaign=place.campaign,
        conditions=conditions_of(place, person),
        mine=_claims(place.campaign) if person else [],
        waiting=waiting,
        follows=person is not None and follows(place.campaign.merchant_id, person),
        validity=place.campaign.validity,
        stores=where_good(place.campaign) if place.campaign.at_counter else [],
    )


@bp.post("/<int:campaign_id>/claims")
def create(campaign_id: int) -> ResponseReturnValue:
    """Claim it, once for this button."""
    place = _find(campaign_id)
    made = claim(place, me(), key=request.form.get("once", ""))
    record("coupons.claimed", g.community.id, claim=made.id, person=me().id)
    db.session.commit()
    flash(_("It is yours. Show it at the counter, or let the checkout choose it."), "good")
    return redirect(url_for("coupons_wallet.show", code=made.code), 303)


@bp.post("/<int:campaign_id>/waiting")
def create_waiting(campaign_id: int) -> ResponseReturnValue:
    """Stand in the line for one that comes back."""
    Waiting.join(_find(campaign_id), me())
    db.session.commit()
    flash(_("You stand in the line. We write to you when it is your turn."), "good")
    return redirect(url_for("coupons_shelf.show", campaign_id=campaign_id), 303)


@bp.post("/<int:campaign_id>/waiting/end")
def destroy_waiting(campaign_id: int) -> ResponseReturnValue:
    place = _find(campaign_id)
    waiting = Waiting.of(place.campaign, me())
    if waiting is not None:
        waiting.leave()
    db.session.commit()
    flash(_("You do not wait any more."), "good")
    return redirect(url_for("coupons_shelf.show", campaign_id=campaign_id), 303)


@bp.post("/<int:campaign_id>/following")
def create_following(campaign_id: int) -> ResponseReturnValue:
    """Follow the merchant of a coupon."""
    place = _find(campaign_id)
    Follow.begin(place.campaign.merchant_id, me())
    db.session.commit()
    flash(_("You follow %(merchant)s now.", merchant=place.campaign.merchant.name), "good")
    return redirect(url_for("coupons_shelf.show", campaign_id=campaign_id), 303)


@bp.post("/<int:campaign_id>/following/end")
def destroy_following(campaign_id: int) -> ResponseReturnValue:
    place = _find(campaign_id)
    Follow.end(place.campaign.merchant_id, me())
    db.session.commit()
    flash(_("You do not follow %(merchant)s any more.", merchant=place.campaign.merchant.name), "good")
    return redirect(url_for("coupons_shelf.show", campaign_id=campaign_id), 303)


def _find(campaign_id: int) -> Place:
    """The campaign in this community, also when it is over: what people have of it they may look up."""
    if campaign_id >= LARGEST_ID:
        abort(404)
    place = db.session.scalars(
        select(Place)
        .join(Place.campaign)
        .where(
            Place.campaign_id == campaign_id,
            Place.community_id == g.community.id,
            Place.state == "open",
            CouponCampaign.opened_at.is_not(None),
            CouponCampaign.kind != "voucher",
        )
        .options(
            joinedload(Place.campaign).joinedload(CouponCampaign.total),
            joinedload(Place.campaign).joinedload(CouponCampaign.merchant),
            joinedload(Place.campaign).joinedload(CouponCampaign.partner),
            joinedload(Place.limit),
            joinedload(Place.community),
        )
    ).first()
    return place or abort(404)


def _claims(campaign: CouponCampaign) -> list[Claim]:
    """What I have of it."""
    wanted = Claim.of(me()).where(Claim.campaign_id == campaign.id).order_by(Claim.id.desc()).limit(PAGE)
    return list(db.session.scalars(wanted))


def _mine(campaign_ids: list[int]) -> set[int]:
    """Of which of these I have one."""
    person = current_person()
    if person is None:
        return set()
    mine = select(Claim.campaign_id).where(
        Claim.person_id == person.id,
        Claim.campaign_id.in_(campaign_ids),
        Claim.state.in_(("held", "reserved")),
    )
    return set(db.session.scalars(mine))
