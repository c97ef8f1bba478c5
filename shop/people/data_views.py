"""My data: take it along, or have it forgotten."""

from datetime import datetime
from typing import Any

from flask import Response, flash, json, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, Table, select

from shop.access import me
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership
from shop.db import Base, db
from shop.errors import Refused
from shop.events import record
from shop.hooks import door
from shop.merchants.models import Merchant, Staff, StaffInvitation
from shop.orders.models import Adjustment, Order, OrderLine, Shipment
from shop.orders.searching import words_in
from shop.people.accounts import leave
from shop.people.forms import ConfirmedForm
from shop.people.models import FORGOTTEN, Person
from shop.people.pages import bp
from shop.security import limiter
from shop.shell import set_back

# Never leaves the house, not even to its owner: whoever finds the file could sign in with it.
KEPT_BACK = {"password", "fs_uniquifier", "code_secret", "code_step", "spare_codes", "secret", "token"}
OPEN_ORDERS = ("pending", "paid", "shipped", "received")


@bp.get("/me/data.json")
def show_data() -> ResponseReturnValue:
    """Everything that the rooms and the plugins keep about me, as a file."""
    person = me()
    body = {
        "made_at": now().isoformat(),
        "person": _plain(person),
        "rooms": _rooms(person),
        "orders": [_with_parts(order) for order in db.session.scalars(_orders(person))],
        "plugins": dict(door().ask_all("person_data", _working(), person=person, act="export")),
    }
    answer = Response(
        json.dumps(body, ensure_ascii=False, indent=2, default=str), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/me/erasure")
def new_erasure() -> str:
    """What will go, what stays, and what stands in the way."""
    set_back(url_for("people.show"))
    return render_template("people/new_erasure.html", form=ConfirmedForm(), hindrance=hindrance(me()))


@bp.post("/me/erasure")
@limiter.limit("20 per hour")
def create_erasure() -> ResponseReturnValue:
    """Forget the person, after asking for the password."""
    person, form = me(), ConfirmedForm()
    if sentence := hindrance(person):
        raise Refused(sentence)
    if not form.validate():
        set_back(url_for("people.show"))
        return render_template("people/new_erasure.html", form=form, hindrance=""), 422
    door().ask_all("person_data", _working(), person=person, act="erase")
    _leave_everything(person)
    person.forget()
    record("person.forgotten", person=person.id)
    db.session.commit()
    leave()
    flash(_("Your account is gone. Be well."), "good")
    return redirect("/", 303)


def hindrance(person: Person) -> str:
    """Why the person cannot be forgotten yet, in words, or nothing."""
    owned = select(Community.name).join(Membership, Membership.community_id == Community.id)
    owned = owned.where(Membership.person_id == person.id, Membership.role == "owner")
    if name := db.session.scalar(owned.limit(1)):
        return _("You own the community “%(name)s”. Hand it over to somebody first.", name=name)
    sold = select(Merchant.name).join(Staff, Staff.merchant_id == Merchant.id)
    sold = sold.where(Staff.person_id == person.id, Staff.role == "owner", Merchant.closed_at.is_(None))
    if name := db.session.scalar(sold.limit(1)):
        return _("You own the merchant “%(name)s”. Close it first.", name=name)
    if number := db.session.scalar(
        _orders(person).where(Order.state.in_(OPEN_ORDERS)).with_only_columns(Order.number).limit(1)
    ):
        return _(
            "Your order %(number)s is still under way. Wait until it is done, or cancel it.", number=number
        )
    return ""


def _leave_everything(person: Person) -> None:
    """Give the seats back, end the links, and take the name out of what is over."""
    for membership in db.session.scalars(select(Membership).where(Membership.person_id == person.id)):
        membership.community.leave(person)
    for staff in db.session.scalars(select(Staff).where(Staff.person_id == person.id)):
        db.session.delete(staff)
    for request in db.session.scalars(select(JoinRequest).where(JoinRequest.person_id == person.id)):
        request.reason = ""
        if request.decided_at is None:
            db.session.delete(request)
    for link in db.session.scalars(select(GroupLink).where(GroupLink.sharer_id == person.id)):
        link.name = FORGOTTEN
        link.end()
    for invitation in db.session.scalars(
        select(StaffInvitation).where(StaffInvitation.email == person.email)
    ):
        invitation.email = FORGOTTEN
    for order in db.session.scalars(_orders(person)):
        order.contact = {"name": FORGOTTEN}
        order.delivery = {k: v for k, v in order.delivery.items() if k in ("way", "title", "place")}
        order.note, order.answers = "", {}
        order.search_text = words_in(order.number, {}, "", [line.title for line in order.lines])


def _rooms(person: Person) -> dict[str, list[dict[str, Any]]]:
    """The rows of the core's tables that are about the person (not those that they merely decided on)."""
    tables: frozenset[str] = door().core_tables
    found: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(tables - {"orders", "person"}):
        table = Base.metadata.tables[name]
        about = [column for column in table.columns if _is_about_a_person(table, column.name)]
        for column in about:
            rows = db.session.execute(select(table).where(column == person.id)).mappings().all()
            for row in rows:
                plain = {k: _value(v) for k, v in row.items() if k not in KEPT_BACK}
                found.setdefault(name, []).append(plain)
    return found


def _is_about_a_person(table: Table, column: str) -> bool:
    keys = table.columns[column].foreign_keys
    return any(key.column.table.name == "person" for key in keys) and not column.endswith("by_id")


def _orders(person: Person) -> Select[Any]:
    return select(Order).where(Order.buyer_id == person.id).order_by(Order.id)


def _with_parts(order: Order) -> dict[str, Any]:
    parts: tuple[tuple[str, list[OrderLine] | list[Adjustment] | list[Shipment]], ...] = (
        ("lines", order.lines),
        ("adjustments", order.adjustments),
        ("shipments", order.shipments),
    )
    return _plain(order) | {name: [_plain(row) for row in rows] for name, rows in parts}


def _plain(row: Base) -> dict[str, Any]:
    """A row's columns as plain values."""
    names = (column.name for column in row.__table__.columns)
    return {name: _value(getattr(row, name)) for name in names if name not in KEPT_BACK}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _working() -> list[str]:
    return [plugin.name for plugin in door().working()]
