"""The nine sabotages: whatever a plugin does, a placed order and the page stay as they are."""

import re
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text

from shop import hooks
from shop.db import db as the_db
from shop.db import hook_running
from shop.failures import try_again
from shop.hooks import Loaded, door
from shop.hookspecs import Change, Piece, hookimpl
from shop.manifest import Manifest
from shop.orders.models import Order
from shop.people.models import Person
from shop.switches import PluginFailure, PluginRest
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


def raises(**_asked):
    raise RuntimeError("broken")


def leaves(**_asked):
    raise SystemExit(3)


def returns_a_word(**_asked):
    return "what?"


def returns_wrong_elements(**_asked):
    return [Change("discount", "Half", -100), "what?"]


def makes_a_wrong_answer(**_asked):
    return [Piece("bad/piece.html", data=None)]


def breaks_a_constraint(**_asked):
    the_db.session.add_all([Person(name="A", email="a@example.com"), Person(name="B", email="a@example.com")])
    the_db.session.flush()


def leaves_a_mine(**_asked):
    the_db.session.add_all([Person(name="A", email="a@example.com"), Person(name="B", email="a@example.com")])


def hides_a_broken_statement(**_asked):
    try:
        the_db.session.execute(text("SELECT nothing FROM nowhere"))
    except Exception:
        return []


def commits(**_asked):
    the_db.session.commit()


def commits_below(**_asked):
    the_db.session.connection().get_transaction().commit()


def rolls_back(**_asked):
    the_db.session.rollback()


def hangs(**_asked):
    while True:
        pass


def hangs_and_holds_on(**_asked):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                pass
        except Exception:
            continue


SABOTAGES = [
    raises,
    leaves,
    returns_a_word,
    returns_wrong_elements,
    makes_a_wrong_answer,
    breaks_a_constraint,
    leaves_a_mine,
    commits,
    commits_below,
    rolls_back,
    hangs,
    hangs_and_holds_on,
]


def add_plugin(app, name, **hooks):
    """A plugin of these hook functions, working everywhere."""
    made = door(app)
    made.plugins[name] = Loaded(name, "bundled", Manifest(name, name, name, "1", level="site"))
    made.manager.register(SimpleNamespace(**{n: hookimpl(f) for n, f in hooks.items()}), name=name)
    made.settle()
    return made


@pytest.fixture(autouse=True)
def _little_time(monkeypatch):
    """Only for the one that hangs: a loaded machine may make anybody slow."""
    really = hooks.Watch
    monkeypatch.setattr(
        hooks, "Watch", lambda seconds: really(0.3 if hook_running.get() == "bad" else seconds)
    )


def doorbell(hook, deed):
    """A hook function with the arguments that the hook gives."""
    bells = {
        "page_pieces": lambda slot, subjects, community, viewer: deed(),
        "nav_items": lambda area, subject, viewer: deed(),
        "quote_adjusting": lambda quote: deed(),
        "action_checking": lambda action, subject, by: deed(),
    }
    return bells[hook]


@pytest.mark.parametrize("deed", [*SABOTAGES, hides_a_broken_statement], ids=lambda deed: deed.__name__)
def test_a_display_hook_that_is_sabotaged_costs_only_its_piece(app, db, client, deed):
    stall = open_stall()
    order = order_from(stall)
    number, secret = order.number, order.secret
    add_plugin(app, "bad", page_pieces=doorbell("page_pieces", deed), nav_items=doorbell("nav_items", deed))

    client.get(f"/o/{secret}")
    pages = [client.get(url) for url in ("/c/tea", "/c/tea/p/1", f"/orders/{number}")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "Oolong" in pages[0].text
    assert "Oolong" in pages[1].text
    assert number in pages[2].text
    db.session.expire_all()
    assert db.session.scalars(select(Order.state)).all() == ["pending"]
    assert db.session.scalar(select(Person.id).where(Person.email == "a@example.com")) is None
    if deed is not hides_a_broken_statement:
        assert {row.name for row in db.session.scalars(select(PluginFailure))} == {"bad"}


@pytest.mark.parametrize("deed", SABOTAGES, ids=lambda deed: deed.__name__)
@pytest.mark.parametrize("hook", ["quote_adjusting", "action_checking"])
def test_a_money_hook_that_is_sabotaged_stops_the_act_and_leaves_the_placed_order(app, db, hook, deed):
    stall = open_stall()
    order_from(stall)
    add_plugin(app, "bad", **{hook: doorbell(hook, deed)})

    with pytest.raises(Exception, match="does not answer"):
        order_from(stall)
    db.session.rollback()

    assert db.session.scalars(select(Order.state)).all() == ["pending"]
    assert db.session.scalar(select(Person.id).where(Person.email == "a@example.com")) is None


def test_a_plugin_that_fails_five_times_rests_in_all_processes_until_it_is_tried_again(app, db, client):
    open_stall()
    asked = []

    def page_pieces(slot, subjects, community, viewer):
        asked.append(slot)
        raise RuntimeError("broken")

    made = add_plugin(app, "bad", page_pieces=page_pieces)
    for _time in range(4):
        client.get("/c/tea")
    assert len(asked) == 6  # three slots a page, and after five failures none
    assert [row.name for row in db.session.scalars(select(PluginRest))] == ["bad"]

    made.breaker.resting = frozenset()  # as another process, which has not heard of it
    client.get("/c/tea")
    assert len(asked) == 6

    operator = Person(name="Op", email="op@example.com", is_operator=True)
    db.session.add(operator)
    db.session.flush()
    try_again("bad", operator.id)
    db.session.commit()
    client.get("/c/tea")
    assert len(asked) == 9
    assert len(list(db.session.scalars(select(PluginRest).where(PluginRest.ended_at.is_(None))))) == 0


@pytest.mark.settings(ENV="development", SECRET_KEY="a key that only tests know, and long enough")
def test_in_development_the_bar_says_what_a_hook_failed_of_and_where(app, client, db, cli_runner):
    def dies(slot):
        raise ValueError("no tin in the box")

    open_stall()
    add_plugin(app, "bad", page_pieces=dies)

    page = client.get("/c/tea?hooks=1").text

    assert re.search(
        r"<b>bad\.page_pieces failed: ValueError: no tin in the box \(test_sabotage\.py, line \d+\)</b>", page
    )
    told = cli_runner.invoke(args=["plugins", "status", "bad"]).output
    assert "  the last: page_pieces: ValueError: no tin in the box\n" in told
