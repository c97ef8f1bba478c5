"""How campaigns end: by the server's clock and by real money, once, and everything goes back when they fail."""

from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from plugins.crowdfunding.closing import decide, fail, start
from plugins.crowdfunding.pledging import Choice
from shop.checking import check
from shop.errors import Refused
from shop.hooks import door
from shop.ledger.models import totals
from shop.orders.models import Order
from shop.payments.cancelling import cancel_order
from shop.payments.method import ProviderDown
from shop.payments.models import Payment
from shop.payments.settling import capture, intend
from tests.plugins.crowdfunding.conftest import open_loom, pay
from tests.support.people import sign_in


def payments(db) -> list[tuple[str, int, int]]:
    """State, captured and refunded of every payment, in their order."""
    rows = db.session.execute(select(Payment.state, Payment.captured, Payment.refunded).order_by(Payment.id))
    return [tuple(row) for row in rows]


@pytest.mark.both_engines
def test_all_or_nothing_takes_reserved_money_when_the_goal_is_reached(loom, db):
    orders = [loom.reserved(loom.backer(name)) for name in ("Ana", "Bo", "Cy")]
    before = (loom.progress.reserved, loom.progress.collected, loom.progress.backers)
    states = {order.state for order in orders}

    loom.end()

    assert before == (120000, 0, 3)
    assert states == {"pending"}
    assert loom.campaign.state == "succeeded"
    assert (loom.progress.reserved, loom.progress.collected) == (0, 120000)
    assert (loom.campaign.pledged_at_end, loom.campaign.backers_at_end) == (120000, 3)
    assert payments(db) == [("captured", 41000, 0)] * 3  # with the postage, which does not count
    assert totals() == {"CNY": 0}


@pytest.mark.both_engines
def test_all_or_nothing_below_its_goal_takes_nothing_and_gives_everything_back(loom, db):
    loom.reserved(loom.backer("Ana"))
    loom.paid(loom.backer("Bo"))

    loom.end()
    loom.work(minutes=2)

    assert loom.campaign.state == "failed"
    assert loom.campaign.changes[-1].reason == "The goal was not reached."
    assert payments(db) == [("voided", 0, 0), ("captured", 41000, 41000)]
    assert loom.jacket.limit.left == 10
    assert loom.campaign.pledged_at_end == 80000
    assert (loom.progress.pledged, loom.progress.collected) == (0, 0)
    assert totals() == {"CNY": 0}
    assert check(loom.app) == []


def test_money_that_fails_at_the_end_has_a_time_of_grace_and_is_made_good(loom, db):
    loom.paid(loom.backer("Ana"))
    loom.reserved(loom.backer("Bo"))
    shaky = loom.reserved(loom.backer("Cy"), decision="shaky")

    loom.end()
    waiting = (loom.campaign.state, loom.progress.collected, loom.progress.unpaid, shaky.state)
    until = shaky.hold_until
    pay(shaky)
    loom.work()

    assert waiting == ("waiting", 80000, 40000, "pending")
    assert until == loom.campaign.grace_until
    assert (loom.campaign.state, loom.progress.collected) == ("succeeded", 120000)


def test_money_that_is_not_made_good_in_time_pulls_the_campaign_below_its_goal(loom, db):
    loom.paid(loom.backer("Ana"))
    loom.paid(loom.backer("Bo"))
    loom.reserved(loom.backer("Cy"), decision="shaky")
    loom.end()
    waiting = loom.campaign.state

    loom.end(days=7, minutes=5)
    loom.end(days=7, minutes=10)

    assert waiting == "waiting"
    assert loom.campaign.state == "failed"
    assert [(captured, refunded) for _s, captured, refunded in payments(db)] == [(41000, 41000)] * 2 + [
        (0, 0)
    ]
    assert loom.campaign.pledged_at_end == 120000
    assert totals() == {"CNY": 0}


def test_a_failed_payment_does_not_matter_when_the_goal_is_reached_without_it(app, db):
    loom = open_loom(app, goal=80000)
    loom.paid(loom.backer("Ana"))
    loom.reserved(loom.backer("Bo"))
    late = loom.reserved(loom.backer("Cy"), decision="shaky")

    loom.end()

    assert loom.campaign.state == "succeeded"
    assert late.is_payable


def test_a_payment_that_is_under_way_at_the_deadline_is_waited_for(app, db):
    loom = open_loom(app, goal=40000)
    order = loom.order(loom.backer("Ana"))
    order.hold_until = loom.campaign.deadline.replace(year=2099)
    loom.end()
    waiting = loom.campaign.state

    pay(order)
    loom.work()

    assert waiting == "waiting"
    assert loom.campaign.state == "succeeded"


def test_a_flexible_campaign_keeps_what_came_together(app, db):
    loom = open_loom(app, kind="flexible")
    order = loom.order(loom.backer("Ana"))
    deferred = order.lines[0].inputs.get("deferred_capture")
    pay(order)

    loom.end()

    assert deferred is None
    assert (loom.campaign.state, loom.progress.collected) == ("succeeded", 40000)


def test_a_flexible_campaign_without_backers_fails(app, db):
    loom = open_loom(app, kind="flexible")

    loom.end()

    assert (loom.campaign.state, loom.campaign.changes[-1].reason) == ("failed", "Nobody has backed it.")


def test_an_optimum_begins_a_second_round_and_reserved_money_is_taken(app, db):
    loom = open_loom(app, goal=40000, optimum=90000, second_days=10)
    loom.reserved(loom.backer("Ana"))
    first = loom.campaign.deadline

    loom.end()
    second = (loom.campaign.state, loom.campaign.round, loom.campaign.deadline > first)
    loom.paid(loom.backer("Bo"))
    loom.paid(loom.backer("Cy"))
    collected = loom.progress.collected
    loom.end()

    assert second == ("live", 2, True)
    assert collected == 120000
    assert (loom.campaign.state, loom.campaign.pledged_at_end) == ("succeeded", 120000)


def test_money_that_comes_after_the_campaign_has_failed_goes_back(loom, db):
    order = loom.order(loom.backer("Ana"))
    payment = intend(order, "demopay")
    db.session.flush()
    payment.move("started", reference="ref")
    db.session.commit()
    fail(loom.campaign, "The seller has ended it.")
    loom.work()

    capture(payment)
    loom.work()

    assert order.state == "cancelled"
    assert payments(db) == [("captured", 41000, 41000)]
    assert totals() == {"CNY": 0}


def test_ending_is_done_once_however_often_it_is_tried(loom, db):
    loom.paid(loom.backer("Ana"))
    loom.paid(loom.backer("Bo"))
    loom.paid(loom.backer("Cy"))
    loom.end()
    moves = [change.to_state for change in loom.campaign.changes]

    decide(loom.campaign)
    loom.end()
    with pytest.raises(Refused):
        fail(loom.campaign, "again")

    assert (
        [change.to_state for change in loom.campaign.changes]
        == moves
        == ["review", "live", "waiting", "succeeded"]
    )


def test_money_that_could_not_be_taken_yet_is_asked_for_again(app, db):
    loom = open_loom(app, goal=40000)
    loom.paid(loom.backer("Ana"))
    slow = loom.reserved(loom.backer("Bo"))
    method = door(app).methods["demopay"]

    with patch.object(type(method), "capture", side_effect=ProviderDown("out to lunch")):
        loom.end()
    succeeded = (loom.campaign.state, slow.state)
    loom.end(hours=2)

    assert succeeded == ("succeeded", "pending")
    assert (slow.state, loom.progress.collected) == ("paid", 80000)


def test_stopping_a_running_campaign_gives_everything_back(loom, db):
    loom.paid(loom.backer("Ana"))
    loom.reserved(loom.backer("Bo"))

    fail(loom.campaign, "Not what we agreed on.", loom.owner)
    loom.work()

    assert payments(db) == [("captured", 41000, 41000), ("voided", 0, 0)]
    assert set(db.session.scalars(select(Order.state))) == {"cancelled"}


def test_ending_the_offer_ends_the_campaign(loom, db, client):
    loom.paid(loom.backer("Ana"))
    sign_in(client, loom.seller)
    client.post(f"/desk/{loom.merchant.slug}/offers/{loom.campaign.offer_id}/end")
    loom.work()

    assert (loom.campaign.state, payments(db)) == ("failed", [("captured", 41000, 41000)])


def test_late_pledges_are_paid_at_once_and_counted_apart(app, db):
    loom = open_loom(app, goal=40000, late_days=10)
    loom.paid(loom.backer("Ana"))
    loom.end()

    late = loom.order(loom.backer("Bo"), Choice(loom.thanks, support=500))
    pay(late)

    assert loom.campaign.takes_late_pledges
    assert (loom.progress.collected, loom.progress.backers) == (40000, 1)
    assert (loom.progress.late, loom.progress.late_backers) == (2500, 1)


def test_without_late_days_nobody_can_pledge_after_success(app, db):
    loom = open_loom(app, goal=40000)
    loom.paid(loom.backer("Ana"))
    loom.end()

    with pytest.raises(Refused, match="takes no pledges any more"):
        loom.order(loom.backer("Bo"))


def test_withdrawn_pledges_do_not_count(loom, db):
    order = loom.paid(loom.backer("Ana"))
    loom.paid(loom.backer("Bo"))

    cancel_order(order, "I need the money", order.buyer)
    loom.work()

    assert (loom.progress.pledged, loom.progress.backers, loom.jacket.limit.left) == (40000, 1, 9)


def test_unpaid_orders_are_nobodys_progress(loom, db):
    loom.order(loom.backer("Ana"))

    assert (loom.progress.pledged, loom.progress.backers, loom.progress.unpaid) == (0, 0, 40000)
    assert db.session.scalar(select(func.count(Order.id))) == 1


def test_review_starts_pledging_by_the_servers_clock(app, db):
    loom = open_loom(app, live=False)
    loom.campaign.move("review")

    start(loom.campaign, loom.owner)

    assert loom.campaign.is_running
    assert (loom.campaign.deadline - loom.campaign.began_at).days == 5
    assert loom.campaign.deadline.tzinfo is not None
