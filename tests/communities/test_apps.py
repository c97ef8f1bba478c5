"""Plugins switched on and off in a community without a restart."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import IntegerField
from wtforms.validators import InputRequired

from shop.communities.models import Community
from shop.events import Event
from shop.hooks import Loaded, door
from shop.hookspecs import hookimpl
from shop.jobs import run_until_idle
from shop.manifest import Manifest
from shop.people.models import Person
from shop.switches import PluginSwitch, enabled_in, settings_of
from tests.communities.conftest import SignIn


class GreetingForm(FlaskForm):
    """Settings of the plugin of these tests."""

    cups = IntegerField("Cups", [InputRequired()])


@pytest.fixture
def told(app: Flask) -> list[tuple[str, bool]]:
    """Two plugins, one of which needs the other; what the first was told."""
    heard: list[tuple[str, bool]] = []

    class Greeting:
        @staticmethod
        @hookimpl
        def plugin_switched(community: Community, on: bool) -> None:
            heard.append((community.slug, on))

    known = door(app)
    greeting = Manifest(
        "greeting",
        "Greeting",
        "Says hello.",
        "1.2",
        reads=("names of members",),
        community_settings=f"{__name__}:GreetingForm",
    )
    parting = Manifest("parting", "Parting", "Says goodbye.", "0.1", requires=("greeting",))
    for manifest in (greeting, parting):
        known.plugins[manifest.name] = Loaded(manifest.name, "bundled", manifest)
    known.manager.register(SimpleNamespace(plugin_switched=Greeting.plugin_switched), name="greeting")
    known.settle()
    return heard


def test_a_card_says_what_a_plugin_is_and_reads(tea: Community, lin: Person, as_: SignIn, told: list):
    page = as_(lin).get("/c/tea/manage/apps").text

    for words in ("Greeting", "Says hello.", "Version 1.2", "names of members", "Switch on"):
        assert words in page


def test_a_plugin_is_switched_on_and_told_after_the_commit(
    app: Flask, db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, told: list
):
    answer = as_(lin).post("/c/tea/manage/apps/greeting/switch", data={"on": "1"})

    assert (answer.status_code, answer.location) == (303, "/c/tea/manage/apps/greeting")
    assert "greeting" in enabled_in(tea.id)
    event = db.session.scalars(select(Event).where(Event.name == "plugin.switched")).one()
    assert event.payload == {"plugin": "greeting", "on": True, "by": lin.id}
    assert told == []
    db.session.commit()
    run_until_idle(app)
    assert told == [("tea", True)]


def test_switching_off_keeps_the_settings(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, told: list
):
    browser = as_(lin)
    browser.post("/c/tea/manage/apps/greeting/switch", data={"on": "1"})

    wrong = browser.post("/c/tea/manage/apps/greeting", data={"cups": "many"})
    kept = browser.post("/c/tea/manage/apps/greeting", data={"cups": "3"})
    browser.post("/c/tea/manage/apps/greeting/switch", data={"on": "0"})

    assert (wrong.status_code, kept.status_code) == (422, 303)
    assert enabled_in(tea.id) == frozenset()
    assert settings_of(tea.id, "greeting") == {"cups": 3}
    assert 'value="3"' in browser.get("/c/tea/manage/apps/greeting").text
    row = db.session.scalars(select(PluginSwitch)).one()
    assert row.by_id == lin.id


def test_what_a_plugin_needs_is_switched_on_before_it(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, told: list
):
    browser = as_(lin)

    early = browser.post("/c/tea/manage/apps/parting/switch", data={"on": "1"})
    browser.post("/c/tea/manage/apps/greeting/switch", data={"on": "1"})
    browser.post("/c/tea/manage/apps/parting/switch", data={"on": "1"})
    needed = browser.post("/c/tea/manage/apps/greeting/switch", data={"on": "0"})

    assert (early.status_code, "switch on first: Greeting" in early.text) == (409, True)
    assert (needed.status_code, "needed by Parting" in needed.text) == (409, True)
    assert enabled_in(tea.id) == {"greeting", "parting"}


def test_an_unknown_plugin_is_not_found(tea: Community, lin: Person, as_: SignIn, told: list):
    assert as_(lin).post("/c/tea/manage/apps/nothing/switch", data={"on": "1"}).status_code == 404
    assert as_(lin).get("/c/tea/manage/apps/parting").status_code == 404
