"""Buying a voucher: how many, what it costs, and the ordinary order that follows."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from plugins.coupons.forms import QuantityForm
from plugins.coupons.places import Place
from plugins.coupons.vouchers import place_of
from shop.access import me
from shop.communities.visits import current_visit, is_unknown_link
from shop.db import db, set_writing
from shop.errors import Refused
from shop.listings.models import Offer
from shop.orders.placing import Placing, place
from shop.orders.quoting import Quote, find_wish, make_quote
from shop.shell import set_back

bp = Blueprint("coupons_vouchers", __name__)
LARGEST_ID = 2**53


@bp.get("/vouchers/<int:offer_id>")
def new(offer_id: int) -> str:
    """What the voucher is good for, and how many one would like."""
    return _page(offer_id, QuantityForm(), _quote(offer_id, 1))


@bp.post("/vouchers/<int:offer_id>")
def create(offer_id: int) -> ResponseReturnValue:
    """Place the order, once however often the button is pressed; it is paid on its own page."""
    form = QuantityForm()
    if not form.validate():
        return _page(offer_id, form, _quote(offer_id, 1)), 422
    try:
        quote = _quote(offer_id, form.quantity.data or 1)
        placing = Placing(
            contact={"name": me().name, "email": me().email, "locale": str(get_locale())},
            delivery={"way": "none", "title": _("In the wallet"), "text": ""},
            visit=current_visit(),
            unknown_link=is_unknown_link(),
        )
        order = place(quote, placing, key=request.form.get("once", ""))
    except Refused as refusal:
        db.session.rollback()
        set_writing(False)
        return _page(offer_id, form, _quote(offer_id, 1), str(refusal)), refusal.status
    db.session.commit()
    return redirect(url_for("orders.show", number=order.number), 303)


def _quote(offer_id: int, quantity: int) -> Quote:
    if offer_id >= LARGEST_ID:
        raise Refused(_("This offer is not here."), status=404)
    wish = find_wish(g.community, offer_id, None, quantity)
    if wish.offer.plugin != "coupons":
        raise Refused(_("This offer is not here."), status=404)
    return make_quote(g.community, [wish], buyer=me())


def _page(offer_id: int, form: QuantityForm, quote: Quote, refusal: str = "") -> str:
    offer: Offer = quote.lines[0].offer
    found: Place | None = place_of(int(offer.settings.get("campaign") or 0), g.community.id)
    set_back(url_for("listings.show", listing_id=offer.listing_id, handle=offer.listing.product.handle))
    return render_template(
        "coupons/voucher.html", offer=offer, place=found, campaign=found.campaign if found else None, quote=quote,
        form=form, refusal=refusal,
    )  # fmt: skip
