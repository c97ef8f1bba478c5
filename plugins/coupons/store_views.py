"""A merchant's stores and who stands at the counter of each; and, at the counter, in which store one stands."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons.forms import StoreForm
from plugins.coupons.stores import Store, StoreStaff
from shop.access import for_staff
from shop.db import db
from shop.merchants.models import Staff
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("coupons_stores", __name__)
PAGE = 50
LARGEST_ID = 2**53


@bp.get("/stores")
@for_staff("manager")
def index() -> str:
    """Every store, the closed ones too, and where each of the counter staff works."""
    return _page(StoreForm(formdata=None))


@bp.post("/stores")
@for_staff("manager")
def create() -> ResponseReturnValue:
    form = StoreForm()
    if not form.validate():
        return _page(form), 422
    store = Store.add(g.merchant, **form.values())
    db.session.commit()
    flash(_("“%(name)s” is one of your stores now.", name=store.name), "good")
    return redirect(url_for("coupons_stores.index"), 303)


@bp.get("/stores/<int:store_id>")
@for_staff("manager")
def edit(store_id: int) -> str:
    store = _find(store_id)
    return _form_page(store, StoreForm(obj=store))


@bp.post("/stores/<int:store_id>")
@for_staff("manager")
def update(store_id: int) -> ResponseReturnValue:
    store, form = _find(store_id), StoreForm()
    if not form.validate():
        return _form_page(store, form), 422
    for name, value in form.values().items():
        setattr(store, name, value)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("coupons_stores.index"), 303)


@bp.post("/stores/<int:store_id>/closing")
@for_staff("manager")
def create_closing(store_id: int) -> ResponseReturnValue:
    """Nobody stands there any more; what was used there stays in the books."""
    store = _find(store_id)
    store.close()
    db.session.commit()
    flash(_("“%(name)s” is closed. What was used there stays in the books.", name=store.name), "good")
    return redirect(url_for("coupons_stores.index"), 303)


@bp.post("/stores/<int:store_id>/opening")
@for_staff("manager")
def destroy_closing(store_id: int) -> ResponseReturnValue:
    """It is open again."""
    store = _find(store_id)
    store.open_again()
    db.session.commit()
    flash(_("“%(name)s” is open again.", name=store.name), "good")
    return redirect(url_for("coupons_stores.index"), 303)


@bp.post("/stores/staff/<int:staff_id>")
@for_staff("manager")
def update_staff(staff_id: int) -> ResponseReturnValue:
    """Where somebody of the counter works; nowhere ticked: everywhere."""
    staff = db.session.scalars(
        select(Staff)
        .where(Staff.merchant_id == g.merchant.id, Staff.id == _id(staff_id), Staff.role == "counter")
        .options(joinedload(Staff.person))
    ).first() or abort(404)
    wanted = set(request.form.getlist("stores"))
    stores = [store for store in db.session.scalars(Store.of(g.merchant.id)) if str(store.id) in wanted]
    StoreStaff.put(staff, stores)
    db.session.commit()
    said = ", ".join(store.name for store in stores) or _("all stores")
    flash(_("%(name)s works in: %(stores)s.", name=staff.person.name, stores=said), "good")
    return redirect(url_for("coupons_stores.index"), 303)


def _page(form: StoreForm) -> str:
    set_back(url_for("coupons_campaigns.index"))
    stores = page_of(
        select(Store).where(Store.merchant_id == g.merchant.id), [Store.id], size=PAGE, descending=True
    )
    counter = select(Staff).where(Staff.merchant_id == g.merchant.id, Staff.role == "counter")
    staff = page_of(
        counter.options(joinedload(Staff.person)), [Staff.id], size=PAGE, descending=True, name="after_staff"
    )
    ids = [each.id for each in staff.rows]
    works: dict[int, set[int]] = {}
    for row in db.session.scalars(select(StoreStaff).where(StoreStaff.staff_id.in_(ids))):
        works.setdefault(row.staff_id, set()).add(row.store_id)
    return render_template(
        "coupons/stores.html",
        page=stores,
        staff=staff,
        works=works,
        open_stores=list(db.session.scalars(Store.of(g.merchant.id))),
        form=form,
    )


def _form_page(store: Store, form: StoreForm) -> str:
    set_back(url_for("coupons_stores.index"))
    return render_template("coupons/store.html", store=store, form=form)


def _find(store_id: int) -> Store:
    mine = select(Store).where(Store.merchant_id == g.merchant.id, Store.id == _id(store_id))
    return db.session.scalars(mine).first() or abort(404)


def _id(number: int) -> int:
    return number if number < LARGEST_ID else abort(404)
