"""Parts: the inside of a page, drawn once, in everybody's own shell; what has changed is seen by all at once."""

import re

import pytest

from shop.catalog.models import Product, Variant
from shop.hooks import door
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.sql import count_sql
from tests.test_kept import PAGE, SHELF, without_chance


@pytest.fixture
def mei(app, db, client):
    """Mei, signed in, at a shelf whose inside is known: one product of the mall, three of it left."""
    app.extensions["kept"].most = 0
    lin, mei = goods.person("Lin"), goods.person("Mei")
    tea = goods.community(lin)
    switch(tea.id, "mall", True, lin.id)
    goods.offer(goods.listing(goods.product(goods.merchant(lin), "Oolong", stock=3), tea, lin), lin)
    db.session.commit()
    mei = goods.signed_in(app.test_client(), mei)
    for path in (SHELF, PAGE) * 2:
        assert (client.get(path).status_code, mei.get(path).status_code) == (200, 200)
    return mei


@pytest.mark.both_engines
@pytest.mark.parametrize("path", [SHELF, PAGE])
def test_a_page_around_a_part_is_the_page_that_is_made_from_nothing(app, mei, client, path):
    for who in (mei, client):
        with count_sql(app) as sql:
            around = who.get(path)
        app.extensions["parts"].most = 0
        made = who.get(path)
        app.extensions["parts"].most = 400

        assert sql == []  # who asks is looked up past SQLAlchemy, as is whether the part is true
        assert without_chance(around.text) == without_chance(made.text)
        assert {name for name, _value in around.headers} == {name for name, _value in made.headers}
        nonce = re.search("'nonce-([^']+)'", around.headers["Content-Security-Policy"])[1]
        assert f'nonce="{nonce}"' in around.text


def test_a_change_is_seen_by_who_is_signed_in(db, mei):
    db.session.get(Product, 1).name = "Rock oolong"
    db.session.commit()
    renamed = mei.get(SHELF).text
    db.session.get(Variant, 1).stock.take(1)
    db.session.commit()

    assert "Rock oolong" in renamed
    assert "Only 2 left" in mei.get(PAGE).text


def test_who_was_signed_out_everywhere_is_a_visitor_at_once(db, mei):
    before = mei.get(SHELF).text
    db.session.get(Person, 2).fs_uniquifier = "another stamp"
    db.session.commit()

    assert 'class="tongues"' not in before
    assert 'class="tongues"' in mei.get(SHELF).text


def test_a_form_token_a_message_and_a_cart_stay_with_whom_they_belong_to(mei, client):
    page = mei.get(PAGE).text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    mei.post("/c/tea/x/mall/lines", data={**form, "quantity": "1"})

    told, after = mei.get(PAGE).text, mei.get(PAGE).text

    assert "is in your cart" in told
    assert "is in your cart" not in after
    assert 'class="count"' in after
    assert 'class="count"' not in client.get(PAGE).text
    assert form["csrf_token"] not in client.get(PAGE).text


def test_each_speaks_their_own_language(mei, client):
    client.get(PAGE, headers={"Accept-Language": "zh-CN"})

    assert 'lang="zh-Hans-CN"' in client.get(PAGE, headers={"Accept-Language": "zh-CN"}).text
    assert 'lang="en"' in mei.get(PAGE).text


def test_a_plugin_that_asks_who_looks_and_says_no_more_is_asked_for_each(app, db, mei):
    switch(1, "reviews", True, 1)
    db.session.commit()
    reviews = door(app).plugins["reviews"].manifest
    before, parts = reviews.shows_each, app.extensions["parts"]
    object.__setattr__(reviews, "shows_each", None)
    try:
        mei.get(SHELF)
        mei.get(SHELF)
        asked = [page.is_each for page in parts._pages.values() if page.ground.holds(parts.engine)]
    finally:
        object.__setattr__(reviews, "shows_each", before)

    assert asked == []
