"""My page: my groups, my merchants, my orders, my words."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy import update as change
from sqlalchemy.orm import joinedload

from shop.access import me
from shop.communities.models import Membership
from shop.db import db
from shop.hooks import door
from shop.merchants.models import Staff
from shop.orders.models import Order
from shop.paging import page_of
from shop.people.forms import LANGUAGES, PersonForm
from shop.people.models import Person
from shop.people.pages import bp
from shop.pieces import gather
from shop.shell import set_back

PAGE = 20


@bp.get("/me")
def show() -> str:
    person = me()
    groups = select(Membership).where(Membership.person_id == person.id)
    groups = groups.options(joinedload(Membership.community))
    desks = select(Staff).where(Staff.person_id == person.id).options(joinedload(Staff.merchant))
    memberships = page_of(groups, [Membership.id], size=PAGE, name="after_group")
    gather("me.group", [each.community for each in memberships.rows])
    return render_template(
        "people/show.html",
        person=person,
        memberships=memberships,
        staffs=page_of(desks, [Staff.id], size=PAGE, name="after_merchant"),
        roles=_role_words(),
        unclaimed=len(_unclaimed()),
        apps=_apps(person),
        languages=LANGUAGES,
    )


@bp.get("/me/edit")
def edit() -> str:
    set_back(url_for("people.show"))
    return render_template("people/edit.html", form=PersonForm(obj=me()))


@bp.post("/me/edit")
def update() -> ResponseReturnValue:
    form, person = PersonForm(), me()
    if not form.validate():
        set_back(url_for("people.show"))
        return render_template("people/edit.html", form=form), 422
    form.populate_obj(person)
    db.session.commit()
    session["lang"] = person.locale
    flash(_("Saved."), "good")
    return redirect(url_for("people.show"), 303)


@bp.post("/me/claim")
def create_claim() -> ResponseReturnValue:
    """Keep the orders that this browser made as a guest."""
    ids = _unclaimed()
    db.session.execute(
        change(Order).where(Order.id.in_(ids), Order.buyer_id.is_(None)).values(buyer_id=me().id)
    )
    db.session.commit()
    flash(_("Your orders are kept with your account."), "good")
    return redirect(url_for("people.show"), 303)


def _unclaimed() -> list[int]:
    """The orders that this browser made as a guest and nobody has claimed."""
    secrets = session.get("orders", [])
    if not secrets:
        return []
    return list(
        db.session.scalars(select(Order.id).where(Order.secret.in_(secrets), Order.buyer_id.is_(None)))
    )


def _apps(person: Person) -> list[tuple[str, str, str, int | None]]:
    """What plugins put on one's own page: label, address, icon, and how many wait there."""
    working = [plugin.name for plugin in door().working()]
    answers = door().ask_all("nav_items", working, area="account", subject=None, viewer=person)
    found = sorted((item for _plugin, items in answers for item in items), key=lambda item: item.weight)
    return [(item.label, item.url, item.icon, item.count) for item in found]


def _role_words() -> dict[str, str]:
    return {
        "owner": _("Owner"),
        "manager": _("Manager"),
        "member": _("Member"),
        "counter": _("Counter"),
        "analyst": _("Analyst"),
    }
