"""The shelf and the page of a listing, as visitors see them."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.catalog.models import Variant
from shop.communities.models import Community
from shop.pictures import StoredPicture
from shop.switches import switch
from tests.support import goods
from tests.support.sql import count_sql

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def lin():
    return goods.person("Lin")


@pytest.fixture
def tea(lin) -> Community:
    return goods.community(lin)


def fill(tea: Community, lin, n: int) -> None:
    seller = goods.merchant(lin)
    for i in range(1, n + 1):
        made = goods.product(seller, f"Tea {i:02d}", 1000 + i, stock=i % 3)
        made.tags = ["green", f"t{i}"]
        made.add_picture(StoredPicture(f"pictures/ab/{i:040x}", 960, 960, "#ffffff"))
        made.settle()
        goods.offer(goods.listing(made, tea, lin), lin)


@pytest.mark.both_engines
@pytest.mark.parametrize("n", [1, 3])
def test_shelf_shows_every_listing(client: FlaskClient, tea, lin, n):
    fill(tea, lin, n)

    page = client.get("/c/tea")

    assert page.status_code == 200
    assert page.text.count('<li class="tile') == n
    assert page.text.count('loading="lazy"') == max(0, n - 2)


def test_shelf_goes_on_on_the_next_page(client: FlaskClient, tea, lin):
    fill(tea, lin, 30)

    first = client.get("/c/tea")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = client.get(following)

    names = re.findall(r"Tea \d\d", first.text) + re.findall(r"Tea \d\d", second.text)
    assert names == [f"Tea {i:02d}" for i in range(1, 31)]


def test_search_finds_by_name_and_tag(client: FlaskClient, tea, lin):
    fill(tea, lin, 5)

    assert re.findall(r"Tea \d\d", client.get("/c/tea?q=tea+03").text) == ["Tea 03"]
    assert re.findall(r"Tea \d\d", client.get("/c/tea?q=T4").text) == ["Tea 04"]
    assert "Nothing here is called" in client.get("/c/tea?q=coffee").text


def test_empty_shelf_says_so(client: FlaskClient, tea):
    assert "The shelf is still empty" in client.get("/c/tea").text


def test_what_is_sold_out_is_marked(client: FlaskClient, tea, lin):
    fill(tea, lin, 3)

    assert client.get("/c/tea").text.count("tile gone") == 1


@pytest.mark.settings(KEPT_PAGES=0)
@pytest.mark.parametrize("who", ["a visitor", "a person"])
def test_shelf_asks_the_database_as_often_for_five_as_for_fifty(
    app: Flask, client: FlaskClient, tea, lin, who
):
    if who == "a person":
        goods.signed_in(client, lin)
    fill(tea, lin, 5)
    client.get("/c/tea")
    with count_sql(app) as for_five:
        client.get("/c/tea")

    seller = goods.merchant(lin, "Other")
    for i in range(45):
        goods.offer(goods.listing(goods.product(seller, f"More {i}"), tea, lin), lin)
    client.get("/c/tea")
    with count_sql(app) as for_fifty:
        client.get("/c/tea")

    assert len(for_five) == len(for_fifty) == (4 if who == "a person" else 3)


@pytest.mark.settings(KEPT_PAGES=0)
@pytest.mark.parametrize("who", ["a visitor", "a person"])
def test_listing_asks_the_database_few_times(app: Flask, client: FlaskClient, tea, lin, who):
    if who == "a person":
        goods.signed_in(client, lin)
    fill(tea, lin, 1)
    client.get("/c/tea")
    with count_sql(app) as sql:
        assert client.get("/c/tea/p/1").status_code == 200

    assert len(sql) == (4 if who == "a person" else 3)


@pytest.mark.both_engines
def test_listing_tells_price_seller_and_story(client: FlaskClient, tea, lin):
    made = goods.product(goods.merchant(lin), "Rock oolong", 12800)
    made.add_variant(Variant.make(25600, values=["100 g"]))
    made.story = "Picked by **hand**.\n\n<script>alert(1)</script>"
    made.settle()
    goods.listing(made, tea, lin)

    page = client.get("/c/tea/p/1-rock-oolong")

    assert "¥128.00–¥256.00" in page.text.replace("CN¥", "¥")
    assert "Sold by Old Hill" in page.text
    assert "<strong>hand</strong>" in page.text
    assert "<script>alert" not in page.text


def test_the_foot_of_a_product_leads_home_to_whom_to_ask_and_to_the_orders(client: FlaskClient, tea, lin):
    seller = goods.merchant(lin)
    seller.contact = "hello@hill.example"
    goods.listing(goods.product(seller, "Oolong"), tea, lin)
    switch(tea.id, "feedback", True, lin.id)

    page = client.get("/c/tea/p/1").text

    foot = page.partition('<div class="dock in-line">')[2]
    sheet = page.partition('id="service"')[2].partition("</section>")[0]
    assert re.findall("<span>(\\w+)</span>", foot) == ["Home", "Discover", "Service", "Orders", "Me"]
    assert 'popovertarget="service"' in foot
    assert "hello@hill.example" in sheet
    assert re.findall('<a href="([^"]+)"', sheet) == [
        "/c/tea/x/feedback/new?product=1&amp;kind=question",
        "/c/tea/x/feedback/?product=1",
        "mailto:hello@hill.example",
        "/c/tea/about",
    ]


def test_search_engines_read_a_product(client: FlaskClient, tea, lin):
    made = goods.product(goods.merchant(lin), "</script><b>Tea", 12800, stock=0)
    goods.listing(made, tea, lin)

    page = client.get("/c/tea/p/1").text

    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert told["name"] == "</script><b>Tea"
    assert told["offers"]["price"] == "128.00"
    assert told["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert '<meta property="product:price:amount" content="128.00">' in page


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_listing_of_a_product_that_is_not_live_is_not_found(client: FlaskClient, tea, lin, state):
    made = goods.product(goods.merchant(lin))
    goods.listing(made, tea, lin)
    made.set_state(state)

    assert client.get("/c/tea/p/1").status_code == 404
    assert "Oolong" not in client.get("/c/tea").text


def test_listing_of_another_community_is_not_found(client: FlaskClient, tea, lin):
    goods.community(lin, "Run")
    goods.listing(goods.product(goods.merchant(lin)), tea, lin)

    assert client.get("/c/run/p/1").status_code == 404


def test_switch_of_another_community_counts_nothing_here(client: FlaskClient, tea, lin):
    other = goods.community(lin, "Run")
    switch(other.id, "mall", True, lin.id)
    fill(tea, lin, 1)

    assert client.get("/c/tea/p/1").status_code == 200


@pytest.mark.parametrize("mark", ["nonsense", "W10", "WyJhIl0", "W1sxXSwyXQ"])
def test_a_strange_page_mark_is_not_understood(client: FlaskClient, tea, mark):
    assert client.get(f"/c/tea?after={mark}").status_code == 422
