"""A merchant's account: open it, and tell about it."""

from flask import Blueprint, Flask, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from shop.access import for_staff, me
from shop.db import db
from shop.errors import Refused
from shop.merchants import mails, staff_views
from shop.merchants.forms import AboutForm, MerchantForm
from shop.merchants.models import Merchant, free_slug
from shop.shell import set_back, side_links

bp = Blueprint("merchants", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    staff_views.install(app)
    mails.install(app)
    side_links(app, "merchant", _l("Shop"), [(_l("Overview"), "home", "desk.show")])


@bp.get("/desk/new")
def new() -> str:
    set_back(url_for("desk.index"))
    return render_template("merchants/new.html", form=MerchantForm())


@bp.post("/desk/new")
def create() -> ResponseReturnValue:
    """Open the account; whoever opens it owns it."""
    form = MerchantForm()
    if not form.validate():
        set_back(url_for("desk.index"))
        return render_template("merchants/new.html", form=form), 422
    name = str(form.name.data)
    try:
        merchant = Merchant.open(free_slug(name), name, form.currency.data, me())
    except IntegrityError:
        raise Refused(_("Somebody has just taken this name. Please try once more.")) from None
    db.session.commit()
    flash(_("Welcome, %(name)s. Now make your first product.", name=merchant.name), "good")
    return redirect(url_for("desk.show", merchant=merchant.slug), 303)


@bp.get("/desk/<merchant>/about")
@for_staff("manager")
def edit() -> str:
    set_back(url_for("desk.show"))
    return render_template("merchants/edit.html", form=AboutForm(obj=g.merchant))


@bp.post("/desk/<merchant>/about")
@for_staff("manager")
def update() -> ResponseReturnValue:
    """Name, story and contact; the address and the currency stay."""
    form = AboutForm()
    if not form.validate():
        set_back(url_for("desk.show"))
        return render_template("merchants/edit.html", form=form), 422
    form.populate_obj(g.merchant)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("merchants.edit"), 303)
