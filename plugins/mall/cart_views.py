"""The cart of a community: merchant by merchant, with what each would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, g, render_template, request, session, url_for

from plugins.mall.carts import CartLine, lines_of
from plugins.mall.shopping import recount, shopper
from shop.access import current_person, public
from shop.errors import Refused
from shop.merchants.models import Merchant
from shop.orders.quoting import Quote, make_quote
from shop.shell import set_back

bp = Blueprint("mall_carts", __name__)


@dataclass(frozen=True, slots=True)
class Bag:
    """What the cart holds of one merchant; `quote` is of what can be ordered, `refusal` says why nothing can."""

    merchant: Merchant
    lines: list[CartLine]
    quote: Quote | None
    refusal: str = ""

    @property
    def left_out(self) -> int:
        """How many lines wait until they can be ordered."""
        return sum(line.trouble is not None for line in self.lines)


@bp.get("/cart")
@public
def show() -> str:
    """The cart, and what would be paid."""
    bags = bags_of(lines_of(shopper(), g.community))
    if session.get("cart_counts", {}).get(g.community.slug, 0) != _count(bags):
        recount(g.community)
    set_back(url_for("listings.index"))
    return page(bags, {})


def page(bags: list[Bag], wrong: Mapping[int, str]) -> str:
    """The cart's page; `wrong` tells beside which line what cannot be."""
    return render_template("mall/cart.html", bags=bags, wrong=wrong, typed=request.form.get("quantity"))


def bags_of(lines: list[CartLine]) -> list[Bag]:
    """The lines merchant by merchant, each quoted by the one function that makes every quote."""
    return [_bag(list(group)) for _cart, group in groupby(lines, key=lambda line: line.cart_id)]


def _bag(lines: list[CartLine]) -> Bag:
    merchant = lines[0].product.merchant
    good = [line.wish for line in lines if line.trouble is None]
    if not good:
        return Bag(merchant, lines, None)
    try:
        return Bag(merchant, lines, make_quote(g.community, good, buyer=current_person()))
    except Refused as refusal:
        return Bag(merchant, lines, None, str(refusal))


def _count(bags: list[Bag]) -> int:
    return sum(line.quantity for bag in bags for line in bag.lines)
