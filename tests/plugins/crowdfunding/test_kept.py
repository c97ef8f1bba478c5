"""Pages with a campaign on them are kept, and its bar moves with the very next request."""

from datetime import timedelta

import pytest
import time_machine

from shop.clock import now
from shop.payments.cancelling import cancel_order
from tests.test_kept import afresh, only_asked

pytestmark = pytest.mark.both_engines
SHELF = "/c/tea"


@pytest.fixture
def visitor(loom, client):
    for _visit in range(3):
        assert "Crowdfunding · 0 %" in client.get(SHELF).text
    return client


def test_whatever_moves_the_bar_is_seen_by_the_very_next_request(app, db, loom, visitor):
    first, second = loom.backer("Ana"), loom.backer("Bo")

    with afresh(app, visitor, SHELF) as reserved:
        loom.reserved(first)
    visitor.get(SHELF)
    with afresh(app, visitor, SHELF) as paid:
        order = loom.paid(second)
    visitor.get(SHELF)
    with afresh(app, visitor, SHELF) as cancelled:
        cancel_order(order, "No.", None)
        db.session.commit()

    assert "Crowdfunding · 40 %" in reserved["after"]
    assert "Crowdfunding · 80 %" in paid["after"]
    assert "Crowdfunding · 40 %" in cancelled["after"]


def test_an_order_that_is_not_paid_yet_makes_no_page_anew_and_the_deadline_does(app, loom, visitor):
    loom.order(loom.backer("Ana"))
    visitor.get(SHELF)

    with only_asked(app):
        before = visitor.get(SHELF).text
    with time_machine.travel(now() + timedelta(days=5)):
        after = visitor.get(SHELF).text

    assert "Crowdfunding · 0 %" in before
    assert "Crowdfunding · 0 %" not in after
