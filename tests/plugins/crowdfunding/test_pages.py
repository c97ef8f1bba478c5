"""The pages, as their people use them: the seller writes, a manager accepts, members vote, pledge and are served."""

import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.pledging import Choice
from plugins.crowdfunding.rewards import Reward
from shop.clock import now
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.orders.models import Order
from shop.switches import switch
from shop.testing.sql import count_sql
from tests.plugins.crowdfunding.conftest import campaign_on, open_loom
from tests.support import goods
from tests.support.checkouts import hidden
from tests.support.people import sign_in

FORM = {
    "title": "A jacket",
    "pitch": "Warm and dry",
    "kind": "all_or_nothing",
    "goal": "1000",
    "optimum": "2000",
    "days": "10",
    "second_days": "0",
    "vote_days": "3",
    "grace_days": "7",
    "late_days": "",
    "country": "CN",
    "story": "# Why\n\nBecause.",
    "risks": "The cloth may come late.",
}
REWARD_FORM = {
    "title": "Jacket",
    "price": "400",
    "limit": "10",
    "delivery_month": "2099-03",
    "needs_shipping": "y",
    "postage": "10",
}
ADDRESS = {
    "name": "Ana",
    "country": "CN",
    "city": "Hangzhou",
    "street": "1 Tea Street",
    "phone": "13800000000",
}


def test_from_a_product_to_a_vote_to_pledging(app, db, client):
    owner, seller = goods.person("Owner"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    switch(community.id, "crowdfunding", True, owner.id)
    listing = goods.listing(goods.product(merchant), community, owner)
    member = goods.person("Ana")
    community.join(member, accepts_rules=True)
    db.session.commit()
    desk = f"/desk/{merchant.slug}/x/crowdfunding/campaigns"

    sign_in(client, seller)
    assert "Oolong" in client.get(f"{desk}/new").text
    place = client.post(desk, data={"listing": listing.id}).location
    campaign = db.session.scalars(select(Campaign)).one()
    home = f"{desk}/{campaign.id}"
    assert place == f"{home}/edit"
    assert client.post(home, data=FORM | {"optimum": "900"}).status_code == 422
    assert client.post(home, data=FORM).location == home
    assert "Add at least one reward." in client.get(home).text
    assert client.post(f"{home}/review").status_code == 409
    assert client.post(f"{home}/rewards", data=REWARD_FORM | {"delivery_month": "2001-01"}).status_code == 422
    client.post(f"{home}/rewards", data=REWARD_FORM)
    client.post(f"{home}/stretch-goals", data={"amount": "3000", "title": "A second colour"})
    assert client.post(f"{home}/stretch-goals", data={"amount": "5", "title": "Too low"}).status_code == 422
    assert client.post(f"{home}/questions/vote", data={"text": "Which?", "choices": "One"}).status_code == 422
    client.post(f"{home}/questions/vote", data={"text": "Which colour?", "choices": "Grey\nGreen\nGreen"})
    client.post(f"{home}/questions/survey", data={"text": "Which size?", "choices": "M\nL", "reward": "0"})
    client.post(f"{home}/tasks", data={"title": "Try it on", "hands": "1"})
    client.post(f"{home}/review")
    assert campaign_state(campaign) == "review"

    page = f"/c/{community.slug}/x/crowdfunding/campaigns/{campaign.id}"
    sign_in(client, member)
    assert client.get(page).status_code == 404
    sign_in(client, owner)
    reviews = f"/c/{community.slug}/x/crowdfunding/reviews"
    assert "A jacket" in client.get(reviews).text
    assert "A preview" in client.get(page).text
    client.post(f"{reviews}/{campaign.id}/return", data={"reason": "A better picture, please."})
    assert campaign_state(campaign) == "draft"
    sign_in(client, seller)
    assert "A better picture, please." in client.get(home).text
    client.post(f"{home}/review")
    sign_in(client, owner)
    client.post(f"{reviews}/{campaign.id}/acceptance")
    assert campaign_state(campaign) == "voting"

    sign_in(client, member)
    text = client.get(page).text
    question, grey, green = re.findall(r'name="(?:question|choice)" value="(\d+)"', text)
    for choice in (grey, green):
        assert client.post(f"{page}/votes", data={"question": question, "choice": choice}).status_code == 303
    client.post(f"{page}/helpers", data={"task": hidden(text, "task"), "words": "I am tall"})
    with time_machine.travel(now() + timedelta(days=3, minutes=1), tick=True):
        late = client.post(f"{page}/votes", data={"question": question, "choice": grey})
    work(app, days=3, minutes=2)

    assert late.status_code == 409
    assert campaign_state(campaign) == "live"
    text = client.get(page).text
    assert "<b>Green</b>" in text
    assert "Grey: 0 · Green: 1" in text
    assert "1 of 1" in text
    sign_in(client, seller)
    assert "I am tall" in client.get(home).text
    frozen = client.post(f"{home}/questions/vote", data={"text": "Too late?", "choices": "A\nB"})
    assert frozen.status_code == 409
    assert client.post(f"{home}", data=FORM).status_code == 409


def test_a_guest_sees_the_campaign_and_is_asked_to_sign_in_for_a_pledge(loom, client):
    page = client.get(loom.url)
    listing = client.get(f"/c/{loom.community.slug}/p/{loom.campaign.offer.listing_id}")

    assert page.status_code == 200
    assert "A jacket for the field" in page.text
    assert "Back it" in listing.text
    assert client.get(f"{loom.url}/pledges/new").location.endswith("/sign-in")
    assert "A jacket for the field" in client.get(loom.url.rpartition("/")[0]).text


def test_a_pledge_on_a_phone_costs_what_the_page_said(loom, client):
    ana = loom.backer("Ana")
    sign_in(client, ana)
    new = f"{loom.url}/pledges/new?reward={loom.jacket.id}&addon-{loom.patch.id}=2&support=5&to=home"
    text = client.get(new).text
    form = {
        "reward": loom.jacket.id,
        f"addon-{loom.patch.id}": "2",
        "support": "5",
        "to": "home",
        "name": "Ana",
        "once": hidden(text, "once"),
        "seen": hidden(text, "seen"),
    }

    changed = client.post(f"{loom.url}/pledges", data=form | {f"addon-{loom.patch.id}": "3"})
    first = client.post(f"{loom.url}/pledges", data=form)
    second = client.post(f"{loom.url}/pledges", data=form)

    assert "¥449.00" in text  # 400 + 2 x 15 + 5 + postage 10 + 2 x 2
    assert changed.status_code == 409
    assert "¥466.00" in changed.text
    assert (first.status_code, first.location) == (303, second.location)
    order = shop_db.session.scalars(select(Order)).one()
    pledge = shop_db.session.scalars(select(Pledge)).one()
    assert (order.total, pledge.amount, pledge.reward_id) == (44900, 43500, loom.jacket.id)
    assert order.lines[0].inputs["deferred_capture"] == "where possible"
    assert "If the goal is missed" in client.get(first.location).text


def test_what_is_not_sent_abroad_cannot_be_pledged_for_from_there(loom, client):
    loom.jacket.postage_abroad = None
    sign_in(client, loom.backer("Ana"))

    refused = client.get(f"{loom.url}/pledges/new?reward={loom.jacket.id}&to=abroad").text
    fine = client.get(f"{loom.url}/pledges/new?reward={loom.thanks.id}&to=abroad").text

    assert "“Jacket” is not sent abroad." in refused
    assert "¥20.00" in fine


def test_nothing_chosen_and_nonsense_are_refused_kindly(loom, client):
    sign_in(client, loom.backer("Ana"))
    text = client.get(f"{loom.url}/pledges/new").text
    form = {"once": hidden(text, "once"), "name": "Ana", "to": "home"}

    answers = [
        client.post(f"{loom.url}/pledges", data=form | more).status_code
        for more in (
            {"reward": "0"},
            {"reward": "999999"},
            {"reward": "0", "support": "lots"},
            {"reward": "0", "support": "-5"},
            {"reward": str(loom.jacket.id), f"addon-{loom.patch.id}": "9999"},
            {"reward": str(loom.jacket.id), "name": ""},
            {"reward": str(loom.jacket.id), "once": "forged"},
        )
    ]

    assert answers == [409, 409, 422, 422, 422, 422, 422]
    assert shop_db.session.scalars(select(Pledge)).all() == []


def test_backers_answer_the_survey_and_the_seller_sends_it(app, db, client):
    loom = open_loom(app, goal=40000)
    sign_in(client, loom.seller)
    client.post(
        f"{loom.desk}/questions/survey", data={"text": "Which size?", "choices": "M\nL", "reward": "0"}
    )
    ana, bo = loom.backer("Ana"), loom.backer("Bo")
    order, other = loom.paid(ana), loom.paid(bo, Choice(loom.thanks))
    early = client.post(f"/desk/{loom.merchant.slug}/orders/{order.number}/shipment", data={"carrier": "SF"})
    loom.end()
    mails = subjects(app)

    sign_in(client, ana)
    survey = f"/c/{loom.community.slug}/x/crowdfunding/pledges/{order.number}/survey"
    text = client.get(survey).text
    name = re.search(r'name="(q\d+)"', text)[1]
    nothing = client.post(survey, data=ADDRESS)
    abroad = client.post(survey, data=ADDRESS | {name: "L", "country": "FR"})
    good = client.post(survey, data=ADDRESS | {name: "L"})
    sign_in(client, bo)
    strange = client.get(survey)
    sign_in(client, loom.seller)
    table = client.get(f"{loom.desk}/backers?state=paid").text
    csv = client.get(f"{loom.desk}/backers.csv").text
    sent = client.post(
        f"{loom.desk}/shipments",
        data={"carrier": "SF", "order": order.number, f"tracking-{order.number}": "SF1"},
    )
    sign_in(client, ana)
    changed = client.post(survey, data=ADDRESS | {name: "M"})

    assert early.status_code == 409
    assert mails.count("“A jacket for the field” will be made") == 2
    assert (nothing.status_code, abroad.status_code, good.status_code, strange.status_code) == (
        422,
        422,
        303,
        404,
    )
    assert "1 Tea Street" in table
    assert "not answered yet" in table  # Bo
    assert "L" in csv
    assert other.number in csv
    assert sent.status_code == 303
    db.session.expire_all()
    assert (order.state, order.shipments[0].tracking, other.state) == ("shipped", "SF1", "paid")
    assert changed.status_code == 409


def test_a_backer_cannot_withdraw_once_the_campaign_has_ended(app, db, client):
    loom = open_loom(app, goal=40000)
    ana = loom.backer("Ana")
    order = loom.paid(ana)
    sign_in(client, ana)
    before = client.get(f"/orders/{order.number}").text
    loom.end()

    after = client.get(f"/orders/{order.number}").text
    answer = client.post(f"/orders/{order.number}/cancellation")

    assert (answer.status_code, order.state) == (409, "paid")
    assert ["Cancel the order" in page for page in (before, after)] == [True, False]
    assert "please ask the seller to cancel your pledge" in after


def test_news_for_backers_are_read_by_backers_only(loom, client):
    ana = loom.backer("Ana")
    loom.paid(ana)
    sign_in(client, loom.seller)
    client.post(
        f"{loom.desk}/updates", data={"title": "The cloth", "text": "It came.", "is_for_backers": "y"}
    )
    loom.work()

    guest = loom.app.test_client().get(loom.url).text
    sign_in(client, ana)
    backer = client.get(loom.url).text

    assert "It came." not in guest
    assert "Only backers can read this." in guest
    assert "It came." in backer
    assert subjects(loom.app).count("News of “A jacket for the field”: The cloth") == 1


def test_a_reminder_comes_once_before_the_end(loom, client):
    sign_in(client, loom.backer("Ana"))
    client.post(f"{loom.url}/reminders")
    client.post(f"{loom.url}/reminders")
    loom.work(days=2)
    early = subjects(loom.app)

    loom.work(days=3, hours=2)
    loom.work(days=3, hours=5)

    words = "The campaign “A jacket for the field” ends soon"
    assert words not in early
    assert subjects(loom.app).count(words) == 1


def test_my_pledges_and_the_desks_lists_ask_no_more_for_three_than_for_one(loom, client, app):
    ana = loom.backer("Ana")
    loom.paid(ana)
    sign_in(client, ana)
    mine, backers = "/me/x/crowdfunding/pledges", f"{loom.desk}/backers"
    client.get(mine)
    with count_sql(app) as one:
        client.get(mine)
    sign_in(client, loom.seller)
    client.get(backers)
    with count_sql(app) as one_backer:
        client.get(backers)
    loom.paid(ana, Choice(loom.thanks))
    loom.paid(loom.backer("Bo"), Choice(loom.thanks))

    with count_sql(app) as three_backers:
        client.get(backers)
    sign_in(client, ana)
    client.get(mine)
    with count_sql(app) as two:
        text = client.get(mine).text

    assert text.count("A jacket for the field") >= 2
    assert len(two) == len(one), "\n".join(two)
    assert len(three_backers) == len(one_backer), "\n".join(three_backers)


def test_a_shelf_of_three_campaigns_asks_no_more_than_one(loom, client, app):
    shelf = f"/c/{loom.community.slug}"
    client.get(shelf)
    with count_sql(app) as one:
        client.get(shelf)
    for name in ("Cup", "Bowl"):
        campaign_on(
            goods.listing(goods.product(loom.merchant, name), loom.community, loom.owner), loom.seller
        )
    shop_db.session.commit()

    client.get(shelf)
    with count_sql(app) as three:
        client.get(shelf)

    assert len(three) == len(one), "\n".join(three)


def test_what_people_could_pledge_for_is_closed_and_not_changed(loom, client):
    sign_in(client, loom.seller)
    one = f"{loom.desk}/rewards/{loom.jacket.id}"

    cheaper = client.post(one, data=REWARD_FORM | {"price": "1"})
    more = client.post(
        one, data=REWARD_FORM | {"limit": "20", "story": "One jacket.", "postage_abroad": "50"}
    )
    gone = client.post(f"{one}/removal")
    client.post(f"{one}/closing")

    shop_db.session.expire_all()
    jacket = shop_db.session.get_one(Reward, loom.jacket.id)
    assert (cheaper.status_code, more.status_code, gone.status_code) == (409, 303, 409)
    assert (jacket.price, jacket.limit.size, jacket.is_closed) == (40000, 20, True)


def test_another_merchants_campaign_is_not_found(loom, client):
    stranger = goods.person("Stranger")
    other = goods.merchant(stranger, "Other")
    sign_in(client, stranger)

    for path in ("", "/edit", "/backers", "/backers.csv", f"/rewards/{loom.jacket.id}", "/updates/new"):
        address = f"/desk/{other.slug}/x/crowdfunding/campaigns/{loom.campaign.id}{path}"
        assert client.get(address).status_code == 404, path


def campaign_state(campaign: Campaign) -> str:
    shop_db.session.expire_all()
    return campaign.state


def work(app, **later: float) -> None:
    shop_db.session.commit()
    with time_machine.travel(now() + timedelta(**later), tick=True):
        run_until_idle(app)
    shop_db.session.expire_all()


def subjects(app) -> list[str]:
    return [message.subject for message in getattr(app.extensions["mailman"], "outbox", [])]
