"""The contract of every plugin, as tests: `from shop.testing.contract import *` in a test file of yours.

It needs the fixtures of shop.testing.fixtures, with `plugin` naming yours; a mode also gives an `offer` fixture.
"""

import json
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import func, inspect, select

from shop import migrating
from shop.db import Base, hook_running
from shop.hooks import door
from shop.hookspecs import HOOKS
from shop.orders.quoting import Wish, make_quote
from shop.plugins import resolve
from shop.settings import form_class
from shop.switches import switch
from shop.testing import goods
from shop.testing.sql import count_sql

__all__ = [
    "test_a_hook_that_raises_costs_only_its_own_piece",
    "test_a_person_can_take_their_data_and_be_forgotten",
    "test_it_loads_and_everything_bears_its_name",
    "test_its_hooks_speak_to_no_other_machine",
    "test_its_migrations_go_up_fit_the_models_go_down_and_up_again",
    "test_its_pages_are_not_there_where_it_is_off",
    "test_its_readme_tells_every_setting",
    "test_many_listings_ask_the_database_no_more_often_than_one",
    "test_who_is_paid_for_promoting_is_told",
]

# Four weeks for which a calendar is asked.
SINCE = datetime(2031, 1, 6, tzinfo=UTC)
UNTIL = SINCE + timedelta(weeks=4)


def test_it_loads_and_everything_bears_its_name(app, plugin):
    loaded = door(app).plugins[plugin]

    assert loaded.error is None
    assert loaded.works
    assert loaded.manifest.name == plugin
    assert [t for t in own_tables(plugin) if not t.name.startswith(f"{plugin}_")] == []
    blueprints = [name for name, (owner, _scope) in door(app).scopes.items() if owner == plugin]
    assert [name for name in blueprints if name.split("_")[0] != plugin] == []
    careless = [
        f"{table.name}.{key.parent.name}"
        for table in own_tables(plugin)
        for key in table.foreign_keys
        if not key.target_fullname.startswith(f"{plugin}_") and key.ondelete not in ("CASCADE", "SET NULL")
    ]
    assert careless == [], "a row of the core may go: say ondelete=CASCADE or SET NULL"


def test_its_migrations_go_up_fit_the_models_go_down_and_up_again(app, plugin):
    if not door(app).plugins[plugin].manifest.models:
        return
    with app.app_context():
        assert migrating.differences(plugin) == []
    migrating.downgrade(app, plugin)
    with app.app_context(), migrating.db.engine.connect() as connection:
        assert [t for t in inspect(connection).get_table_names() if t.startswith(f"{plugin}_")] == []

    migrating.upgrade_all(app, only=plugin)

    with app.app_context():
        assert migrating.differences(plugin) == []


def test_its_pages_are_not_there_where_it_is_off(app, db, client, plugin, community, owner):
    if door(app).plugins[plugin].manifest.level == "site":
        return
    goods.signed_in(client, owner)
    switch(community.id, plugin, False, owner.id)

    there = {url: client.get(url).status_code for url in community_pages(app, plugin, community.slug)}

    assert {url: status for url, status in there.items() if status != 404} == {}


def test_a_hook_that_raises_costs_only_its_own_piece(app, client, plugin, community, listing, offer_of_it):
    def fails(**_asked: Any) -> None:
        raise RuntimeError("broken on purpose")

    broken = SimpleNamespace(function=fails, argnames=(), kwargnames=())
    answers = door(app)._implementations
    for hook, promise in HOOKS.items():
        if promise.failure == "skip":
            answers[hook] = [(name, broken if name == plugin else impl) for name, impl in answers[hook]]

    assert client.get(f"/c/{community.slug}").status_code == 200
    assert client.get(f"/c/{community.slug}/p/{listing.id}").status_code == 200


def test_many_listings_ask_the_database_no_more_often_than_one(
    app, db, client, community, merchant, owner, listing, offer_of_it
):
    app.extensions["kept"].most = app.extensions["parts"].most = 0  # what is counted is a page made
    client.get(f"/c/{community.slug}")
    with count_sql(app) as for_one:
        client.get(f"/c/{community.slug}")

    for i in range(5):
        another = goods.listing(goods.product(merchant, f"More {i}", stock=3), community, owner)
        if offer_of_it is not None:
            more = {"settings": dict(offer_of_it.settings)}
            goods.offer(another, owner, offer_of_it.plugin, offer_of_it.kind, **more)
    client.get(f"/c/{community.slug}")
    with count_sql(app) as for_six:
        client.get(f"/c/{community.slug}")

    assert len(for_six) == len(for_one), "\n".join(for_six)


def test_its_hooks_speak_to_no_other_machine(
    app, db, client, plugin, community, listing, person, offer_of_it
):
    spoke: list[Any] = []
    really = socket.socket.connect

    def heard(self: socket.socket, address: Any) -> Any:
        if hook_running.get() is not None:
            spoke.append(address)
        return really(self, address)

    with patch.object(socket.socket, "connect", heard):
        client.get(f"/c/{community.slug}")
        client.get(f"/c/{community.slug}/p/{listing.id}")
        if offer_of_it is not None:
            quote_of(community, offer_of_it, person)
        with app.test_request_context(f"/c/{community.slug}/manage/calendar"):
            told = what_runs(plugin, community)
            asked = {"community": community, "people": [person.id], "since": SINCE - timedelta(days=9999)}
            deeds = door().ask_owner(plugin, "deeds", **asked) or []

    assert spoke == []
    assert {deed.person for deed in deeds} <= {person.id}
    assert {deed.kind for deed in deeds} <= {"word", "vote", "took"}
    assert [one for one in told if not (one.starts < UNTIL and (one.ends is None or one.ends > SINCE))] == []


def test_a_person_can_take_their_data_and_be_forgotten(
    app, db, plugin, community, person, request, offer_of_it
):
    if offer_of_it is not None and "place_order" in request.fixturenames:
        request.getfixturevalue("place_order")(offer_of_it)
    told = door().ask_owner(plugin, "person_data", person=person, act="export")
    assert json.loads(json.dumps(told)) == told

    door().ask_owner(plugin, "person_data", person=person, act="erase")
    db.session.commit()

    left = {
        f"{table.name}.{key.parent.name}": db.session.scalar(
            select(func.count()).select_from(table).where(key.parent == person.id)
        )
        for table in own_tables(plugin)
        for key in table.foreign_keys
        if key.target_fullname == "person.id"
    }
    assert {column: n for column, n in left.items() if n} == {}


def test_who_is_paid_for_promoting_is_told(app, client, plugin, community, listing, offer_of_it):
    kinds = {kind.code: kind for kind in door(app).plugins[plugin].manifest.offer_kinds}
    if offer_of_it is None or not kinds[offer_of_it.kind].pays_promoter:
        return

    assert 'class="disclosure"' in client.get(f"/c/{community.slug}/p/{listing.id}").text


def test_its_readme_tells_every_setting(app, plugin):
    loaded = door(app).plugins[plugin]
    with app.test_request_context():
        forms = [form_class(r) for r in (loaded.manifest.settings, loaded.manifest.community_settings) if r]
        forms += [resolve(kind.form) for kind in loaded.manifest.offer_kinds]
        names = [
            name
            for form in forms
            for name in dir(form)
            if hasattr(getattr(form, name, None), "field_class") and not name.startswith("_")
        ]
    readme = loaded.folder / "README.md"

    assert readme.is_file(), "a plugin has a README.md"
    text = readme.read_text("utf-8").lower()
    assert [name for name in names if name.replace("_", " ") not in text and name not in text] == []


@pytest.fixture
def offer_of_it(request: pytest.FixtureRequest, listing: Any) -> Any:
    """The author's `offer`, if there is one."""
    try:
        return request.getfixturevalue("offer")
    except pytest.FixtureLookupError:
        return None


def own_tables(plugin: str) -> list[Any]:
    """The plugin's tables."""
    return [table for name, table in Base.metadata.tables.items() if name.startswith(f"{plugin}_")]


def community_pages(app: Any, plugin: str, slug: str) -> list[str]:
    """The addresses of the plugin's pages in a community, with 1 for every number; those that run off are left out."""
    found = []
    for rule in app.url_map.iter_rules():
        owner, scope = door(app).scopes.get(rule.endpoint.partition(".")[0], ("", ""))
        runs_off = getattr(app.view_functions[rule.endpoint], "shop_runs_off", False)
        if owner == plugin and scope == "community" and "GET" in (rule.methods or ()) and not runs_off:
            values = {name: slug if name == "community" else 1 for name in rule.arguments}
            found.append(str(rule.build(values, append_unknown=False)[1]))  # type: ignore[index]
    return found


def what_runs(plugin: str, community: Any) -> list[Any]:
    """What the plugin tells of the managers' calendar, for four weeks of another year."""
    return door().ask_owner(plugin, "happenings", community=community, since=SINCE, until=UNTIL) or []


def quote_of(community: Any, offer: Any, buyer: Any) -> Any:
    """One of it, quoted."""
    variants = offer.listing.product.variants
    return make_quote(community, [Wish(offer, 1, variants[0] if variants else None)], buyer=buyer)


__all__ += ["offer_of_it"]
