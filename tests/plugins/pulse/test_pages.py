"""The pages of pulse as a manager uses them."""

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest

from plugins.pulse import views
from plugins.pulse.funnel import of_community, of_links, of_listings
from plugins.pulse.models import PulseLater
from shop.clock import now
from shop.communities.links import GroupLink
from shop.db import db as shop_db
from shop.hookspecs import Happening
from shop.insight.running import Bar, Calendar
from shop.listings.models import Listing
from shop.switches import PluginSwitch
from shop.testing.sql import count_sql
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_group_page_says_how_it_stands_and_one_next_step(group, client):
    group.wrote(group.ana, 1, voices=2)
    group.count()
    sign_in(client, group.owner)

    page = words(client.get(f"{group.url}/").text)

    assert "Members 4 of 150" in page
    assert "Stage in its life" in page
    assert "Silent for a week 75 % 3 members" in page
    assert "Attention: saw a card in a chat not measured" in page
    assert "The next step Hand it over, or say goodbye" in page
    assert page.count("Not now") == 1


def test_a_manager_says_not_now_and_hears_of_it_again_after_two_weeks(group, client):
    sign_in(client, group.owner)
    before = words(client.get(f"{group.url}/").text)

    said = client.post(f"{group.url}/steps/last/later").status_code
    twice = client.post(f"{group.url}/steps/last/later").status_code
    never = client.post(f"{group.url}/steps/everything/later").status_code

    after = words(client.get(f"{group.url}/").text)
    assert (said, twice, never) == (303, 303, 404)
    assert "The next step Hand it over" in before
    assert "The next step Make a link for each place" in after
    assert "Not now: Hand it over" in after
    assert shop_db.session.query(PulseLater).count() == 1
    assert client.post(f"{group.url}/steps/again").status_code == 303
    assert "The next step Hand it over" in words(client.get(f"{group.url}/").text)
    client.post(f"{group.url}/steps/last/later")
    group.at("2026-06-04T04:00:00")
    sign_in(client, group.owner)
    assert "The next step Hand it over" in words(client.get(f"{group.url}/").text)


def test_the_metrics_stand_there_with_their_meaning_and_as_a_file(group, client):
    group.at("2026-04-10T04:00:00")
    group.wrote(group.bo, 7)
    group.wrote(group.cy, 8)
    group.at("2026-05-20T04:00:00")
    group.wrote(group.ana, 1)
    group.count()
    sign_in(client, group.owner)

    page = words(client.get(f"{group.url}/metrics").text)
    answer = client.get(f"{group.url}/metrics/file")
    lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))

    assert "at most three of one member" in page
    assert "2 in the four weeks before" in page
    assert "Time online on average Not measured." in page
    assert lines[0][:4] == ["day", "speakers", "heard", "posts"]
    assert lines[1][:4] == ["2026-05-20", "1", "0", "1"]
    assert len(lines) == 1 + 50  # from the day it was opened


@pytest.mark.both_engines
def test_the_funnel_follows_a_link_to_the_second_generation(app, db):
    stall = open_stall()
    here, bo = stall.community, goods.person("Bo")
    here.join(bo, accepts_rules=True)
    listing = db.session.query(Listing).one()
    first = GroupLink.make(here, stall.owner, "First", opens="listing", opens_id=listing.id)
    db.session.flush()
    first.opened()
    first.opened().person_id = bo.id
    db.session.flush()
    pay(order_from(stall, link=first))
    second = GroupLink.make(here, bo, "Second")
    db.session.flush()
    for _visitor in range(2):
        second.opened()
    db.session.commit()

    of_links(here, [first, second]), of_listings(here, [listing])  # what the commit let go is read again
    with count_sql(app) as statements:
        whole, links = of_community(here), of_links(here, [first, second])
        things = of_listings(here, [listing])

    assert (whole.visits, whole.known, whole.unknown) == (5, 1, 4)
    assert (whole.orders, whole.credited, whole.modes) == (1, 1, {"mall": 1})
    assert (whole.shared, whole.returned) == (1, 2)
    flow = links[first.id]
    assert (flow.visits, flow.orders, flow.shared, flow.returned) == (3, 1, 1, 2)
    assert (links[second.id].visits, links[second.id].orders) == (2, 0)
    assert (things[listing.id].visits, things[listing.id].orders) == (3, 1)
    assert len(statements) == 15


def test_a_pool_is_tried_out_kept_and_read_by_members(group, client):
    group.wrote(group.ana, 1, voices=1)
    group.tell("naming.closed", round=1, namer=None, voters=[group.bo.id, group.owner.id])
    group.count()
    sign_in(client, group.owner)
    asked = (
        "goal=10&pool=100&group_posts=5&each_posts=3&each_voices=2&each_ballots=1&each_days=0&most_share=100"
    )

    held = words(client.get(f"{group.url}/pool").text)
    tried = words(client.get(f"{group.url}/pool?{asked}").text)
    wrong = client.get(f"{group.url}/pool?{asked}&group_voices=21")
    whole = json.loads(client.get(f"{group.url}/pool/file?{asked}").text)
    table = client.get(f"{group.url}/pool/file?{asked}&as=csv").text

    assert "Points 8 of 100 The pool ¥16.00" in held
    assert "Points 10 of 10 The pool ¥100.00" in tried
    assert "Owner" not in words(tried.partition("Who would get what")[2].partition("The formula")[0])
    assert wrong.status_code == 422
    assert [(part["points"], part["amount"]) for part in whole["result"]["parts"]] == [(5, 8333), (1, 1667)]
    assert "Ana,1,1,0,1,5,83.33,CNY" in table
    told = {"goal": "10", "pool": "100", "currency": "CNY", "most_share": "60"}
    assert client.post(f"{group.url}/pool", data=told | {"goal": "0"}).status_code == 422
    assert client.post(f"{group.url}/pool", data=told).status_code == 303
    assert shop_db.session.query(PluginSwitch).filter_by(name="pulse").one().settings["goal"] == 10
    sign_in(client, group.bo)
    assert "With 10 points the pool is whole: ¥100.00." in words(client.get(f"{group.url}/formula").text)
    assert client.get(f"{group.url}/pool").status_code == 403


def test_the_group_page_asks_as_often_for_many_as_for_few(app, group, client):
    group.count()
    sign_in(client, group.owner)
    client.get(f"{group.url}/")
    with count_sql(app) as few:
        client.get(f"{group.url}/")

    for n in range(5):
        each = goods.person(f"P{n}")
        group.community.join(each, accepts_rules=True)
        group.wrote(each, 10 + n, voices=n)
        GroupLink.make(group.community, each, f"L{n}")
    group.count()
    with count_sql(app) as many:
        client.get(f"{group.url}/")

    assert len(many) == len(few)


def test_in_decline_it_tells_what_should_end_before_the_group_is_silent(group, client, monkeypatch):
    link = GroupLink.make(group.community, group.owner, "Pinned")
    shop_db.session.flush()
    for day, many in (("2026-04-15", 20), ("2026-05-10", 8)):
        group.at(f"{day}T04:00:00")
        for _visitor in range(many):
            link.opened()
        shop_db.session.flush()
    group.at("2026-05-20T04:00:00")
    shop_db.session.commit()
    monday = date(2026, 5, 18)
    bars = [
        Bar("mall", Happening(title, "/", now(), now() + timedelta(days=days)), 2, 5, False, False)
        for title, days in (("Short sale", 3), ("Long sale", 300))
    ]
    told = Calendar(monday, {"mall": bars}, [], 0, (0, 0, 5, 4, *[0] * 24), 3)
    monkeypatch.setattr(views, "_running", lambda: told)
    sign_in(client, group.owner)

    page = words(client.get(f"{group.url}/").text)

    assert "it falls silent around" in page
    assert "should end before: Long sale." in page
    assert "The next step Finish what is open, begin one thing" in page
    client.post(f"{group.url}/steps/last/later")
    client.post(f"{group.url}/steps/shelf/later")
    assert "On May 20 5 things sell at once, and you want 3 at most" in words(
        client.get(f"{group.url}/").text
    )
