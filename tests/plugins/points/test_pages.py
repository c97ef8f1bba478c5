"""The pages of points as their people use them; what anybody writes is shown as letters."""

import re
from datetime import timedelta

import pytest
import time_machine

from plugins.points.gifts import PointsHandout
from plugins.points.jobs import count_tops
from plugins.points.tops import PointsTop
from shop.clock import now
from shop.db import db as shop_db
from shop.switches import switch
from tests.plugins.feedback.conftest import NASTY
from tests.support import goods
from tests.support.people import sign_in

ONCE = re.compile(r'name="once" value="([^"]+)"')


def test_a_member_redeems_a_gift_and_a_manager_hands_it_out(table, client):
    table.as_(client, table.owner)
    told = {"title": "A tin of tea", "text": "On Saturday.", "cost": "30", "many": "2", "each": "2"}
    assert client.post(f"{table.url}/manage/gifts", data=told | {"cost": "0"}).status_code == 422
    assert client.post(f"{table.url}/manage/gifts", data=told).status_code == 303
    table.give(table.ana, 95)
    shop_db.session.commit()

    table.as_(client, table.ana)
    page = client.get(f"{table.url}/").text
    assert ("A tin of tea" in page, "200 for “Friend of the house”" in page) == (True, True)
    form = {"once": ONCE.search(page).group(1)}
    sent = [client.post(f"{table.url}/gifts/1/handouts", data=form).status_code for _twice in range(2)]
    unsigned = client.post(f"{table.url}/gifts/1/handouts", data={"once": "x"}).status_code
    code = shop_db.session.query(PointsHandout).one().code
    mine = client.get("/me/x/points/mine").text

    assert (sent, unsigned, table.have(table.ana)) == ([303, 303], 422, 65)
    assert (code in mine, "−30" in mine, "+95" in mine) == (True, True, True)
    table.as_(client, table.owner)
    assert "A tin of tea" in client.get(f"{table.url}/manage").text
    assert "For Ana" in client.get(f"{table.url}/manage/handout?code={code.lower()}").text
    handed = [client.post(f"{table.url}/manage/handouts/1/handing").status_code for _twice in range(2)]
    assert handed == [303, 409]
    assert "by Owner" in client.get(f"{table.url}/manage/handout?code={code}").text
    assert client.post(f"{table.url}/manage/gifts/1/ending").status_code == 303
    assert "A tin of tea" not in client.get(f"{table.url}/").text


def test_ones_own_page_tells_how_one_stands_in_each_group(table, client):
    table.give(table.ana, 95)
    shop_db.session.commit()

    table.as_(client, table.ana)
    page, own = client.get("/me").text, client.get("/me/x/points/mine").text
    switch(table.community.id, "points", False, table.owner.id)
    shop_db.session.commit()

    assert "95 of 200 for “Friend of the house”" in page
    assert "95 points to spend" in page
    assert '<a class="back" href="/me"' in own
    assert "<span>My points</span></div>" in own  # the bar tells where one is
    assert "points to spend" not in client.get("/me").text


def test_the_best_comments_are_announced_with_names_and_the_way_to_each(table, client):
    table.as_(client, table.owner)
    told = {"title": "Best of May", "days": "9", "first": "Tea", "second": "A cup", "third": "A card"}
    assert client.post(f"{table.url}/manage/tops", data=told | {"first": ""}).status_code == 422
    page = client.post(f"{table.url}/manage/tops", data=told).location
    table.wrote(table.ana, 2, 3)
    table.work()
    guest = table.app.test_client()
    before = guest.get(page).text
    with time_machine.travel(now() + timedelta(days=10), tick=True):
        count_tops()
        shop_db.session.commit()

    after = guest.get(page).text

    assert ("/c/tea/x/reviews/2" in before, "Ana" in before, "A cup" in before) == (True, False, True)
    assert ("/c/tea/x/reviews/2" in after, "Ana" in after, "Tea" in after) == (True, True, True)
    assert "Best of May" in guest.get(f"{table.url}/tops").text


def test_another_communitys_gifts_and_codes_are_not_found(table, client):
    stranger = goods.person("Stranger")
    elsewhere = goods.community(stranger, "Else")
    gift = table.gift()
    table.give(table.ana, 30)
    handout = gift.redeem(table.ana)
    shop_db.session.commit()
    sign_in(client, stranger)
    there = f"/c/{elsewhere.slug}/x/points"

    told = [
        client.post(f"{there}/gifts/{gift.id}/handouts", data={"once": "x"}).status_code,
        client.get(f"{there}/manage/handout?code={handout.code}").status_code,
        client.post(f"{there}/manage/handouts/{handout.id}/handing").status_code,
        client.post(f"{table.url}/gifts/{gift.id}/handouts", data={"once": "x"}).status_code,
    ]

    assert told == [404, 404, 404, 403]


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_write_is_shown_as_letters(app, table, client, nasty):
    table.ana.name = nasty[:80]
    gift = table.gift(nasty[:120], text=nasty)
    table.give(table.ana, 60)
    handout = gift.redeem(table.ana)
    ends = now() + timedelta(days=1)
    top = PointsTop.plan(table.community, nasty, [nasty] * 3, now(), ends, table.owner)
    table.wrote(table.ana, 2, 3, title=nasty)
    told = {"person": table.bo.id, "product": 1, "review": 3, "origin": "trial", "title": "x"}
    table.tell("reviews.published", path="javascript:alert(1)", **told)
    table.tell("reviews.voted", review=3, voices=2)
    table.work()
    pages = [f"{table.url}/", f"{table.url}/tops", f"{table.url}/tops/{top.id}"]
    texts = [client.get(page).text for page in pages]
    with time_machine.travel(ends + timedelta(seconds=1), tick=True):
        count_tops()
        table.work()
    table.as_(client, table.owner)
    texts += [client.get(page).text for page in pages]
    texts += [client.get(f"{table.url}/manage{more}").text for more in ("", f"/handout?code={handout.code}")]
    table.as_(client, table.ana)
    texts += [client.get(page).text for page in (*pages, "/me/x/points/mine")]
    mails = app.extensions["mailman"].outbox
    texts += [part.get_payload(decode=True).decode() for m in mails for part in m.message().walk()
              if part.get_content_type() == "text/html"]  # fmt: skip

    assert len(mails) == 2
    for page in texts:
        assert not [
            bad for bad in ("<script>alert", "<svg/", "<img src=x", ">49<", 'href="javascript') if bad in page
        ]
    assert all("\n" not in mail.subject for mail in mails)
