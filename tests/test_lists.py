"""Every list goes on by keyset: with one row, with three, and as cheaply with three as with one."""

import html
import re
from importlib import import_module
from itertools import chain

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop import paging
from shop.config import ROOT
from tests.support import lists
from tests.support.lists import EXCUSED, Place
from tests.support.people import sign_in
from tests.support.sql import count_sql

# A plugin tells of its own lists in tests/plugins/<name>/lists.py.
BROUGHT = [
    import_module(f"tests.plugins.{path.parent.name}.lists")
    for path in sorted((ROOT / "tests" / "plugins").glob("*/lists.py"))
    if (ROOT / "plugins" / path.parent.name).is_dir()
]
LISTS = dict(chain(lists.LISTS.items(), *(module.LISTS.items() for module in BROUGHT)))
WHERE = "tests/support/lists.py or tests/plugins/<name>/lists.py"
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def test_every_list_has_a_row(app: Flask):
    known = {name.partition(" ")[0] for name in LISTS}
    found = {endpoint for endpoint in app.view_functions if endpoint.endswith(".index")}

    assert found - known - set(EXCUSED) == set(), f"give these a row in {WHERE}"
    assert set(EXCUSED) - found == set()


def test_every_page_of_rows_has_a_row(app: Flask):
    """A list that stands on a page of another name is found by what cuts it into pages."""
    views = [app.view_functions.get(name.partition(" ")[0]) for name in LISTS]
    files = [view.__code__.co_filename for view in views if view is not None]
    sources = [file for top in ("shop", "plugins") for file in (ROOT / top).rglob("*.py")]
    cut = {str(file): len(re.findall(r"(?<!def )\bpage_of\(", file.read_text())) for file in sources}

    missing = {file: calls for file, calls in cut.items() if calls > files.count(file)}

    assert missing == {}, f"give the lists of these files a row in {WHERE}"


@pytest.mark.both_engines
@pytest.mark.parametrize("name", LISTS)
def test_list_goes_on(
    app: Flask, db: SQLAlchemy, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str
):
    app.extensions["kept"].most = app.extensions["parts"].most = 0  # pages are made
    place, listed = Place.open(), LISTS[name]
    sign_in(client, place.person)
    url = address(app, name.partition(" ")[0], place)
    rows = [listed.first(place)] if listed.first else []

    if not rows:
        rows.append(grown(db, place, name))
    client.get(url)  # what is read once is read now
    with count_sql(app) as for_one:
        one = client.get(url)
    while len(rows) < 3:
        rows.append(grown(db, place, name))
    with count_sql(app) as for_three:
        client.get(url)
    monkeypatch.setattr(paging, "LONGEST", 2)
    three = client.get(url)

    assert (shown(one.text, rows), following(one.text, listed.mark)) == (rows[:1], None)
    assert len(for_three) == len(for_one), (for_one, for_three)
    order = rows[::-1] if listed.newest_first else rows
    if listed.whole:
        assert (shown(three.text, order), NEXT.search(three.text)) == (order, None)
        return
    assert shown(three.text, order) == order[:2]
    rest = client.get(following(three.text, listed.mark))
    assert (shown(rest.text, order), following(rest.text, listed.mark)) == (order[2:], None)
    assert client.get(f"{url}?{listed.mark}=nonsense").status_code == 422


def grown(db: SQLAlchemy, place: Place, name: str) -> str:
    row = LISTS[name].add(place)
    db.session.commit()
    place.n += 1
    return row


def shown(page: str, rows: list[str]) -> list[str]:
    """Those of the rows that stand in the page's main part, as they follow one another there."""
    main = html.unescape(page[page.index("<main") : page.index("</main>")])
    return sorted((row for row in rows if row in main), key=main.index)


def following(page: str, mark: str) -> str | None:
    """Where this list of the page goes on."""
    links = [html.unescape(link) for link in NEXT.findall(page)]
    return next((link for link in links if f"{mark}=" in link), None)


def address(app: Flask, endpoint: str, place: Place) -> str:
    names = {"community": place.stall.community.slug, "merchant": place.stall.merchant.slug}
    names |= {"name": "mall"}
    with app.test_request_context():
        wanted = {argument for rule in app.url_map.iter_rules(endpoint) for argument in rule.arguments}
        adapter = app.url_map.bind("localhost")
        return adapter.build(endpoint, {key: names.get(key, 1) for key in wanted})
