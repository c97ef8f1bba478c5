"""A merchant's orders: ship, cancel, refund."""

from collections import defaultdict

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from shop.access import for_staff, me
from shop.communities.models import Community
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.hooks import door
from shop.money import parse
from shop.once import begin
from shop.orders.access import order_of_merchant
from shop.orders.asking import refuse_if_spoken_against
from shop.orders.forms import CancellationForm, RefundForm, ShipmentForm
from shop.orders.models import DEPOSIT, MOVES, Order
from shop.orders.searching import matching
from shop.orders.sheet import rows_of
from shop.orders.telling import PAYMENT_STATES, money_lines, steps_of, why_credited
from shop.paging import page_of
from shop.payments.cancelling import cancel_order
from shop.payments.models import Payment
from shop.payments.settling import refund_order
from shop.people.models import Person
from shop.pieces import gather
from shop.sheets import as_file
from shop.shell import set_back, side_links
from shop.sorting import Columns, sorting

bp = Blueprint("orders_desk", __name__)
PAGE = 30
SORTS: Columns = {"placed": [Order.id], "total": [Order.total, Order.id]}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    side_links(app, "merchant", _l("Sales"), [(_l("Orders"), "cart", "orders_desk.index")])


@bp.get("/desk/<merchant>/orders")
@for_staff("analyst")
def index() -> str:
    """The merchant's orders, newest first or sorted: all or of one state, or those that a search finds."""
    orders, wanted, words = _asked_for()
    order = sorting(SORTS, "-placed")
    page = page_of(orders, order.keys, size=PAGE, descending=order.descending)
    return render_template("orders/desk_index.html", page=page, wanted=wanted, words=words, order=order)


@bp.get("/desk/<merchant>/orders.csv")
@for_staff("manager")
def export() -> Response:
    """The same orders for a spreadsheet, with where they go."""
    orders, _wanted, _words = _asked_for()
    found = db.session.scalars(orders.order_by(Order.id).execution_options(yield_per=500))
    return as_file(rows_of(found), f"orders-{g.merchant.slug}")


@bp.get("/desk/<merchant>/orders/<number>")
@for_staff("analyst")
def show(number: str) -> str:
    return _page(order_of_merchant(number))


@bp.post("/desk/<merchant>/orders/<number>/shipment")
@for_staff("counter")
def ship(number: str) -> ResponseReturnValue:
    """Goods were handed to a carrier, or are ready at the place."""
    order = order_of_merchant(number)
    form = ShipmentForm()
    if not form.validate_on_submit():
        return _page(order, ship_form=form), 422
    refuse_if_spoken_against("order.ship", order)
    order.ship(form.carrier.data or "", form.tracking.data or "", me())
    record("order.shipped", order.community_id, order=order.number)
    db.session.commit()
    if order.is_pickup:
        flash(_("The shopper is told that it is ready."), "good")
    else:
        flash(_("The shopper is told that it is on its way."), "good")
    return redirect(url_for("orders_desk.show", number=number), 303)


@bp.post("/desk/<merchant>/orders/<number>/cancellation")
@for_staff("manager")
def cancel(number: str) -> ResponseReturnValue:
    """The merchant cannot fulfil it: what was paid goes back."""
    order = order_of_merchant(number)
    form = CancellationForm()
    if not form.validate_on_submit():
        return _page(order, cancel_form=form), 422
    cancel_order(order, form.reason.data or "", me())
    db.session.commit()
    flash(_("The order is cancelled; what was paid goes back."), "good")
    return redirect(url_for("orders_desk.show", number=number), 303)


@bp.post("/desk/<merchant>/orders/<number>/refunds")
@for_staff("manager")
def refund(number: str) -> ResponseReturnValue:
    """Some or all of the money goes back; a one-use key makes it go once."""
    order = order_of_merchant(number)
    form = RefundForm()
    if not form.validate_on_submit():
        return _page(order, refund_form=form), 422
    try:
        amount = parse(form.amount.data or "", order.currency)
    except NotValid as wrong:
        form.amount.errors = [str(wrong)]
        return _page(order, refund_form=form), 422
    claim = begin("order.refund", request.form.get("once", ""), {"order": order.number, "amount": amount})
    if claim.answer is None:
        refuse_if_spoken_against("order.refund", order)
        try:
            refund_order(order, amount, form.reason.data or "", f"refund:{claim.id}", me())
        except Refused as refusal:
            db.session.rollback()
            form.amount.errors = [str(refusal)]
            return _page(order, refund_form=form), refusal.status
        if form.restock.data:
            order.give_back_holds()
        claim.answer = order.number
        db.session.commit()
    flash(_("The money is on its way back."), "good")
    return redirect(url_for("orders_desk.show", number=number), 303)


def _asked_for() -> tuple[Select[Order], str, str]:
    """The orders that the page's search and filter ask for, the state and the words."""
    orders = select(Order).where(Order.merchant_id == g.merchant.id)
    orders = orders.options(joinedload(Order.community), joinedload(Order.buyer), selectinload(Order.lines))
    wanted, words = request.args.get("state", ""), request.args.get("q", "").strip()[:80]
    if wanted in MOVES:
        orders = orders.where(Order.state == wanted)
    return matching(orders, g.merchant.id, words), wanted, words


def _page(
    order: Order,
    *,
    ship_form: ShipmentForm | None = None,
    cancel_form: CancellationForm | None = None,
    refund_form: RefundForm | None = None,
) -> str:
    set_back(url_for("orders_desk.index"))
    payments = db.session.scalars(
        select(Payment)
        .where(Payment.order_id == order.id)
        .options(selectinload(Payment.refunds))
        .order_by(Payment.id)
    ).all()
    gather("desk.order", [order], order.community)
    return render_template(
        "orders/desk_show.html",
        order=order,
        payments=payments,
        parties=_parties(order),
        steps=steps_of(order),
        lines=money_lines(order),
        why=why_credited(order),
        payment_states=PAYMENT_STATES,
        method_names=defaultdict(str, {m.code: m.title for m in door().methods.values()}),
        refundable=sum(p.refundable for p in payments if p.is_allocated),
        ship_form=ship_form or ShipmentForm(formdata=None),
        cancel_form=cancel_form or CancellationForm(formdata=None),
        refund_form=refund_form or RefundForm(formdata=None),
    )


def _parties(order: Order) -> list[tuple[str, int]]:
    """Who gets what of the order, by name; reversed parts are taken off."""
    names = {
        "merchant": order.merchant.name,
        "site": _("The site"),
        DEPOSIT: _("Paid in advance, not used yet"),
    }
    told = []
    for share in order.shares:
        if share.party == "community":
            name = db.session.get_one(Community, share.party_id).name
        elif share.party == "sharer":
            name = db.session.get_one(Person, share.party_id).name
        else:
            name = names[share.party]
        told.append((name, share.amount - share.reversed))
    return told
