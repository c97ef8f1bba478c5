"""A first visit to the shelf is light: few bytes and few requests before anything is seen."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, Response

from tests.support import goods
from tests.support.sales import open_stall

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 6

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# What the browser asked for before it had painted anything, the page itself too.
ASKED_BEFORE = """(painted) => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .filter((each) => each.startTime < painted).map((each) => each.name)"""

pytestmark = pytest.mark.browser


def test_first_visit_to_the_shelf_is_light(db: SQLAlchemy, phone: Page):
    stall = open_stall()
    for n in range(23):
        product = goods.product(stall.merchant, f"Oolong {n}")
        goods.offer(goods.listing(product, stall.community, stall.owner), stall.owner)
    db.session.commit()
    answered: list[Response] = []
    phone.on("response", lambda response: answered.append(response))

    phone.goto(f"/c/{stall.community.slug}", wait_until="networkidle")

    bytes_of = {
        each.url: each.request.sizes()["responseBodySize"]
        for each in answered
        if "/files/" not in each.url  # pictures of products
    }
    assert phone.locator(".tile").count() == 24
    assert sum(bytes_of.values()) <= MOST_BYTES, bytes_of
    phone.wait_for_function(f"{PAINTED} !== undefined")
    before = phone.evaluate(ASKED_BEFORE, phone.evaluate(PAINTED))
    assert 1 <= len(before) <= MOST_REQUESTS, before
