"""Many at once: never more backers than rewards, never more votes than people, never two ends, on both engines."""

import re
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from plugins.crowdfunding.campaigns import Campaign, CampaignChange
from plugins.crowdfunding.closing import return_everything
from plugins.crowdfunding.jobs import look_at_the_clock
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.rewards import Reward
from shop.clock import now
from shop.db import db as shop_db
from shop.db import writing
from shop.limits import Limit
from shop.people.models import Person
from tests.plugins.crowdfunding.conftest import Loom, open_loom
from tests.support.checkouts import hidden
from tests.support.people import make_person, sign_in
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
BACKERS, PROCESSES = crowd(64, 24), crowd(4, 2)


def back(app: Flask, runner: int) -> int:
    """One backer opens the page and pledges: the status of the answer."""
    client = app.test_client()
    with writing(False):
        who = shop_db.session.get_one(Person, app.config["RACE_PEOPLE"][runner])
        sign_in(client, who)
        shop_db.session.rollback()
    address, reward = app.config["RACE_URL"], app.config["RACE_REWARD"]
    page = client.get(f"{address}/pledges/new?reward={reward}&to=home").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    form = {"reward": reward, "to": "home", "name": "B", "once": hidden(page, "once")}
    form["seen"] = seen[1] if seen else "it was gone before the page was there"
    return client.post(f"{address}/pledges", data=form).status_code


def look_then_take(app: Flask, runner: int) -> bool:
    """The naive campaign: reads what is left, thinks, and writes one less. It must give too many in this harness."""
    with writing(False):
        left = shop_db.session.scalar(select(Limit.left).where(Limit.id == app.config["RACE_LIMIT"])) or 0
        shop_db.session.rollback()
    time.sleep(0.05)
    if left == 0:
        return False
    with writing():
        shop_db.session.execute(
            update(Limit).where(Limit.id == app.config["RACE_LIMIT"]).values(left=left - 1)
        )
        shop_db.session.commit()
    return True


def look_at_it(app: Flask, runner: int) -> int:
    """One worker of several comes to the deadline."""
    with time_machine.travel(now() + timedelta(days=6), tick=True), writing():
        return look_at_the_clock()


def give_back(app: Flask, runner: int) -> int:
    with writing():
        return return_everything(shop_db.session.get_one(Campaign, app.config["RACE_CAMPAIGN"]))


def settings_of(loom: Loom, backers: int = 0) -> dict[str, Any]:
    """What the racers need to know; the test's own transaction ends, or it would lock them out."""
    people = [make_person(f"B{n}", f"b{n}@example.com") for n in range(backers)]
    shop_db.session.flush()
    told = {
        "RACE_URL": loom.url,
        "RACE_REWARD": loom.jacket.id,
        "RACE_LIMIT": loom.jacket.limit_id,
        "RACE_CAMPAIGN": loom.campaign.id,
        "RACE_PEOPLE": [person.id for person in people],
    }
    shop_db.session.commit()
    return told


def test_a_crowd_of_backers_of_10_rewards_is_10(database_url: str, app: Flask, loom: Loom):
    settings = settings_of(loom, BACKERS)

    outcomes = race(back, database_url, processes=PROCESSES, threads=BACKERS // PROCESSES, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    statuses = Counter(outcome.value for outcome in outcomes)
    shop_db.session.rollback()
    assert statuses == {303: 10, 409: BACKERS - 10}
    assert shop_db.session.scalar(select(func.count(Pledge.id))) == 10
    assert shop_db.session.scalar(select(func.count(Pledge.person_id.distinct()))) == 10
    assert shop_db.session.get_one(Reward, settings["RACE_REWARD"]).limit.left == 0


def test_naive_campaign_gives_too_many_in_this_harness(database_url: str, app: Flask, loom: Loom):
    settings = settings_of(loom)

    outcomes = race(
        look_then_take, database_url, processes=PROCESSES, threads=BACKERS // PROCESSES, **settings
    )

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.value for outcome in outcomes) > 10


def test_several_workers_end_a_campaign_once_and_return_everything_once(database_url: str, app: Flask, db):
    loom = open_loom(app, days=5)
    for name in ("Ana", "Bo"):
        loom.paid(loom.backer(name))
    settings = settings_of(loom)

    outcomes = race(look_at_it, database_url, processes=PROCESSES, threads=2, **settings)
    returned = race(give_back, database_url, processes=PROCESSES, threads=2, **settings)

    assert [outcome.error for outcome in outcomes + returned if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    moves = shop_db.session.scalars(select(CampaignChange.to_state).order_by(CampaignChange.id)).all()
    assert moves == ["review", "live", "waiting", "failed"]
    loom.work(minutes=2)
    assert loom.jacket.limit.left == 10
    assert loom.progress.collected == 0
