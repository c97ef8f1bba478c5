"""A person's addresses."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.mall.addresses import Address
from plugins.mall.forms import AddressForm
from shop.access import me
from shop.db import db
from shop.shell import set_back

bp = Blueprint("mall_addresses", __name__)


@bp.get("/addresses")
def index() -> str:
    set_back(url_for("people.show"))
    return render_template("mall/addresses.html", addresses=Address.of(me()))


@bp.get("/addresses/new")
def new() -> str:
    return _form_page(AddressForm(data={"name": me().name}), None)


@bp.post("/addresses")
def create() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate():
        return _form_page(form, None), 422
    Address.keep(me(), form.parts((form.name.data or "").strip()))
    db.session.commit()
    flash(_("The address is kept."), "good")
    return redirect(url_for("mall_addresses.index"), 303)


@bp.get("/addresses/<int:address_id>")
def edit(address_id: int) -> str:
    address = _find(address_id)
    return _form_page(AddressForm(data=address.parts), address)


@bp.post("/addresses/<int:address_id>")
def update(address_id: int) -> ResponseReturnValue:
    address, form = _find(address_id), AddressForm()
    if not form.validate():
        return _form_page(form, address), 422
    address.change(form.parts((form.name.data or "").strip()))
    db.session.commit()
    flash(_("The address is kept."), "good")
    return redirect(url_for("mall_addresses.index"), 303)


@bp.post("/addresses/<int:address_id>/default")
def create_default(address_id: int) -> ResponseReturnValue:
    _find(address_id).make_default()
    db.session.commit()
    return redirect(url_for("mall_addresses.index"), 303)


@bp.post("/addresses/<int:address_id>/removal")
def destroy(address_id: int) -> ResponseReturnValue:
    _find(address_id).remove()
    db.session.commit()
    flash(_("The address is forgotten."), "good")
    return redirect(url_for("mall_addresses.index"), 303)


def _form_page(form: AddressForm, address: Address | None) -> str:
    set_back(url_for("mall_addresses.index"))
    return render_template("mall/address.html", form=form, address=address)


def _find(address_id: int) -> Address:
    if address_id >= 2**53:
        abort(404)
    mine = select(Address).where(Address.id == address_id, Address.person_id == me().id)
    return db.session.scalars(mine).first() or abort(404)
