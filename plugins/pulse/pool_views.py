"""The reward pool: what if it were paid by this formula? Worked out with the real numbers of a month, never paid."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.pulse import exporting, inputs, pool
from plugins.pulse.forms import EACH, GROUP, Here
from plugins.pulse.metrics import BY_CODE, MOST_POSTS
from shop import settings
from shop.access import for_managers, for_members, me
from shop.db import db
from shop.errors import NotValid
from shop.events import record
from shop.money import precision
from shop.shell import set_back
from shop.switches import settings_of, switch

bp = Blueprint("pulse_pool", __name__)
FORMULA = "plugins.pulse.forms:Here"


@bp.get("/pool")
@for_managers
def show() -> ResponseReturnValue:
    """What if: the formula of the address, or the one that holds, with the numbers of a month."""
    set_back(url_for("pulse.show"))
    form, here = _asked()
    month = inputs.chosen(g.community, request.args.get("month", ""))
    group = inputs.group_of(g.community, month)
    result = pool.worked_out(here, group, inputs.members_of(g.community, month, here.with_managers))
    page = render_template(
        "pulse/pool.html", form=form, here=here, month=month, months=inputs.months_of(g.community),
        group=group, result=result, metrics=BY_CODE, group_names=GROUP, each_names=EACH,
        is_kept=here == settings.here("pulse"),
    )  # fmt: skip
    return page, (422 if form.errors else 200)


@bp.post("/pool")
@for_managers
def update() -> ResponseReturnValue:
    """From now on this formula holds, and members read it."""
    form: Any = settings.form_class(FORMULA)()
    if not form.validate():
        raise NotValid(_("These numbers are not within their bounds."))
    kept = settings.kept(form, settings_of(g.community.id, "pulse"))
    switch(g.community.id, "pulse", True, me().id).settings = kept
    record("plugin.settings_changed", g.community.id, plugin="pulse", by=me().id)
    db.session.commit()
    flash(_("This formula holds from now on, and members can read it."), "good")
    return redirect(url_for("pulse_pool.show"), 303)


@bp.get("/pool/file")
@for_managers
def export() -> Response:
    """The simulation as a file: with all its inputs (json), or what each would get (csv)."""
    _form, here = _asked()
    month = inputs.chosen(g.community, request.args.get("month", ""))
    group = inputs.group_of(g.community, month)
    members = inputs.members_of(g.community, month, here.with_managers)
    name = f"pool-{g.community.slug}-{month.key}"
    if request.args.get("as") == "csv":
        return exporting.parts(pool.worked_out(here, group, members), here, name)
    return exporting.json_of(pool.file_of(g.community.slug, month.key, here, group, members), name)


@bp.get("/formula")
@for_members
def show_formula() -> str:
    """The formula that holds, for every member to read."""
    return render_template(
        "pulse/formula.html", here=settings.here("pulse"), metrics=BY_CODE, group_names=GROUP,
        each_names=EACH, labels=_labels(), most_posts=MOST_POSTS,
        whole=10 ** precision(settings.here("pulse").currency),
    )  # fmt: skip


def _asked() -> tuple[Any, Here]:
    """The form as it was asked, and the formula: what stands in the form where it is valid, else what holds."""
    kept: Here = settings.here("pulse")
    made: Any = settings.form_class(FORMULA)
    asks = "goal" in request.args
    form = made(formdata=request.args if asks else None, obj=kept, meta={"csrf": False})
    for field in form:
        field.flags.required = (
            True  # what is left empty is what it was at first, and says so by standing there
        )
    if not asks:
        return form, kept
    if not form.validate():
        return form, kept
    told = {field.name: field.data for field in form if field.data is not None}
    return form, Here(**told)


def _labels() -> dict[str, Any]:
    return {name: field.metadata["label"] for name, field in Here.__dataclass_fields__.items()}
