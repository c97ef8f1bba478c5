"""A merchant's imports: take in a file, see what it would do, ask for it, watch it."""

import tempfile
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import FileStorage

from shop.access import for_staff, me
from shop.catalog import fetching, importing
from shop.catalog.exchange.formats import check_file
from shop.catalog.import_forms import ImportForm
from shop.catalog.imports import ImportLine, ImportRun
from shop.catalog.models import Picture, Product
from shop.db import db
from shop.errors import Refused
from shop.files import files
from shop.paging import page_of
from shop.shell import set_back
from shop.web import takes_up_to

bp = Blueprint("imports", __name__)
PAGE = 30
LINES = 100


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    importing.install(app)
    fetching.install(app)


@bp.get("/desk/<merchant>/imports")
@for_staff("manager")
def index() -> str:
    """The files that were taken in, newest first, with the form for the next."""
    return _index(ImportForm())


@bp.post("/desk/<merchant>/imports")
@for_staff("manager")
@takes_up_to("IMPORT_BYTES")
def create() -> ResponseReturnValue:
    """Take in a file; one that no import could read is sent back at once."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _index(form), 422
    try:
        key = _kept(form.file.data)
    except Refused as no:
        form.file.errors = [str(no)]
        return _index(form), 413 if no.status == 413 else 422
    run = ImportRun.begin(g.merchant, key, form.file.data.filename or "", str(get_locale()), me())
    db.session.commit()
    return redirect(url_for("imports.show", run_id=run.id), 303)


@bp.get("/desk/<merchant>/imports/<int:run_id>")
@for_staff("manager")
def show(run_id: int) -> str:
    """What the file would do, product by product; or how far the worker is; or what it did."""
    run = _find(run_id)
    set_back(url_for("imports.index"))
    verdict = request.args.get("verdict") or ("wrong" if run.counts.get("wrong") else "all")
    lines = page_of(ImportLine.of(run, verdict), [ImportLine.id], size=LINES)
    return render_template(
        "imports/show.html", run=run, lines=lines, verdict=verdict, told=_told(run), pictures=_pictures(run)
    )


@bp.get("/desk/<merchant>/imports/<int:run_id>/progress")
@for_staff("manager")
def show_progress(run_id: int) -> Response:
    """How far it is, for the bar that moves by itself."""
    run = _find(run_id)
    return jsonify(
        value=run.done if run.rows else None,
        max=run.rows or 1,
        text=_told(run),
        done=not run.is_waiting,
        location=url_for("imports.show", run_id=run.id),
    )


@bp.post("/desk/<merchant>/imports/<int:run_id>/application")
@for_staff("manager")
def create_application(run_id: int) -> ResponseReturnValue:
    """Somebody has read what would happen and wants it."""
    run = _find(run_id)
    run.ask(me())
    db.session.commit()
    flash(_("The import has begun."), "good")
    return redirect(url_for("imports.show", run_id=run.id), 303)


def _find(run_id: int) -> ImportRun:
    """A run of this merchant; another's is not there."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.merchant_id != g.merchant.id:
        abort(404)
    return run


def _index(form: ImportForm) -> str:
    runs = select(ImportRun).where(ImportRun.merchant_id == g.merchant.id).options(joinedload(ImportRun.by))
    page = page_of(runs, [ImportRun.id], size=PAGE, descending=True)
    return render_template("imports/index.html", form=form, page=page, told=_told)


def _kept(upload: FileStorage) -> str:
    """The key of the file, once it is known that every row of it can be read."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as copy:
        upload.save(copy)
        copy.flush()
        check_file(Path(copy.name), current_app.config["IMPORT_BYTES"])
        return files.put(Path(copy.name).read_bytes(), folder="imports", ending="csv")


def _told(run: ImportRun) -> str:
    """Where it stands, in a few words."""
    words = {
        "uploaded": _("Looking at the file"),
        "planned": _("Ready to be imported") if run.can_be_asked else _("Nothing was imported"),
        "asked": _("Importing"),
        "applied": _("Imported"),
        "failed": _("Nothing was imported"),
    }
    if run.is_waiting and run.rows:
        rows = ngettext("%(num)d row", "%(num)d rows", run.rows)
        return str(_("%(what)s: %(done)s of %(rows)s", what=words[run.state], done=run.done, rows=rows))
    return str(words[run.state])


def _pictures(run: ImportRun) -> dict[str, Any]:
    """How many of the merchant's pictures still have to be fetched, and how many cannot be had."""
    if run.state != "applied":
        return {}
    states = (
        select(Picture.state, func.count())
        .join(Product, Product.id == Picture.product_id)
        .where(Product.merchant_id == run.merchant_id, Picture.state != "stored")
        .group_by(Picture.state)
    )
    return dict(db.session.execute(states).all())
