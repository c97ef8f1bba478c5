"""The dispatcher: one plugin's fault is not another's, nor the page's, nor the order's."""

from contextlib import suppress
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from shop.db import writing
from shop.hooks import Door, Loaded, PluginRefused, door
from shop.hookspecs import HOOKS, NavItem, hookimpl
from shop.manifest import Manifest
from shop.people.models import Person

pytestmark = pytest.mark.both_engines
GOOD = NavItem("Good", "/good")


def with_plugins(app, **plugins) -> Door:
    """A door with these plugins, each a namespace of hook functions."""
    made = Door()
    for name, hooks in plugins.items():
        made.plugins[name] = Loaded(name, "bundled", Manifest(name, name, name, "1", level="site"))
        made.manager.register(SimpleNamespace(**{n: hookimpl(f) for n, f in hooks.items()}), name=name)
    made.settle()
    app.extensions["door"] = made
    return made


def nav(answer):
    def nav_items(area, subject, viewer):
        return answer() if callable(answer) else answer

    return {"nav_items": nav_items}


def ask(made: Door):
    asked = made.asked_in(None)
    return made.ask_all("nav_items", asked, area="account", subject=None, viewer=None)


def raises():
    raise RuntimeError("broken")


def leaves():
    raise SystemExit(3)


@pytest.mark.parametrize("fault", [raises, leaves, "not a list", lambda: [1, 2][7]])
def test_a_plugin_that_fails_leaves_the_page_without_its_piece(app, db, fault):
    made = with_plugins(app, bad=nav(fault), good=nav([GOOD]))

    answers = ask(made)

    assert answers == [("good", [GOOD])]
    assert made.tallies["bad", "nav_items"].failures == 1


@pytest.mark.parametrize("may_write", [False, True])
def test_a_broken_statement_in_one_plugin_does_not_reach_the_page(app, db, may_write):
    def breaks():
        db.session.execute(text("SELECT nothing FROM nowhere"))

    made = with_plugins(app, bad=nav(breaks), good=nav([GOOD]))

    with writing(may_write):
        assert ask(made) == [("good", [GOOD])]
        assert db.session.scalar(select(Person.id)) is None  # the page can still read


def test_a_plugin_cannot_commit_what_its_host_has_half_done(app, db):
    def commits(order, lines):
        db.session.commit()

    made = with_plugins(app, bad={"order_placing": commits})
    db.session.add(Person(name="Half", email="half@example.com"))
    db.session.flush()

    with pytest.raises(PluginRefused):
        made.ask_owner("bad", "order_placing", order=None, lines=[])
    db.session.rollback()

    assert db.session.scalar(select(Person.id)) is None


def test_what_a_failing_plugin_wrote_is_undone_and_its_host_may_go_on(app, db):
    def breaks_a_constraint(order, lines):
        db.session.add(Person(name="One", email="same@example.com"))
        db.session.flush()
        db.session.add(Person(name="Two", email="same@example.com"))
        db.session.flush()

    made = with_plugins(app, bad={"order_placing": breaks_a_constraint})
    db.session.add(Person(name="Host", email="host@example.com"))
    db.session.flush()

    with pytest.raises(PluginRefused):
        made.ask_owner("bad", "order_placing", order=None, lines=[])
    db.session.commit()

    assert db.session.scalars(select(Person.name)).all() == ["Host"]


def adjusting(db, write):
    def quote_adjusting(quote):
        db.session.add(Person(name=write, email=f"{write}@example.com"))
        if write == "Bad":
            raise RuntimeError("broken")
        return []

    return {"quote_adjusting": quote_adjusting}


def test_an_act_whose_plugin_fails_is_undone_whole_and_its_host_may_go_on(app, db):
    made = with_plugins(app, early=adjusting(db, "Early"), late=adjusting(db, "Bad"))
    db.session.add(Person(name="Host", email="host@example.com"))

    def act():
        with made.together():
            db.session.add(Person(name="Act", email="act@example.com"))
            made.ask_all("quote_adjusting", made.asked_in(None), quote=None)

    with pytest.raises(PluginRefused):
        act()
    db.session.commit()

    assert made.tallies["early", "quote_adjusting"].failures == 0
    assert made.tallies["late", "quote_adjusting"].failures == 1
    assert db.session.scalars(select(Person.name)).all() == ["Host"]


def test_in_an_act_the_plugin_that_left_something_impossible_behind_is_the_one_that_failed(app, db):
    def swallows(quote):
        try:
            db.session.execute(text("SELECT nothing FROM nowhere"))
        except DBAPIError:
            return []

    def leaves_twins(quote):
        db.session.add_all([Person(name=name, email="same@example.com") for name in ("One", "Two")])

    for broken in (swallows, leaves_twins):
        made = with_plugins(app, bad={"quote_adjusting": broken}, good={"quote_adjusting": lambda: []})
        with suppress(PluginRefused), made.together():
            made.ask_all("quote_adjusting", made.asked_in(None), quote=None)
        # SQLite goes on after a statement that it did not understand, PostgreSQL does not.
        harmless = broken is swallows and db.engine.dialect.name == "sqlite"
        assert made.tallies["bad", "quote_adjusting"].failures == (0 if harmless else 1)
        assert ("good", "quote_adjusting") not in made.tallies or harmless
        assert db.session.scalar(select(Person.id)) is None


def test_inside_a_hook_an_act_of_its_own_is_undone_by_itself(app, db):
    def asks(quote):
        with pytest.raises(PluginRefused), made.together():
            made.ask_owner("bad", "line_pricing", wishes=[], buyer=None)
        return []

    def breaks(wishes, buyer):
        db.session.add(Person(name="Inner", email="inner@example.com"))
        raise RuntimeError("broken")

    made = with_plugins(app, asking={"quote_adjusting": asks}, bad={"line_pricing": breaks})

    with made.together():
        db.session.add(Person(name="Act", email="act@example.com"))
        assert made.ask_all("quote_adjusting", made.asked_in(None), quote=None) == [("asking", [])]
    db.session.commit()

    assert db.session.scalars(select(Person.name)).all() == ["Act"]


def test_plugins_are_asked_by_priority_then_name(app, db):
    made = with_plugins(app, zebra=nav([GOOD]), ant=nav([GOOD]))
    assert [name for name, _answer in ask(made)] == ["ant", "zebra"]

    made.plugins["zebra"].manifest = Manifest("zebra", "z", "z", "1", level="site", priority=1)
    made.settle()

    assert [name for name, _answer in ask(made)] == ["zebra", "ant"]


def test_every_hook_says_how_it_is_asked_and_what_a_failure_does():
    assert {
        name: p for name, p in HOOKS.items() if p.failure not in ("skip", "stop", "retry", "left out")
    } == {}
    assert {p.to for p in HOOKS.values()} == {"owner", "all"}


def test_bundled_plugins_load(app):
    with app.app_context():
        broken = {p.name: p.error for p in door().plugins.values() if p.error}

    assert broken == {}
