"""Closing: what the clock and the money do to a campaign. Every deed may come twice; one of them writes.

The rules: a deadline is an instant of this server. Money that is only reserved is taken when reserved and collected
money together reach what is needed, never before. The campaign succeeds as soon as the collected money reaches it; it
fails as soon as it cannot reach it any more, at the latest when the time of grace is over. Then everything goes back.
"""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge, Progress, pledges_of, progress_of, reserved_orders
from plugins.crowdfunding.questions import Question
from plugins.crowdfunding.reasons import MISSED, NOBODY, TOO_LATE
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.letters import in_language
from shop.orders.models import Order
from shop.payments.cancelling import cancel_order
from shop.payments.deferring import ask_to_capture
from shop.people.models import Person

OPEN = ("pending", "paid")
AT_ONCE = 50


def start(campaign: Campaign, by: Person | None = None) -> None:
    """Accepted: the vote begins if something is still open, else pledging does; the server says until when."""
    if campaign.state == "review" and Question.of(campaign, "vote"):
        campaign.move("voting", by, votes_until=now() + timedelta(days=campaign.vote_days))
    else:
        begun = now()
        campaign.move("live", by, began_at=begun, deadline=begun + timedelta(days=campaign.days))
    campaign.community.touch()
    record(f"crowdfunding.{campaign.state}", campaign.community_id, campaign=campaign.id)


def end_vote(campaign: Campaign) -> None:
    """The vote is over: what was decided is frozen, and pledging begins."""
    for question in Question.of(campaign, "vote"):
        question.freeze()
    start(campaign)


def end_round(campaign: Campaign) -> None:
    """The deadline has passed: a second round towards the optimum, or waiting for the funds."""
    progress = progress_of([campaign])[campaign.id]
    if _has_second_round(campaign, progress):
        later = now() + timedelta(days=campaign.second_days)
        won = db.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign.id, Campaign.state == "live", Campaign.round == 1)
            .values(round=2, deadline=later, taking_since=now())
            .returning(Campaign.id)
        ).scalar_one_or_none()
        db.session.refresh(campaign)
        if won is not None:
            _take(campaign)
            record("crowdfunding.second_round", campaign.community_id, campaign=campaign.id)
        return
    campaign.move(
        "waiting",
        grace_until=now() + timedelta(days=campaign.grace_days),
        pledged_at_end=progress.pledged,
        backers_at_end=progress.backers,
    )
    campaign.community.touch()
    record("crowdfunding.ended", campaign.community_id, campaign=campaign.id)
    decide(campaign)


def decide(campaign: Campaign) -> None:
    """While it waits for the funds: take what is reserved, then succeed or fail, as soon as either is certain."""
    if campaign.state != "waiting" or campaign.grace_until is None:
        return
    told = progress_of([campaign])[campaign.id]
    if campaign.taking_since is None and told.pledged >= campaign.needed:
        campaign.taking_since = now()
        _take(campaign)
    if told.collected >= campaign.needed:
        succeed(campaign)
    elif told.pledged + told.unpaid < campaign.needed:
        fail(campaign, _why_missed(campaign))
    elif now() >= campaign.grace_until:
        fail(campaign, TOO_LATE)


def succeed(campaign: Campaign) -> None:
    """The money is there: late pledges may begin, and the backers are asked what they need to be asked."""
    until = now() + timedelta(days=campaign.late_days) if campaign.late_days else None
    campaign.move("succeeded", late_until=until)
    campaign.community.touch()
    record("crowdfunding.succeeded", campaign.community_id, campaign=campaign.id)


def fail(campaign: Campaign, reason: str, by: Person | None = None) -> None:
    """It will not be made: from now on no pledge is taken, and the worker returns everything."""
    values = {}
    if campaign.state == "live":
        told = progress_of([campaign])[campaign.id]
        values = {"pledged_at_end": told.pledged, "backers_at_end": told.backers, "deadline": now()}
    campaign.move("failed", by, reason, **values)
    campaign.community.touch()
    record("crowdfunding.failed", campaign.community_id, campaign=campaign.id)


def return_everything(campaign: Campaign) -> int:
    """Cancel every open order of a failed campaign: what was paid goes back, what is reserved is let go.

    Each in its own transaction, so that it can be done again from where it stopped; returns how many.
    """
    returned = 0
    while ids := list(
        db.session.scalars(pledges_of(campaign, *OPEN).with_only_columns(Order.id).limit(AT_ONCE))
    ):
        for order_id in ids:
            returned += return_one(db.session.get_one(Order, order_id))
            db.session.commit()
    return returned


def return_one(order: Order) -> bool:
    """Cancel one order of a failed campaign; False when somebody else did it at this very moment."""
    with in_language(order.buyer.locale if order.buyer else None):
        reason = _("The campaign did not reach its goal.")
    try:
        with db.session.begin_nested():
            cancel_order(order, reason, None)
    except Refused:
        db.session.refresh(order, ["state"])
        return False
    return True


def money_is_reserved(pledge: Pledge) -> None:
    """A reservation arrived: kept while the campaign runs, taken at once afterwards, let go when it has failed."""
    campaign, order = pledge.campaign, pledge.order
    if campaign.state == "failed":
        return_one(order)
    elif campaign.state != "live" or campaign.round != 1:
        ask_to_capture(order)


def money_is_here(pledge: Pledge) -> None:
    """A payment arrived: it may be the one that was waited for, or come too late."""
    if pledge.campaign.state == "failed":
        return_one(pledge.order)
    else:
        decide(pledge.campaign)


def reservation_lapsed(pledge: Pledge) -> None:
    """Reserved money was not there: the backer has a time of grace to pay in another way."""
    campaign, order = pledge.campaign, pledge.order
    if order.state != "pending":
        return
    until = campaign.grace_until or (campaign.deadline if campaign.state == "live" else None)
    if until is None or until <= now():
        return_one(order)
        return
    order.hold_until = until
    record("crowdfunding.payment_failed", campaign.community_id, pledge=pledge.id)
    decide(campaign)


def _take(campaign: Campaign) -> None:
    """Ask for all reserved money."""
    for order in reserved_orders(campaign):
        ask_to_capture(order)


def _has_second_round(campaign: Campaign, progress: Progress) -> bool:
    return bool(
        campaign.round == 1
        and campaign.second_days
        and campaign.optimum
        and campaign.goal <= progress.pledged < campaign.optimum
    )


def _why_missed(campaign: Campaign) -> str:
    return NOBODY if campaign.kind == "flexible" else MISSED


def due_campaigns() -> list[int]:
    """Campaigns that the clock or the money may move on: votes and rounds that are over, and all that wait."""
    instant = now()
    due = (
        select(Campaign.id)
        .where(
            ((Campaign.state == "voting") & (Campaign.votes_until <= instant))
            | ((Campaign.state == "live") & (Campaign.deadline <= instant))
            | (Campaign.state == "waiting")
        )
        .order_by(Campaign.id)
    )
    return list(db.session.scalars(due))


def half_returned() -> list[int]:
    """Failed campaigns with orders that are still open."""
    still = (
        select(Campaign.id)
        .join(Pledge, Pledge.campaign_id == Campaign.id)
        .join(Order, Order.id == Pledge.order_id)
        .where(Campaign.state == "failed", Order.state.in_(OPEN))
        .distinct()
    )
    return list(db.session.scalars(still))


def move_on(campaign: Campaign) -> None:
    """Do what is due for a campaign now."""
    instant = now()
    if campaign.state == "voting" and campaign.votes_until and campaign.votes_until <= instant:
        end_vote(campaign)
    elif campaign.state == "live" and campaign.deadline and campaign.deadline <= instant:
        end_round(campaign)
    else:
        decide(campaign)
