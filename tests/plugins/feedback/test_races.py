"""Many at once, on both engines: everybody follows two at a time while they are merged and answered."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from plugins.feedback.checking import followers_are_exact
from plugins.feedback.following import TicketFollower, follow, merge, unfollow
from plugins.feedback.tickets import Ticket, TicketChange
from shop.db import db as shop_db
from shop.db import is_retryable, writing
from shop.errors import Refused
from shop.people.models import Person
from tests.plugins.feedback.conftest import lay_table
from tests.support.people import make_person
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
THREADS = crowd(5, 3)


def press(app: Flask, runner: int) -> list[str]:
    """Follow both twice; the third of each four merges them one way, the fourth the other, or answers."""
    first, second = app.config["RACE_TICKETS"]
    acts = [("follow", first, second), ("follow", second, first), ("follow", first, second)]
    if runner % 4 == 0:
        acts.append(("unfollow", first, second))
    if runner % 4 == 2:
        acts.insert(1, ("merge", first, second))
    if runner % 4 == 3:
        acts.insert(1, ("merge", second, first))
    return [_try(app.config["RACE_PEOPLE"][runner], *act) for act in acts]


def _try(person_id: int, act: str, one: int, other: int) -> str:
    for _attempt in range(8):
        try:
            with writing():
                ticket, person = (
                    shop_db.session.get_one(Ticket, one),
                    shop_db.session.get_one(Person, person_id),
                )
                if act == "merge":
                    merge(ticket, shop_db.session.get_one(Ticket, other), person)
                else:
                    (follow if act == "follow" else unfollow)(ticket, person)
                shop_db.session.commit()
                return act
        except Refused:
            shop_db.session.rollback()
            return "refused"
        except Exception as busy:
            shop_db.session.rollback()
            if not is_retryable(busy):
                raise
        finally:
            shop_db.session.remove()
    raise AssertionError("busy eight times")


def test_everybody_follows_while_two_become_one(database_url: str, app: Flask, db):
    table = lay_table(app)
    tickets = [table.say("Smaller tins").id, table.say("Tins are too big", table.bo).id]
    people = [make_person(f"P{n}", f"p{n}@example.com").id for n in range(4 * THREADS)]
    shop_db.session.commit()

    outcomes = race(press, database_url, threads=THREADS, RACE_TICKETS=tickets, RACE_PEOPLE=people)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert [act for outcome in outcomes for act in outcome.value].count("merge") == 1
    shop_db.session.rollback()
    shop_db.session.expire_all()
    assert list(followers_are_exact()) == []
    (merged,) = shop_db.session.scalars(select(Ticket).where(Ticket.state == "merged"))
    assert merged.followers == 0
    assert shop_db.session.scalar(select(func.count(TicketChange.id))) == 1
    twice = select(TicketFollower.person_id).group_by(TicketFollower.person_id).having(func.count() > 1)
    assert shop_db.session.scalars(twice).all() == []
