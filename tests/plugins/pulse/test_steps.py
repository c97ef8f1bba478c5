"""The next step: each rule speaks when it should, says why, and the most pressing comes first."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask import g
from flask_babel import force_locale

from plugins.pulse.bands import BANDS, band_of
from plugins.pulse.steps import Facts, steps_for

WELL = Facts(
    stage="active", band=band_of(60), members=60, seats=150, managers=2, has_rules=True, waiting=0, live_links=3,
    products=5, openings=40, posts=6, silent_7=20, silent_30=5,
)  # fmt: skip


RULES = (
    ({"waiting": 2}, "answer", "2 people wait"),
    ({"stage": "silent"}, "last", "fallen silent"),
    ({"stage": "decline"}, "last", "Fewer come than before"),
    ({"live_links": 0}, "link", "No link leads here"),
    ({"seats": 62}, "full", "60 of 62 seats"),
    ({"members": 140, "managers": 3, "seats": 500}, "split", "About 150"),
    ({"products": 0}, "shelf", "Nothing stands on the shelf"),
    ({"too_much": ("May 21", 5, 3)}, "load", "On May 21 5 things sell at once"),
    ({"has_rules": False}, "rules", "no rules in writing"),
    ({"managers": 1}, "managers", "about 2 share the work"),
    ({"members": 7, "band": band_of(7)}, "core", "There are 7 members"),
    ({"openings": 0}, "share", "nobody opened a link"),
    ({"silent_7": 31}, "wake", "31 % of the members"),
    ({"posts": 0}, "words", "nobody wrote"),
)


@pytest.fixture
def _in_english(app):
    with app.test_request_context(), force_locale("en"):
        g.community = SimpleNamespace(slug="tea")
        yield


@pytest.mark.usefixtures("_in_english")
def test_a_step_says_what_and_why():
    assert steps_for(WELL) == []  # a group that is well is left alone
    for change, code, why in RULES:
        (step,) = steps_for(replace(WELL, **change))

        assert (step.code, why in step.why) == (code, True), step
        assert step.url.startswith(("/c/tea/", "/communities/new"))


@pytest.mark.usefixtures("_in_english")
def test_what_is_switched_on_is_where_a_silent_group_is_woken():
    step = steps_for(replace(WELL, silent_7=60, apps={"feedback": "/here", "points": "/there"}))[0]

    assert (step.url, step.title) == ("/there", "Thank those who write: announce gifts for the best comments")


@pytest.mark.usefixtures("_in_english")
def test_who_waits_for_an_answer_comes_first():
    hard = replace(WELL, waiting=1, live_links=0, products=0, has_rules=False, posts=0, openings=0)

    assert [step.code for step in steps_for(hard)] == ["answer", "link", "shelf", "rules", "share", "words"]


def test_every_size_has_its_band():
    assert [band.most for band in BANDS] == [20, 30, 50, 80, 100, 150, 500]
    assert [band_of(n).most for n in (0, 20, 21, 50, 51, 150, 151, 9000)] == [
        20,
        20,
        30,
        50,
        80,
        150,
        500,
        500,
    ]
