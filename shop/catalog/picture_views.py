"""The pictures of a product: more of them, their order, what they show, and away with one."""

from flask import Blueprint, Flask, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.access import for_staff
from shop.catalog.finding import find_product
from shop.catalog.forms import PictureForm, PicturesForm
from shop.catalog.models import Picture, Product
from shop.db import db
from shop.errors import NotValid
from shop.pictures import accept

bp = Blueprint("product_pictures", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.post("/desk/<merchant>/products/<int:product_id>/pictures")
@for_staff("manager")
def create(product_id: int) -> ResponseReturnValue:
    """Add some pictures: all of them, or none and a sentence."""
    product = find_product(product_id)
    form = PicturesForm()
    if not form.validate():
        raise NotValid(_("Please choose a picture."))
    for upload in form.pictures.data:
        product.add_picture(accept(upload.stream))
    return _done(product, _("The picture is in."))


@bp.post("/desk/<merchant>/products/<int:product_id>/pictures/<int:picture_id>")
@for_staff("manager")
def update(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Say what it shows, and put it at a place; the first is the cover."""
    product = find_product(product_id)
    picture = _find(product, picture_id)
    form = PictureForm()
    if not form.validate():
        raise NotValid(_("A place is a whole number from 1."))
    picture.alt = form.alt.data or ""
    product.move_picture(picture, form.position.data or 1)
    return _done(product, _("Saved."))


@bp.post("/desk/<merchant>/products/<int:product_id>/pictures/<int:picture_id>/removal")
@for_staff("manager")
def destroy(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture off the product; orders that show it keep it."""
    product = find_product(product_id)
    product.drop_picture(_find(product, picture_id))
    return _done(product, _("The picture is off."))


def _done(product: Product, told: str) -> ResponseReturnValue:
    product.settle()
    db.session.commit()
    flash(told, "good")
    return redirect(url_for("catalog.edit", product_id=product.id, _anchor="pictures"), 303)


def _find(product: Product, picture_id: int) -> Picture:
    return next((p for p in product.pictures if p.id == picture_id), None) or abort(404)
