"""A merchant's products: the list, a new one in three fields, and everything about one."""

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop import pictures
from shop.access import for_staff
from shop.catalog import export_views, import_views, picture_views
from shop.catalog.editing import write
from shop.catalog.finding import find_product
from shop.catalog.forms import NewProductForm, PicturesForm, ProductForm
from shop.catalog.look import as_typed
from shop.catalog.models import STATES, Product
from shop.catalog.searching import find, one_of
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of
from shop.people.models import key_of
from shop.shell import set_back, side_links
from shop.sorting import Columns, sorting
from shop.text import imported, markdown

bp = Blueprint("catalog", __name__)
PAGE = 30
SORTS: Columns = {
    "made": [Product.id],
    "name": [Product.name, Product.id],
    "price": [Product.price_from, Product.id],
}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    picture_views.install(app)
    import_views.install(app)
    export_views.install(app)
    entries = [(_l("Products"), "bag", "catalog.index"), (_l("On shelves"), "leaf", "desk_listings.index")]
    entries.append((_l("Import and export"), "upload", "imports.index"))
    side_links(app, "merchant", _l("Goods"), entries)


@bp.get("/desk/<merchant>/products")
@for_staff("analyst")
def index() -> str:
    """The products, newest first or sorted: all that are not archived, those of one state, or what is sold out."""
    wanted, words = request.args.get("state", ""), key_of(request.args.get("q", ""))[:80]
    query = (
        select(Product).where(Product.merchant_id == g.merchant.id).options(selectinload(Product.variants))
    )
    if wanted == "gone":
        query = query.where(Product.state == "live", Product.nothing_left())
    elif wanted in STATES:
        query = query.where(Product.state == wanted)
    else:
        query = query.where(Product.state != "archived")
    found = find(words)
    query = query.where(*found.compared)
    if found.few is not None:
        query = query.where(one_of(Product.id, found.few))
    order = sorting(SORTS, "-made")
    page = page_of(query, order.keys, size=PAGE, descending=order.descending)
    return render_template("catalog/index.html", page=page, wanted=wanted, words=words, order=order)


@bp.get("/desk/<merchant>/products/new")
@for_staff("manager")
def new() -> str:
    set_back(url_for("catalog.index"))
    return _new_page(NewProductForm())


@bp.post("/desk/<merchant>/products")
@for_staff("manager")
def create() -> ResponseReturnValue:
    """A product from a name, a price and perhaps a picture."""
    form = NewProductForm()
    if not form.validate():
        return _new_again(form, 422)
    stored = None
    if form.picture.data:
        try:
            stored = pictures.accept(form.picture.data.stream)
        except Refused as refusal:
            form.picture.errors = [str(refusal)]
            return _new_again(form, refusal.status)
    product = Product.make(g.merchant, str(form.name.data), form.price.data)
    if stored is not None:
        product.add_picture(stored)
    product.settle()
    db.session.commit()
    flash(_("“%(name)s” is made. Now propose it to a community.", name=product.name), "good")
    return redirect(url_for("catalog.edit", product_id=product.id), 303)


@bp.get("/desk/<merchant>/products/<int:product_id>")
@for_staff("analyst")
def edit(product_id: int) -> str:
    product = find_product(product_id)
    return _page(product, ProductForm.of(product))


@bp.post("/desk/<merchant>/products/<int:product_id>")
@for_staff("manager")
def update(product_id: int) -> ResponseReturnValue:
    """Save everything about a product, or nothing."""
    product = find_product(product_id)
    form = ProductForm()
    if not form.validate():
        return _page(product, form), 422
    try:
        written = write(form, product)
    except Refused as refusal:
        if refusal.status == 404:
            abort(404)
        db.session.rollback()
        form.form_errors = [str(refusal)]
        return _page(find_product(product_id), form), refusal.status
    if not written:
        return _page(product, form), 422
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("catalog.edit", product_id=product.id), 303)


@bp.post("/desk/<merchant>/products/<int:product_id>/state/<to>")
@for_staff("manager")
def update_state(product_id: int, to: str) -> ResponseReturnValue:
    """Draft, live or archived; the news of it can undo it."""
    product = find_product(product_id)
    was = product.state
    if to not in STATES:
        abort(404)
    product.set_state(to)
    db.session.commit()
    told = {
        "draft": _("“%(name)s” is a draft: only you see it.", name=product.name),
        "live": _("“%(name)s” is live.", name=product.name),
        "archived": _("“%(name)s” is archived.", name=product.name),
    }
    undo = url_for("catalog.update_state", product_id=product.id, to=was)
    flash(told[to], f"undo:{undo}")
    return redirect(url_for("catalog.edit", product_id=product.id), 303)


@bp.post("/desk/<merchant>/preview")
@for_staff("manager")
def preview() -> str:
    """A product as it is being typed, drawn for the phone beside the form; nothing is saved."""
    product_id = request.args.get("product", type=int)
    if product_id is None:
        return _phone(NewProductForm())
    return _phone(ProductForm(), find_product(product_id))


def _new_again(form: NewProductForm, status: int) -> ResponseReturnValue:
    """The form again; a browser does not keep the picture, so the page says that it must be chosen once more."""
    if form.picture.data and not form.picture.errors:
        form.picture.errors = [_("Please choose the picture again.")]
    set_back(url_for("catalog.index"))
    return _new_page(form), status


def _new_page(form: NewProductForm) -> str:
    typed, gone = as_typed(form)
    return render_template("catalog/new.html", form=form, product=typed, gone=gone, story="")


def _phone(form: NewProductForm | ProductForm, product: Product | None = None) -> str:
    form.validate()  # reads the prices; what is wrong is said when it is sent
    typed, gone = as_typed(form, product)
    story = _story(request.form.get("story", ""), product)
    return render_template("catalog/_phone.html", product=typed, gone=gone, story=story)


def _story(written: str, product: Product | None) -> Markup:
    return imported(written) if product is not None and product.story_format == "html" else markdown(written)


def _page(product: Product, form: ProductForm) -> str:
    set_back(url_for("catalog.index"))
    typed, gone = as_typed(form, product)
    return render_template(
        "catalog/edit.html",
        product=product,
        form=form,
        pictures=PicturesForm(formdata=None),
        look={"product": typed, "gone": gone, "story": _story(form.story.data or "", product)},
    )
