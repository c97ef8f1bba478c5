"""Numbers are of real people and real money: nothing else can make a backer, a vote or a collected cent."""

import ast
import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

import plugins.crowdfunding
from plugins.crowdfunding.campaigns import MOVES
from plugins.crowdfunding.closing import end_vote, start
from plugins.crowdfunding.giving_out import erase
from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.pledging import Choice, quote_of
from plugins.crowdfunding.questions import Question, Vote
from shop.errors import NotValid, Refused, SoldOut
from shop.orders.quoting import Wish, make_quote
from shop.payments.settling import refund_order
from shop.testing import goods
from tests.plugins.crowdfunding.conftest import open_loom
from tests.support.people import sign_in

FOLDER = Path(plugins.crowdfunding.__file__).parent


def calls_of(name: str) -> list[str]:
    """Which functions of the plugin make such a row."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                made = [n for n in ast.walk(function) if isinstance(n, ast.Call) and _name(n) == name]
                found += [f"{path.stem}.{function.name}" for _each in made]
    return found


def _name(call: ast.Call) -> str:
    """What is called; for `insert(Vote)` the table."""
    if isinstance(call.func, ast.Name) and call.func.id == "insert" and isinstance(call.args[0], ast.Name):
        return call.args[0].id
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_a_pledge_a_vote_and_a_helper_are_made_in_one_place_each():
    assert calls_of("Pledge") == ["pledging.write_pledge"]
    assert calls_of("Vote") == ["questions.vote"]
    assert calls_of("Helper") == ["helping.offer"]


def test_every_state_is_reached_and_the_ends_are_ends():
    reached = set().union(*MOVES.values()) | {"draft"}

    assert reached == set(MOVES)
    assert [state for state, targets in MOVES.items() if not targets] == ["succeeded", "failed"]


def test_nobody_is_no_backer(loom):
    with pytest.raises(Refused, match="belongs to a person"):
        make_quote(loom.community, [Wish(loom.campaign.offer, 1)], buyer=None)


def test_money_that_went_back_is_not_collected(loom, db):
    order = loom.paid(loom.backer("Ana"))

    refund_order(order, 15000, "a smaller size", "part", loom.seller)

    assert (loom.progress.collected, loom.progress.backers) == (26000, 1)


def test_a_person_with_two_pledges_is_one_backer(loom, db):
    ana = loom.backer("Ana")
    loom.paid(ana)
    loom.paid(ana, Choice(loom.thanks, support=700))

    assert (loom.progress.backers, loom.progress.collected) == (1, 42700)


def test_somebody_who_is_forgotten_stays_a_number(loom, db):
    ana = loom.backer("Ana")
    loom.paid(ana)

    erase(ana)

    assert (loom.progress.backers, loom.progress.collected) == (1, 40000)


def test_a_vote_is_one_for_each_person_and_frozen_with_the_first_of_equals(app, db):
    loom = open_loom(app, live=False)
    question = Question.ask(loom.campaign, "vote", "Colour?", ["Grey", "Green", "Blue"])
    db.session.flush()
    loom.campaign.move("review")
    start(loom.campaign)
    grey, green, blue = [choice.id for choice in question.choices]
    ana, bo = loom.backer("Ana"), loom.backer("Bo")
    for choice, who in ((grey, ana), (blue, ana), (green, bo)):
        question.vote(choice, who)

    end_vote(loom.campaign)

    assert loom.campaign.state == "live"
    assert question.decided.title == "Green"
    assert [choice.votes_at_end for choice in question.choices] == [0, 1, 1]
    assert db.session.scalar(select(func.count(Vote.id))) == 2
    with pytest.raises(Refused, match="The vote is over"):
        question.vote(grey, ana)


def test_only_members_vote(app, db, client):
    loom = open_loom(app, live=False)
    Question.ask(loom.campaign, "vote", "Colour?", ["Grey", "Green"])
    db.session.flush()
    loom.campaign.move("review")
    start(loom.campaign)
    db.session.commit()
    sign_in(client, goods.person("Stranger"))

    assert client.post(f"{loom.url}/votes", data={"question": "1", "choice": "1"}).status_code == 403


def test_a_draft_takes_no_pledges(app, db):
    loom = open_loom(app, live=False)

    with pytest.raises(Refused, match="not open yet"):
        quote_of(loom.campaign, Choice(loom.jacket), loom.owner)


def test_more_addons_than_there_are_cannot_be_had(loom, db):
    with pytest.raises(SoldOut):
        loom.order(loom.backer("Ana"), Choice(loom.jacket, {loom.patch.id: 6}))


def test_a_reward_of_another_campaign_is_refused(loom, db):
    other = Wish(loom.campaign.offer, 1, inputs={"reward": 987654})
    two = Wish(loom.campaign.offer, 2, inputs={"reward": loom.jacket.id})

    with pytest.raises(Refused, match="not offered any more"):
        make_quote(loom.community, [other], buyer=loom.owner)
    with pytest.raises(NotValid, match="one reward"):
        make_quote(loom.community, [two], buyer=loom.owner)


def test_hands_are_limited_and_each_offers_one(loom, db):
    task = Task.add(loom.campaign, "Carry", 1)
    db.session.flush()
    task.offer("I am strong", loom.owner)

    with pytest.raises(Refused, match="already"):
        task.offer("again", loom.owner)
    with pytest.raises(SoldOut):
        task.offer("me too", loom.seller)


def test_a_name_is_no_formula_in_the_csv(loom, db, client):
    who = loom.backer("Ana")
    who.name = "=1+1"
    loom.paid(who)
    sign_in(client, loom.seller)

    text = client.get(f"{loom.desk}/backers.csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert rows[1][2] == "'=1+1"
    assert rows[1][6] == "410.00"
