"""What the door costs: eight plugins that answer for every tile ask the database no more than none of them."""

import pytest

from bench.door import add
from shop.testing.sql import count_sql
from tests.support import goods
from tests.support.sales import open_stall

pytestmark = pytest.mark.both_engines


def test_eight_plugins_that_answer_cost_the_shelf_no_statement_however_long_it_is(app, db, client):
    app.extensions["kept"].most = app.extensions["parts"].most = 0
    stall = open_stall()
    client.get("/c/tea")
    with count_sql(app) as with_none:
        client.get("/c/tea")

    add(app, 8)
    client.get("/c/tea")
    with count_sql(app) as with_eight:
        page = client.get("/c/tea").text
    for i in range(12):
        more = goods.listing(goods.product(stall.merchant, f"Tea {i}", stock=5), stall.community, stall.owner)
        goods.offer(more, stall.owner)
    client.get("/c/tea")
    with count_sql(app) as with_thirteen:
        long_page = client.get("/c/tea").text

    assert (page.count("<small>bench"), long_page.count("<small>bench")) == (8, 8 * 13)
    assert len(with_eight) == len(with_none), "\n".join(with_eight)
    assert len(with_thirteen) == len(with_none), "\n".join(with_thirteen)
