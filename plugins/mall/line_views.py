"""Lines of the cart: put in, changed, taken out, put back; bought now, or bought again."""

from flask import Blueprint, abort, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from plugins.mall.cart_views import bags_of, page
from plugins.mall.carts import Cart, CartLine, forget, lines_of
from plugins.mall.choosing import read_choice, write_choice
from plugins.mall.forms import LineForm, QuantityForm
from plugins.mall.shopping import recount, shopper, shopper_with_cart
from shop.access import current_person, public
from shop.db import db
from shop.errors import NotValid, Refused
from shop.orders.models import Order, OrderLine
from shop.orders.quoting import Wish, find_wish, make_quote
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("mall_lines", __name__)


@bp.post("/lines")
@public
@limiter.limit("60/minute")
def create() -> ResponseReturnValue:
    """Into the cart."""
    wish = _asked()
    _put(wish)
    db.session.commit()
    recount(g.community)
    flash(_("“%(name)s” is in your cart.", name=wish.offer.listing.product.name), "good")
    return redirect(url_for("mall_carts.show"), 303)


@bp.post("/lines/<int:line_id>")
@public
def update(line_id: int) -> ResponseReturnValue:
    """Another quantity."""
    line = _find(line_id)
    form = QuantityForm()
    if not form.validate():
        set_back(url_for("listings.index"))
        said = str(form.quantity.errors[0])
        return page(bags_of(lines_of(shopper(), g.community)), {line.id: said}), 422
    line.quantity, line.seen_price = form.quantity.data or 1, line.variant.price
    db.session.commit()
    recount(g.community)
    return redirect(url_for("mall_carts.show", _anchor=f"line-{line.id}"), 303)


@bp.post("/lines/<int:line_id>/removal")
@public
def destroy(line_id: int) -> ResponseReturnValue:
    """Out of the cart; the page offers to put it back."""
    line = _find(line_id)
    back = url_for("mall_lines.create", line=write_choice(line.offer_id, line.variant_id, line.quantity))
    said = _("“%(name)s” is out of your cart.", name=line.product.name)
    forget([line])
    db.session.commit()
    recount(g.community)
    flash(said, f"undo:{back}")
    return redirect(url_for("mall_carts.show"), 303)


@bp.post("/purchases")
@public
def create_purchase() -> ResponseReturnValue:
    """Straight to the checkout, past the cart."""
    wish = _asked()
    make_quote(g.community, [wish], buyer=current_person())
    assert wish.variant is not None  # noqa: S101 (the quote was made)
    choice = write_choice(wish.offer.id, wish.variant.id, wish.quantity)
    return redirect(url_for("mall_checkouts.new", line=choice), 303)


@bp.post("/repeats")
@public
def create_repeat() -> ResponseReturnValue:
    """Buy again: what is still sold of an old order goes into the cart."""
    order = _find_own_order(request.form.get("number", ""))
    lines = [line for line in order.lines if line.plugin == "mall"]
    still = [wish for wish in map(_still_sold, lines) if wish is not None]
    for wish in still:
        _put(wish)
    put = len(still)
    db.session.commit()
    recount(g.community)
    if put:
        flash(
            ngettext("%(num)s thing is in your cart again.", "%(num)s things are in your cart again.", put),
            "good",
        )
    if put < len(lines):
        gone = len(lines) - put
        flash(
            ngettext("%(num)s thing is not sold any more.", "%(num)s things are not sold any more.", gone),
            "bad",
        )
    return redirect(url_for("mall_carts.show"), 303)


def _asked() -> Wish:
    """The choice that a form or an undo names."""
    if "line" in request.args:
        return find_wish(g.community, *read_choice(request.args["line"]))
    form = LineForm()
    if not form.validate():
        raise NotValid(form.complaint)
    return find_wish(g.community, form.offer.data or 0, form.variant.data, form.quantity.data or 0)


def _put(wish: Wish) -> None:
    """Into the shopper's cart, if it could be ordered at all."""
    quote = make_quote(g.community, [wish], buyer=current_person())
    assert wish.variant is not None  # noqa: S101 (the quote was made)
    if wish.variant.is_sold_out:
        raise Refused(_("“%(name)s” is sold out.", name=wish.offer.listing.product.name))
    cart = Cart.open_for(shopper_with_cart(), g.community.id, quote.merchant.id)
    cart.put(wish.offer.id, wish.variant.id, wish.quantity, wish.variant.price)


def _find(line_id: int) -> CartLine:
    mine = select(CartLine).join(CartLine.cart)
    mine = mine.where(CartLine.id == line_id, Cart.community_id == g.community.id, shopper().owns())
    line = db.session.scalars(mine).first() if line_id < 2**53 else None
    return line or abort(404)


def _find_own_order(number: str) -> Order:
    """An order of this community that the person made, or that this session knows the secret of."""
    person = current_person()
    order = db.session.scalars(
        select(Order)
        .where(Order.number == number, Order.community_id == g.community.id)
        .options(selectinload(Order.lines))
    ).first()
    if order is None:
        abort(404)
    if (person is None or order.buyer_id != person.id) and order.secret not in session.get("orders", []):
        abort(404)
    return order


def _still_sold(line: OrderLine) -> Wish | None:
    """The same wish once more, if it can be had now."""
    offer, variant = line.offer, line.variant
    if offer is None or variant is None or variant.is_archived or variant.is_sold_out:
        return None
    return Wish(offer, line.quantity, variant) if offer.is_live and offer.listing.is_shown else None
