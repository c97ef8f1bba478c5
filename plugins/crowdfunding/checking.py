"""What `shop check` verifies of campaigns: rewards, hands and pledges are what orders and helpers say."""

from collections.abc import Iterator

from sqlalchemy import String, cast, func, literal, select

from plugins.crowdfunding.helping import Helper, Task
from plugins.crowdfunding.pledges import PAID, Pledge
from plugins.crowdfunding.rewards import Reward
from shop.db import db
from shop.limits import Hold, Limit
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment


def rewards_say_what_holds_say() -> Iterator[str]:
    """What is taken of a reward is what orders hold of it, and a paid order holds what it bought."""
    taken = Limit.size - Limit.left
    held = (
        select(func.coalesce(func.sum(Hold.n), 0))
        .where(Hold.limit_id == Limit.id, Hold.given_back_at.is_(None))
        .scalar_subquery()
    )
    wrong = select(Reward.title, taken, held).join(Limit, Limit.id == Reward.limit_id).where(taken != held)
    for title, has, should in db.session.execute(wrong):
        yield f"Reward “{title}” has {has} taken, its holds say {should}."
    bought = func.sum(OrderLine.quantity)
    mine = (
        select(func.coalesce(func.sum(Hold.n), 0))
        .where(
            Hold.limit_id == Reward.limit_id,
            Hold.given_back_at.is_(None),
            Hold.purpose == literal("order:") + cast(Order.id, String),
        )
        .correlate(Reward, Order)
        .scalar_subquery()
    )
    gone_back = select(Payment.id).where(Payment.order_id == Order.id, Payment.refunded > 0).exists()
    paid = (
        select(Order.number, Reward.title, bought, mine)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Reward, cast(Reward.id, String) == OrderLine.inputs["reward"].as_string())
        .where(
            OrderLine.plugin == "crowdfunding", Reward.limit_id.is_not(None), Order.state.in_(PAID), ~gone_back
        )
        .group_by(Order.id, Order.number, Reward.id, Reward.title, Reward.limit_id)
        .having(bought != mine)
    )  # fmt: skip
    for number, title, has, keeps in db.session.execute(paid):
        yield f"Order {number} bought {has} of “{title}” and holds {keeps}."


def hands_say_what_helpers_say() -> Iterator[str]:
    """A task counts as many hands as offered help."""
    helpers = select(func.count(Helper.id)).where(Helper.task_id == Task.id).scalar_subquery()
    taken = Limit.size - Limit.left
    wrong = select(Task.title, taken, helpers).join(Limit, Limit.id == Task.limit_id).where(taken != helpers)
    for title, has, should in db.session.execute(wrong):
        yield f"Task “{title}” counts {has} hands and has {should} helpers."


def pledges_say_what_orders_say() -> Iterator[str]:
    """A pledge counts what the lines of its order cost, and no more."""
    lines = (
        select(func.coalesce(func.sum(OrderLine.amount), 0))
        .where(OrderLine.order_id == Pledge.order_id)
        .scalar_subquery()
    )
    wrong = (
        select(Order.number, Pledge.amount, lines)
        .join(Order, Order.id == Pledge.order_id)
        .where(Pledge.amount != lines)
    )
    for number, has, should in db.session.execute(wrong):
        yield f"Pledge {number} counts {has}, its order's lines say {should}."
