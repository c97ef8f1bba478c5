"""The checkout: one screen, every line explained, placed once however often the button is pressed."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.mall.carts import forget
from plugins.mall.checking_out import Checkout, asked_choices, cart_lines, fill, is_complete, look, order_from
from plugins.mall.forms import CheckoutForm
from plugins.mall.shopping import recount
from shop import once
from shop.access import public
from shop.db import db, set_writing
from shop.errors import Refused
from shop.orders.access import remember_secret
from shop.shell import set_back

bp = Blueprint("mall_checkouts", __name__)


@bp.get("/checkout")
@public
def new() -> ResponseReturnValue:
    """What will be paid, and what the merchant must know; `?line=` for some things, `?merchant=` for a cart."""
    choices = asked_choices()
    if not choices:
        flash(_("Nothing in your cart can be ordered now."), "bad")
        return redirect(url_for("mall_carts.show"), 303)
    return _page(CheckoutForm(), look(choices, request.args.get("way")))


@bp.post("/checkout")
@public
def create() -> ResponseReturnValue:
    """Place the order; or only reckon anew when another way was chosen."""
    form, key = CheckoutForm(), request.form.get("once", "")
    try:
        checkout = look(asked_choices(), form.way.data)
    except Refused:
        number = once.answer("order.place", key)
        if number is None:
            raise
        return redirect(url_for("orders.show", number=number), 303)
    asked = form.way.data
    fill(form, checkout)
    if request.form.get("act") == "recalculate":
        return _page(form, checkout)
    if not is_complete(form, checkout):
        return _page(form, checkout), 422
    try:
        if asked and checkout.way is not None and asked != form.way.data:
            raise Refused(_("This way of delivery is not offered any more. Please choose another."))
        order = order_from(form, checkout, key=key, seen=request.form.get("seen", ""))
    except Refused as refusal:
        return _say_no(refusal)
    _empty_cart(checkout)
    number, secret = order.number, order.secret if order.buyer_id is None else None
    db.session.commit()
    _remember(secret)
    return redirect(url_for("orders.show", number=number), 303)


def _page(form: CheckoutForm, checkout: Checkout, refusal: str = "") -> str:
    fill(form, checkout)
    from_cart = request.values.get("merchant", "")
    set_back(url_for("mall_carts.show") if from_cart else _listing_url(checkout))
    return render_template(
        "mall/checkout.html",
        form=form,
        checkout=checkout,
        quote=checkout.quote,
        from_cart=from_cart,
        refusal=refusal,
    )


def _say_no(refusal: Refused) -> ResponseReturnValue:
    """Nothing was done; the same screen again, with the reason and with what holds now.

    From here on it only reads: who is refused does not stand in the way of those who write.
    """
    db.session.rollback()
    set_writing(False)
    form = CheckoutForm()
    checkout = look(asked_choices(), form.way.data)
    return _page(form, checkout, str(refusal)), refusal.status


def _empty_cart(checkout: Checkout) -> None:
    """What was ordered from the cart is not in it any more; what could not be ordered stays."""
    slug = request.form.get("merchant", "")
    ordered = {
        (line.offer.id, line.wish.variant.id if line.wish.variant else 0) for line in checkout.quote.lines
    }
    if slug:
        forget([line for line in cart_lines(slug) if (line.offer_id, line.variant_id) in ordered])


def _remember(secret: str | None) -> None:
    """A guest's browser finds the order again, and a cart that was emptied says so."""
    if secret is not None:
        remember_secret(secret)
    if request.form.get("merchant"):
        recount(g.community)


def _listing_url(checkout: Checkout) -> str:
    listing = checkout.quote.lines[0].offer.listing
    return url_for("listings.show", listing_id=listing.id, handle=listing.product.handle)
