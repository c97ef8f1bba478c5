"""A merchant's disputes."""

from flask import Blueprint, g, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.stripe.models import Dispute
from shop.access import for_staff
from shop.orders.models import Order
from shop.paging import page_of
from shop.payments.models import Payment

bp = Blueprint("stripe", __name__)
PAGE = 20


@bp.get("/")
@for_staff("analyst")
def index() -> str:
    """What cardholders' banks ask back from this merchant, newest first."""
    mine = (
        select(Dispute)
        .join(Payment)
        .join(Order)
        .where(Order.merchant_id == g.merchant.id)
        .options(joinedload(Dispute.payment).joinedload(Payment.order))
    )
    return render_template("stripe/index.html", page=page_of(mine, [Dispute.id], size=PAGE, descending=True))
