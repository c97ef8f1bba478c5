"""What the worker does for campaigns every minute and every hour."""

from datetime import timedelta

from sqlalchemy import or_, select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import due_campaigns, half_returned, move_on, return_everything
from plugins.crowdfunding.following import Reminder
from plugins.crowdfunding.pledges import Pledge
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.orders.models import Order
from shop.payments.deferring import ask_to_capture
from shop.payments.models import Payment

# A reminder comes this long before the end; a survey that is not answered is asked again after so many days.
BEFORE_THE_END = timedelta(hours=48)
ASK_AGAIN = timedelta(days=4)
AT_ONCE = 200


def look_at_the_clock() -> int:
    """Move on every campaign whose time has come, each in its own transaction; returns how many were looked at."""
    due = due_campaigns()
    for campaign_id in due:
        try:
            move_on(db.session.get_one(Campaign, campaign_id, populate_existing=True))
            db.session.commit()
        except Refused:  # moved on by somebody else at this very moment
            db.session.rollback()
    for campaign_id in half_returned():
        return_everything(db.session.get_one(Campaign, campaign_id))
    return len(due)


def remind() -> int:
    """Tell those who asked for it that a campaign ends soon, and those who have not answered a survey; once each."""
    soon = (
        select(Reminder)
        .join(Campaign, Campaign.id == Reminder.campaign_id)
        .where(
            Reminder.sent_at.is_(None),
            Campaign.state == "live",
            Campaign.deadline <= now() + BEFORE_THE_END,
            Campaign.deadline > now(),
        )
        .limit(AT_ONCE)
    )
    reminders = db.session.scalars(soon).all()
    for reminder in reminders:
        reminder.sent_at = now()
        record("crowdfunding.remind", _community_of(reminder.campaign_id), reminder=reminder.id)
    silent = (
        select(Pledge)
        .join(Campaign, Campaign.id == Pledge.campaign_id)
        .join(Order, Order.id == Pledge.order_id)
        .where(
            Campaign.state == "succeeded",
            Order.state == "paid",
            Pledge.answered_at.is_(None),
            Pledge.reminded_at < now() - ASK_AGAIN,
        )
        .limit(AT_ONCE)
    )
    pledges = db.session.scalars(silent).all()
    for pledge in pledges:
        record("crowdfunding.survey", pledge.campaign.community_id, pledge=pledge.id)
    take_again()
    db.session.commit()
    return len(reminders) + len(pledges)


def take_again() -> int:
    """Ask once more for reserved money that a provider has not answered about; returns for how many pledges."""
    reserved = (
        select(Order)
        .join(Pledge, Pledge.order_id == Order.id)
        .join(Campaign, Campaign.id == Pledge.campaign_id)
        .join(Payment, Payment.order_id == Order.id)
        .where(
            Order.state == "pending",
            Payment.state == "authorized",
            or_(Campaign.state.in_(("waiting", "succeeded")), Campaign.round > 1),
            Campaign.taking_since < now() - timedelta(hours=1),
        )
        .order_by(Order.id)
        .limit(AT_ONCE)
    )
    orders = db.session.scalars(reserved).all()
    for order in orders:
        ask_to_capture(order)
    return len(orders)


def _community_of(campaign_id: int) -> int:
    return db.session.get_one(Campaign, campaign_id).community_id
