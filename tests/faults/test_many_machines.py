"""Three web processes, two workers, one PostgreSQL and one Redis are one shop, also when one of each is killed."""

import time
from collections import Counter
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select, update

from bench.faults.pressing import pay, wait_for
from bench.faults.shops import books, plain, shop_at, shoppers, together
from shop.clock import now
from shop.communities.links import GroupLink
from shop.db import db
from shop.events import Delivery, Event
from shop.jobs import DueJob
from shop.ledger.models import totals
from shop.orders.models import Credit
from tests.support.checkouts import fields
from tests.support.fakes.provider import provider
from tests.support.houses import Plan, open_house
from tests.support.redis import redis
from tests.support.sales import open_stall

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.postgres]

UNITS, BUYERS = 4, 9
JOB = "core.orders.expire"


def test_one_shop_of_many_processes_survives_the_death_of_one_of_each(database_url, tmp_path):
    with (
        redis(tmp_path) as server,
        provider() as bank,
        shop_at(database_url, tmp_path, bank.url) as app,
    ):
        stall = open_stall(stock=UNITS + 1, ships=False)
        link = GroupLink.make(
            stall.community, stall.owner, "Tea", opens="listing", opens_id=stall.offer.listing_id
        )
        db.session.commit()
        opened, pages = f"/g/{link.token}", ["/", "/communities", f"/c/{stall.community.slug}"]
        place = plain(stall)
        settings = (("REDIS_URL", server.url), ("RATELIMIT_ENABLED", True))
        with open_house(
            Plan(database_url, str(tmp_path), bank.url, (), settings), webs=3, workers=2
        ) as house:
            bank.call_back_at(house.url)

            # the storefront's story: a link, an order, its money
            first, *crowd = shoppers(house.url, 1 + BUYERS)
            landed = first.get(opened, follow_redirects=True).status_code
            bought = first.post(place.checkout, data=fields(first, place)).status_code
            paid = [pay(first)]
            # a crowd for what is left, let go at the same moment
            forms = [fields(who, place) for who in crowd]
            told = together(
                [
                    lambda who=who, form=form: who.post(place.checkout, data=form).status_code
                    for who, form in zip(crowd, forms, strict=True)
                ]
            )
            # what Redis counts, it counts for all processes together
            asked = [ask_for_a_letter(house.url) for _time in range(8)]

            house.lose("web")
            house.lose("worker")
            server.cut()
            as_if_leases_were_over()

            alone = [ask_for_a_letter(house.url) for _time in range(3)]
            seen = [httpx.get(house.url + page, trust_env=False).status_code for page in pages * 3]
            paid += [pay(who) for who, status in zip(crowd, told, strict=True) if status == 303]
            told_all = wait_for(bank)
            drained = wait_until(is_drained)
            taken_over = wait_until(has_run)
            found = books(app)
            charges = bank.books()["charges"]
        credited = db.session.scalars(select(Credit.link_id).where(Credit.link_id.is_not(None))).all()
        ledger = totals()

    assert (landed, bought) == (200, 303)
    assert Counter(told) == {303: UNITS, 409: BUYERS - UNITS}
    assert Counter(asked) == {303: 5, 429: 3}
    assert {*alone} <= {303, 429}
    assert seen == [200] * 9
    assert (told_all, drained, taken_over) == (True, True, True)
    assert paid == [303] * (UNITS + 1)
    assert found == {"orders": {"paid": UNITS + 1}, "left": [0], "wrong": []}
    assert len(charges) == UNITS + 1
    assert len(credited) == 1
    assert set(ledger.values()) == {0}


def ask_for_a_letter(url: str) -> int:
    """Somebody has forgotten a password; five letters an hour are enough for one address."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as who:
        return who.post("/recovery", data={"email": "lin@example.com"}).status_code


def as_if_leases_were_over() -> None:
    """What the dead worker had in hand is due again, as after a minute; and the repeated job is due now."""
    waits = update(Delivery).where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None), Delivery.tries > 0)
    db.session.execute(waits.values(due_at=now()))
    db.session.execute(update(DueJob).where(DueJob.name == JOB).values(due_at=now(), ran_at=None))
    db.session.commit()


def is_drained() -> bool:
    """Whether every event was given to its listeners, and each of them has taken it."""
    db.session.rollback()
    waiting = select(func.count()).where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None))
    unspread = select(func.count()).where(Event.spread_at.is_(None))
    return (db.session.scalar(waiting), db.session.scalar(unspread)) == (0, 0)


def has_run() -> bool:
    """Whether the worker that is left has done the repeated job."""
    db.session.rollback()
    return db.session.scalar(select(DueJob.ran_at).where(DueJob.name == JOB)) is not None


def wait_until(holds: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether it holds before so many seconds are over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False
