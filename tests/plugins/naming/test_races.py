"""Many at once, on both engines: twenty voters press fifty times, eight workers count, sixteen propose the same."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from plugins.naming.ballots import Ballot, cast
from plugins.naming.counting import count
from plugins.naming.jobs import look_at_the_clock
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round, RoundChange
from shop.clock import now
from shop.db import db as shop_db
from shop.db import is_retryable, writing
from shop.errors import Refused
from shop.people.models import Person
from tests.plugins.naming.conftest import person, set_table
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
VOTERS = 20
PRESSES = crowd(50, 8)


def press(app: Flask, runner: int) -> int:
    """One runner presses for its voters, each time with another ranking; all runners press for all voters."""
    done = 0
    voters, names = app.config["RACE_VOTERS"], app.config["RACE_NAMES"]
    for turn in range(len(voters) * PRESSES // 8):
        voter = voters[(turn + runner * 3) % len(voters)]
        ranks = names[(turn + runner) % len(names) :] + names[: (turn + runner) % len(names)]
        done += voted(voter, ranks)
    return done


def voted(voter: int, ranks: list[int]) -> bool:
    """One press, tried again as the web does when the database was busy."""
    for _try in range(8):
        try:
            with writing():
                round = shop_db.session.scalars(select(Round)).one()
                cast(round, ranks, shop_db.session.get_one(Person, voter))
                shop_db.session.commit()
                return True
        except Refused:
            shop_db.session.rollback()
            return False
        except Exception as busy:
            shop_db.session.rollback()
            if not is_retryable(busy):
                raise
        finally:
            shop_db.session.remove()
    raise AssertionError("busy eight times")


def press_or_count(app: Flask, runner: int) -> bool | int:
    """Half the runners vote at the close, half are workers that come to count."""
    if runner % 2:
        names = app.config["RACE_NAMES"]
        return voted(app.config["RACE_VOTERS"][runner], names[runner % len(names) :])
    with time_machine.travel(now() + timedelta(days=30), tick=True), writing():
        return look_at_the_clock()


def propose(app: Flask, runner: int) -> bool:
    """The same name, in letters of the runner's own choice."""
    with app.test_request_context(), writing():
        round = shop_db.session.scalars(select(Round)).one()
        who = shop_db.session.get_one(Person, app.config["RACE_VOTERS"][runner])
        try:
            Proposal.make(round, ("Moon", "MOON!", "m00n")[runner % 3], "", who)
            shop_db.session.commit()
            return True
        except Refused:
            shop_db.session.rollback()
            return False


def gathered(app: Flask, *, voting: bool = True):
    table = set_table(app, voters=tuple(f"V{n}" for n in range(VOTERS)))
    voters = [person(f"V{n}").id for n in range(VOTERS)]
    names = []
    if voting:
        names = [table.propose(text, person("V0")).id for text in ("One", "Two", "Three")]
        table.vote()
    shop_db.session.commit()
    return table, {"RACE_VOTERS": voters, "RACE_NAMES": names}


def test_20_voters_press_together_and_are_20_ballots(database_url: str, app: Flask, db):
    _table, settings = gathered(app)

    outcomes = race(press, database_url, processes=4, threads=2, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    assert sum(outcome.value for outcome in outcomes) == VOTERS * PRESSES // 8 * 8
    assert shop_db.session.scalar(select(func.count(Ballot.id))) == VOTERS
    assert shop_db.session.scalar(select(func.count(Ballot.person_id.distinct()))) == VOTERS


def test_no_ballot_comes_in_behind_the_count_and_it_is_counted_once(database_url: str, app: Flask, db):
    table, settings = gathered(app)
    round_id = table.round.id
    shop_db.session.commit()

    outcomes = race(press_or_count, database_url, processes=4, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    round = shop_db.session.get_one(Round, round_id)
    ballots = shop_db.session.scalars(select(Ballot.ranks).order_by(Ballot.receipt)).all()
    cast_in_time = sum(outcome.value for outcome in outcomes if outcome.runner % 2)
    moves = Counter(shop_db.session.scalars(select(RoundChange.to_state)).all())
    assert (round.state, moves["counted"]) == ("counted", 1)
    assert (round.count["ballots"], len(ballots)) == (cast_in_time, cast_in_time)
    assert round.count == count(settings["RACE_NAMES"], ballots).plain()


def test_sixteen_propose_the_same_and_it_is_one(database_url: str, app: Flask, db):
    _table, settings = gathered(app, voting=False)

    outcomes = race(propose, database_url, processes=4, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    assert sum(outcome.value for outcome in outcomes) == 1
    assert shop_db.session.scalar(select(func.count(Proposal.id))) == 1
