"""The merchant's desk: ways of shipping."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.mall.forms import ShippingForm
from plugins.mall.shipping import ShippingWay
from shop.db import db
from shop.money import to_decimal
from shop.shell import set_back

bp = Blueprint("mall_shipping", __name__)


@bp.get("/shipping")
def index() -> str:
    return render_template("mall/ways.html", ways=ShippingWay.of(g.merchant))


@bp.get("/shipping/new")
def new() -> str:
    return _form_page(ShippingForm(g.merchant.currency), None)


@bp.post("/shipping")
def create() -> ResponseReturnValue:
    form = ShippingForm(g.merchant.currency)
    if not form.validate():
        return _form_page(form, None), 422
    way = ShippingWay.add(g.merchant, str(form.kind.data), str(form.title.data))
    way.change(form.values())
    db.session.commit()
    flash(_("Shoppers can choose “%(title)s” now.", title=way.title), "good")
    return redirect(url_for("mall_shipping.index"), 303)


@bp.get("/shipping/<int:way_id>")
def edit(way_id: int) -> str:
    way = _find(way_id)
    return _form_page(ShippingForm(g.merchant.currency, data=_typed(way, g.merchant.currency)), way)


@bp.post("/shipping/<int:way_id>")
def update(way_id: int) -> ResponseReturnValue:
    way, form = _find(way_id), ShippingForm(g.merchant.currency)
    if not form.validate():
        return _form_page(form, way), 422
    way.change(form.values())
    db.session.commit()
    flash(_("“%(title)s” is saved.", title=way.title), "good")
    return redirect(url_for("mall_shipping.index"), 303)


@bp.post("/shipping/<int:way_id>/removal")
def destroy(way_id: int) -> ResponseReturnValue:
    """Nobody can choose it any more; orders that chose it keep it."""
    way = _find(way_id)
    title = way.title
    db.session.delete(way)
    db.session.commit()
    flash(_("“%(title)s” is removed.", title=title), "good")
    return redirect(url_for("mall_shipping.index"), 303)


def _form_page(form: ShippingForm, way: ShippingWay | None) -> str:
    set_back(url_for("mall_shipping.index"))
    return render_template("mall/way.html", form=form, way=way)


def _typed(way: ShippingWay, currency: str) -> dict[str, str]:
    """The way as the merchant would type it."""
    free_from = "" if way.free_from is None else str(to_decimal(way.free_from, currency))
    amount = str(to_decimal(way.amount, currency))
    words = {"kind": way.kind, "title": way.title, "hint": way.hint, "place": way.place}
    return {**words, "amount": amount, "free_from": free_from}


def _find(way_id: int) -> ShippingWay:
    if way_id >= 2**53:
        abort(404)
    mine = select(ShippingWay).where(ShippingWay.id == way_id, ShippingWay.merchant_id == g.merchant.id)
    return db.session.scalars(mine).first() or abort(404)
