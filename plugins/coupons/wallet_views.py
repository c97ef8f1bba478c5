"""My coupons: a page for each with its code, which a phone keeps for the time without a network."""

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons import codes, online, vouchers
from plugins.coupons.claims import WISHES, Claim
from plugins.coupons.redemptions import Redemption
from plugins.coupons.stores import where_good
from shop import qr
from shop.access import me
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.paging import page_of
from shop.shell import set_back
from shop.templating import when_in

bp = Blueprint("coupons_wallet", __name__)
PAGE = 20


@bp.get("/")
def index() -> str:
    """What I have, newest first: what can be used, or all of it."""
    set_back(url_for("people.show"))
    old = request.args.get("state") == "old"
    mine = Claim.of(me())
    is_open = Claim.state.in_(("held", "reserved")) & (Claim.valid_until > now())
    page = page_of(mine.where(~is_open if old else is_open), [Claim.id], size=PAGE, descending=True)
    return render_template("coupons/wallet.html", page=page, old=old)


@bp.get("/<code>")
def show(code: str) -> str:
    """One coupon: a large code that changes, the short one, and what became of it."""
    claim = _find(code)
    g.community = claim.community
    set_back(url_for("coupons_wallet.index"))
    number = codes.key_number(claim.campaign.merchant_id)
    text = claim.text(number, now())
    return render_template(
        "coupons/claim.html",
        claim=claim,
        campaign=claim.campaign,
        stem=text.rsplit(".", 2)[0],
        key=claim.key(number).hex() if claim.is_usable else "",
        stores=where_good(claim.campaign) if claim.campaign.at_counter else [],
        facts=_facts(claim),
        reserved_for=online.reserved_for(claim) if claim.state == "reserved" else None,
    )


@bp.get("/<code>/qr.svg")
def picture(code: str) -> Response:
    """The code as it is now, for a browser without scripts."""
    claim = _find(code)
    if not claim.is_usable:
        abort(404)
    text = claim.text(codes.key_number(claim.campaign.merchant_id), now())
    return Response(qr.qr_svg(text), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.get("/<code>/state")
def state(code: str) -> Response:
    """What the page asks again while somebody stands at the counter."""
    return jsonify(_facts(_find(code)))


@bp.post("/<code>/wish")
def update_wish(code: str) -> ResponseReturnValue:
    """How I want it in the checkout: when it is the best, before all others, or not at all."""
    claim = _find(code)
    wish = request.form.get("wish", "")
    if wish not in WISHES:
        raise NotValid(_("Please choose one of the choices."))
    claim.wish = wish
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("coupons_wallet.show", code=claim.code), 303)


@bp.post("/<code>/return")
def create_return(code: str) -> ResponseReturnValue:
    """I do not need this voucher: its price goes back."""
    claim = _find(code)
    vouchers.give_money_back(claim, _("The buyer gave the unused voucher back."), me())
    db.session.commit()
    flash(_("The money is on its way back to you."), "good")
    return redirect(url_for("coupons_wallet.show", code=claim.code), 303)


def _facts(claim: Claim) -> dict[str, str]:
    """The state of a coupon, and in words what became of it."""
    shown = claim.shown_state
    words = {
        "held": _("Good until %(when)s", when=when_in(claim.valid_until, claim.community.zone)),
        "early": _("Good from %(when)s", when=when_in(claim.valid_from, claim.community.zone)),
        "reserved": _("Kept for your order"),
        "expired": _("Ended %(when)s", when=when_in(claim.valid_until, claim.community.zone)),
        "void": _("Withdrawn: %(reason)s", reason=claim.reason),
        "returned": _("The money went back"),
        "used": _("Used"),
    }[shown]
    if shown == "used":
        used = db.session.scalars(
            select(Redemption)
            .where(Redemption.claim_id == claim.id, Redemption.undone_at.is_(None))
            .options(joinedload(Redemption.merchant), joinedload(Redemption.store))
        ).first()
        if used is not None:
            at = when_in(used.at, claim.community.zone)
            where = f"{used.merchant.name}, {used.store.name}" if used.store else used.merchant.name
            words = _("Used %(when)s at %(merchant)s", when=at, merchant=where)
    return {"state": shown, "words": words}


def _find(code: str) -> Claim:
    mine = Claim.of(me()).where(Claim.code == code.upper()[:12].replace("-", ""))
    return db.session.scalars(mine).first() or abort(404)
