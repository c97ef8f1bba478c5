"""What counts, and how often: each metric by its written definition, each day once, by the group's own calendar."""

import pytest
from sqlalchemy import func, select

from plugins.pulse.counting import count_due
from plugins.pulse.deeds import Deed, deeds_in
from plugins.pulse.metrics import MEASURED, METRICS
from plugins.pulse.models import PulseDay
from shop.clock import now
from shop.communities.links import GroupLink
from shop.db import db as shop_db
from shop.jobs import run_until_idle


def test_there_are_eleven_metrics_and_the_managers_own_and_two_are_not_measured():
    assert len(METRICS) == 12
    assert [metric.code for metric in METRICS if metric.why_not] == ["read", "online"]
    assert all(bool(metric.means) != bool(metric.why_not) for metric in METRICS)


def test_each_metric_counts_what_its_definition_says(group):
    group.wrote(group.ana, 1, voices=2)
    group.wrote(group.ana, 2)
    group.tell("feedback.filed", person=group.bo.id, product=None, ticket=1)
    group.tell("feedback.followed", ticket=1, voices=1)
    group.tell("trials.reported", person=group.cy.id, product=1, report=1)
    group.tell("affiliate.published", article=7, person=group.cy.id)
    group.tell("rules.changed", version=2, by=group.owner.id)
    group.tell("naming.closed", round=1, namer=None, voters=[group.bo.id])
    link = GroupLink.make(group.community, group.owner, "Pinned")
    shop_db.session.flush()
    for person in (group.ana, None):
        link.opened().person_id = person.id if person else None

    group.count()

    assert {metric.code: group.days(metric.code) for metric in MEASURED} == {
        "speakers": {"2026-05-20": 3},
        "heard": {"2026-05-20": 2},
        "posts": {"2026-05-20": 5},
        "voices": {"2026-05-20": 3},
        "answered": {"2026-05-20": 2},
        "openings": {"2026-05-20": 2},
        "visitors": {"2026-05-20": 4, "2026-04-01": 4},
        "peak": {"2026-05-20": 4, "2026-04-01": 4},
        "joined": {"2026-04-01": 4},
        "managing": {"2026-05-20": 1},
    }


@pytest.mark.both_engines
def test_a_day_counted_again_has_one_number_the_last(group):
    group.wrote(group.ana, 1)
    group.count()
    group.wrote(group.bo, 2)
    shop_db.session.commit()

    counted = [count_due()]  # not again within the hour
    group.at("2026-05-20T05:30:00")
    counted += [count_due(), count_due()]

    shop_db.session.expire_all()
    assert counted == [0, 1, 0]
    assert group.days("posts") == {"2026-05-20": 2}
    twice = select(PulseDay.day).group_by(PulseDay.day, PulseDay.metric).having(func.count() > 1)
    assert shop_db.session.scalars(twice).all() == []


def test_the_day_is_the_groups_own(group):
    group.at("2026-05-19T15:59:00")
    group.wrote(group.ana, 1)
    group.at("2026-05-19T16:01:00")
    group.wrote(group.bo, 2)

    group.count()

    assert group.days("posts") == {"2026-05-19": 1, "2026-05-20": 1}


def test_whoever_floods_counts_three_times_and_what_is_hidden_not_at_all(group):
    for review in range(1, 7):
        group.wrote(group.ana, review)
    group.wrote(group.bo, 7, voices=1)
    group.tell("reviews.hidden", review=7, hiding=1)
    group.wrote(group.cy, 8, voices=1)
    group.tell("reviews.hidden", review=8, hiding=2)
    group.tell("reviews.judged", review=8, hiding=2, shows=True)
    group.wrote(group.ana, 1)  # told twice

    group.count()

    told = {code: group.days(code).get("2026-05-20") for code in ("posts", "speakers", "voices", "heard")}
    assert told == {"posts": 4, "speakers": 2, "voices": 1, "heard": 1}


def test_an_answer_taken_back_and_given_again_is_no_new_one(group):
    group.at("2026-05-18T04:00:00")
    group.wrote(group.ana, 1, voices=3)
    group.at("2026-05-19T04:00:00")
    group.tell("reviews.voted", review=1, voices=1)
    group.tell("reviews.voted", review=1, voices=3)
    group.at("2026-05-20T04:00:00")
    group.tell("reviews.voted", review=1, voices=4)

    group.count()

    assert group.days("voices") == {"2026-05-18": 3, "2026-05-20": 1}


def test_who_did_nothing_for_a_week_is_silent(group):
    group.at("2026-04-25T04:00:00")
    group.wrote(group.ana, 1)
    group.at("2026-05-15T04:00:00")
    group.wrote(group.bo, 2)
    group.at("2026-05-20T04:00:00")

    group.count()

    assert group.days("members") == {"2026-05-20": 4}
    assert group.days("silent_7") == {"2026-05-20": 3}
    assert group.days("silent_30") == {"2026-05-20": 2}


def test_what_another_community_does_is_not_counted_here(group):
    group.tell("reviews.published", person=group.ana.id, product=1, review=1)
    shop_db.session.commit()

    deeds = deeds_in(group.community, NOON := now(), NOON)

    assert deeds == []
    assert Deed("review", "review:1", group.ana.id, NOON) not in deeds


def test_it_counts_as_soon_as_it_is_switched_on(group):
    group.wrote(group.ana, 1)
    group.tell("plugin.switched", plugin="pulse", on=True, by=group.owner.id)
    shop_db.session.commit()

    run_until_idle(group.app)
    shop_db.session.expire_all()

    assert group.days("posts") == {"2026-05-20": 1}
