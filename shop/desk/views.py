"""The desk: my merchants, and what waits at one of them."""

from flask import Blueprint, Flask, current_app, g, render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop.access import for_staff, me
from shop.desk.overview import Overview
from shop.merchants.models import Merchant, Staff
from shop.paging import page_of
from shop.shell import side_links

bp = Blueprint("desk", __name__)
PAGE = 30


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    entries = [(_l("Staff"), "people", "staff.index"), (_l("About us"), "store", "merchants.edit")]
    side_links(app, "merchant", _l("House"), entries)


@bp.get("/desk")
def index() -> str:
    """The merchants that one works for, by name."""
    mine = select(Merchant, Staff.role).join(Staff, Staff.merchant_id == Merchant.id)
    page = page_of(mine.where(Staff.person_id == me().id), [Merchant.name, Merchant.id], size=PAGE)
    return render_template("desk/index.html", page=page)


@bp.get("/desk/<merchant>")
@for_staff("analyst")
def show() -> str:
    """What waits, and how it goes."""
    orders = "orders_desk.index" if "orders_desk.index" in current_app.view_functions else None
    return render_template("desk/show.html", overview=Overview.of(g.merchant), orders=orders)
