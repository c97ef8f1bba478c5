"""A shopper's orders."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from shop import jobs
from shop.access import current_person, public
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.events import record
from shop.hooks import door
from shop.hookspecs import Piece
from shop.listings.models import Listing
from shop.orders import desk_views, expiring, mails, receiving
from shop.orders.access import order_for_reading, remember_here
from shop.orders.asking import refuse_if_spoken_against, spoken_against
from shop.orders.models import Order
from shop.orders.sections import draw_sections
from shop.orders.telling import GAINS, STATES, gained, state_of, steps_of, sums, why_credited
from shop.paging import page_of
from shop.payments.cancelling import cancel_order
from shop.payments.method import PaymentMethod
from shop.payments.models import Payment
from shop.pieces import gather
from shop.shell import cart_of, set_back

bp = Blueprint("orders", __name__)
PAGE = 20
# So long an order's page is a result: what else can be done here stands on it.
RESULT = timedelta(days=1)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    desk_views.install(app)
    mails.install(app)
    app.jinja_env.globals["checkout_sections"] = draw_sections
    app.jinja_env.globals.update(order_state=state_of, state_words={s: w for s, (w, _kind) in STATES.items()})
    jobs.every(app, "orders.expire", 20, expiring.expire_overdue)
    jobs.every(app, "orders.receive", 3600, lambda: receiving.receive_shipped(app.config["RECEIPT_DAYS"]))


@bp.get("/orders")
@public
def index() -> str:
    """My orders: those of my account and those this browser remembers, newest first."""
    person, secrets = current_person(), session.get("orders", [])
    mine = select(Order).options(
        joinedload(Order.community), joinedload(Order.merchant), selectinload(Order.lines)
    )
    mine = mine.where(or_(Order.buyer_id == (person.id if person else -1), Order.secret.in_(secrets)))
    page = page_of(mine, [Order.id], size=PAGE, descending=True)
    return render_template("orders/index.html", page=page, carts=_carts())


@bp.get("/c/<community>/cart")
@public
def lead_to_cart() -> ResponseReturnValue:
    """Where the plugin that keeps the cart of this community shows it."""
    return redirect(cart_of(g.community) or url_for("orders.index"))


@bp.get("/orders/<number>")
@public
def show(number: str) -> str:
    """One order: its state, its lines explained, how to pay, what comes next, why it was credited."""
    order = order_for_reading(number)
    set_back(url_for("orders.index"))
    payments = _payments_of(order)
    reserved = any(payment.state == "authorized" for payment in payments)
    methods = door().ways_to_pay(order) if order.is_payable and not reserved else []
    may_cancel = order.state in ("pending", "paid") and not order.is_overdue
    gather("order.below", [order])
    if is_result := _is_result(order):
        gather("order.next", [order])
    return render_template(
        "orders/show.html",
        order=order,
        payments=payments,
        methods=methods,
        reserved=reserved,
        waiting=_waiting(order, payments),
        steps=steps_of(order),
        sums=sums(order),
        seen=_standing(order, payments),
        why=why_credited(order),
        gained=gained(order),
        is_result=is_result,
        shared=_to_share(order) if is_result else None,
        may_cancel=may_cancel,
        kept_for=spoken_against("order.cancel", order) if may_cancel else "",
    )


@bp.get("/o/<secret>")
@public
def private_link(secret: str) -> ResponseReturnValue:
    """A guest's private link: this browser may see the order from now on."""
    order = db.session.scalars(select(Order).where(Order.secret == secret)).first() or abort(404)
    remember_here(order)
    return redirect(url_for("orders.show", number=order.number), 303)


@bp.post("/orders/<number>/cancellation")
@public
def cancel(number: str) -> ResponseReturnValue:
    """The shopper cancels before shipping; what was paid goes back."""
    order = order_for_reading(number)
    refuse_if_spoken_against("order.cancel", order)
    cancel_order(order, _("Cancelled by the shopper"), current_person())
    db.session.commit()
    flash(_("The order is cancelled."), "good")
    return redirect(url_for("orders.show", number=number), 303)


@bp.post("/orders/<number>/receipt")
@public
def receive(number: str) -> ResponseReturnValue:
    """The shopper has the goods."""
    order = order_for_reading(number)
    order.receive(current_person())
    record("order.received", order.community_id, order=order.number)
    db.session.commit()
    flash(_("Thank you. Enjoy it!"), "good")
    return redirect(url_for("orders.show", number=number), 303)


@bp.get("/orders/<number>/state")
@public
def state(number: str) -> ResponseReturnValue:
    """The piece of the page that is asked for again while a payment is open; 205 when the page has to be read anew."""
    order = order_for_reading(number)
    if "seen" in request.args and request.args["seen"] != _standing(order, _payments_of(order)):
        return "", 205
    return render_template("orders/_state.html", order=order, steps=steps_of(order))


def _carts() -> list[tuple[Community, int]]:
    """The communities in whose cart this browser has put something, and how much."""
    counts: dict[str, int] = session.get("cart_counts", {})
    if not counts:
        return []
    known = select(Community).where(Community.slug.in_(counts)).order_by(Community.id)
    return [(community, counts[community.slug]) for community in db.session.scalars(known)]


def _is_result(order: Order) -> bool:
    """Whether the buyer looks at what they have just paid; old orders ask nothing of anybody."""
    person = current_person()
    is_mine = order.buyer_id == (person.id if person else None)
    return order.state in GAINS and order.placed_at > now() - RESULT and is_mine


def _to_share(order: Order) -> Listing | None:
    """The page of the first thing that was ordered, if it is still there to be seen."""
    offers = (line.offer for line in order.lines if line.offer is not None)
    return next((offer.listing for offer in offers if offer.listing.is_shown), None)


def _payments_of(order: Order) -> Sequence[Payment]:
    payments = select(Payment).where(Payment.order_id == order.id).options(selectinload(Payment.refunds))
    return db.session.scalars(payments.order_by(Payment.id)).all()


def _standing(order: Order, payments: Sequence[Payment]) -> str:
    """What decides which parts the page has: when it changes, the whole page does."""
    return "-".join(["overdue" if order.is_overdue else order.state, *(p.state for p in payments[-1:])])


def _waiting(order: Order, payments: Sequence[Payment]) -> tuple[Payment, Piece | None] | None:
    """The open payment, with what its method shows meanwhile."""
    for payment in reversed(payments):
        if payment.state in ("intent", "started") and order.is_payable:
            method: PaymentMethod | None = door().methods.get(payment.method)
            if method is None:
                return payment, None
            piece = door().show(method.plugin, "waiting", partial(method.waiting, payment))
            return payment, piece if isinstance(piece, Piece) else None
    return None
