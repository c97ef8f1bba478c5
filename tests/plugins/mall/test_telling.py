"""Merchants hear it when the mall is switched on or off where they show something."""

import pytest
from flask import Flask

from shop import jobs
from shop.communities.models import Community
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall

pytestmark = pytest.mark.both_engines


def test_merchants_with_a_listing_there_are_told_and_nobody_else(app: Flask, db, client):
    stall = open_stall()
    goods.merchant(goods.person("Elsewhere"), "Far Away")
    goods.staff(stall.merchant, goods.person("Counter"), "counter")
    sign_in(client, stall.owner)

    for on in ("0", "1"):
        client.post("/c/tea/manage/apps/mall/switch", data={"on": on})
        jobs.run_until_idle(app)

    told = [(sent.to, sent.subject) for sent in app.extensions["mailman"].outbox]
    assert told == [
        (["seller@example.com"], "Tea has switched the mall off"),
        (["seller@example.com"], "You can sell in Tea now"),
    ]
    assert f"/desk/{stall.merchant.slug}/listings" in app.extensions["mailman"].outbox[0].body
    assert db.session.get(Community, stall.community.id) is not None
