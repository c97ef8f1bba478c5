"""`shop check` finds nothing in good campaigns, and each thing that can be wrong with them."""

import pytest
from sqlalchemy import text

from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.pledging import Choice
from shop.checking import check
from shop.db import db as database

SPOILT = (
    ("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'reward'", "“Jacket” has 3 taken, its holds say 2"),
    ("UPDATE hold SET n = n + 1 WHERE n = 1 AND until IS NULL", "of “Jacket” and holds 2"),
    ("UPDATE limits SET remaining = remaining + 1 WHERE kind = 'hands'", "counts 0 hands and has 1 helpers"),
    ("UPDATE crowdfunding_pledge SET amount = amount + 1", "its order's lines say 43000"),
)  # fmt: skip


@pytest.fixture
def backed(loom):
    """Two pledges, one of them paid, and somebody who helps."""
    ana, bo = loom.backer("Ana"), loom.backer("Bo")
    loom.paid(ana, Choice(loom.jacket, {loom.patch.id: 2}))
    loom.order(bo)
    task = Task.add(loom.campaign, "Sew", 3)
    database.session.flush()
    task.offer("I can sew.", bo)
    database.session.commit()
    return loom


@pytest.mark.parametrize(("deed", "words"), SPOILT)
def test_what_is_wrong_with_campaigns_is_told(app, backed, deed, words):
    before = check(app)

    database.session.execute(text(deed))
    database.session.commit()

    assert before == []
    assert any(words in told for told in check(app)), check(app)
