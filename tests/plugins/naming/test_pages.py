"""The pages, as their people use them; what anybody writes is shown as letters."""

import pytest

from plugins.naming.ballots import Ballot
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.catalog.models import Product
from shop.db import db as shop_db
from shop.testing.sql import count_sql
from tests.plugins.naming.conftest import person, set_table
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import paid_here

FORM = {
    "title": "A name, please",
    "kind": "name",
    "text": "# What it is\n\nSmall and round.",
    "each": "2",
    "longest": "12",
    "propose_days": "5",
    "vote_days": "4",
}
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "=cmd|' /C calc'!A0",
)


def test_from_a_product_to_its_name(app, db, client):
    table = set_table(app, opened=False, voters=("Ana", "Bo"))
    db.session.delete(table.round)
    db.session.commit()
    desk = f"/desk/{table.merchant.slug}/x/naming/rounds"

    sign_in(client, table.seller)
    assert "Cup No. 7" in client.get(f"{desk}/new").text
    assert client.post(desk, data=FORM | {"listing": "0"}).status_code == 422
    assert client.post(desk, data=FORM | {"listing": table.listing.id, "each": "99"}).status_code == 422
    home = client.post(desk, data=FORM | {"listing": table.listing.id}).location
    round = shop_db.session.query(Round).one()
    assert "A name, please" in client.get(f"{home}/edit").text
    assert client.post(home, data=FORM | {"title": "A name for a cup"}).location == home
    assert client.post(f"{home}/proposals", data={"text": "Seller's own", "story": ""}).status_code == 303
    client.post(f"{home}/review")
    assert client.post(desk, data=FORM | {"listing": table.listing.id}).status_code == 409  # one runs
    client.post(f"{home}/withdrawal")
    client.post(f"{home}/review")
    table.work()
    page = f"/c/{table.community.slug}/x/naming/rounds/{round.id}"
    sign_in(client, person("Ana"))
    hidden = client.get(page).status_code

    reviews = f"/c/{table.community.slug}/x/naming/reviews"
    sign_in(client, table.owner)
    assert "A name for a cup" in client.get(reviews).text
    client.post(f"{reviews}/{round.id}/return", data={"reason": "Say how large it is."})
    sign_in(client, table.seller)
    assert "Say how large it is." in client.get(home).text
    client.post(f"{home}/review")
    sign_in(client, table.owner)
    assert client.post(f"{reviews}/{round.id}/acceptance").status_code == 303
    sign_in(client, table.seller)
    assert client.post(home, data=FORM).status_code == 409
    assert client.post(f"{home}/withdrawal").status_code == 409

    sign_in(client, person("Ana"))
    proposals = f"{page}/proposals"
    assert client.post(proposals, data={"text": "Moon", "story": "Round."}).status_code == 303
    assert client.post(proposals, data={"text": "M00n", "story": ""}).status_code == 409
    assert client.post(proposals, data={"text": "", "story": ""}).status_code == 422
    assert client.post(proposals, data={"text": "Mistake"}).status_code == 303
    mine = {each.text: each.id for each in Proposal.of(round)}
    sign_in(client, person("Bo"))
    assert client.post(f"{proposals}/{mine['Moon']}/removal").status_code == 404
    assert client.post(proposals, data={"text": "Rude"}).status_code == 303
    sign_in(client, person("Ana"))
    assert client.post(f"{proposals}/{mine['Mistake']}/removal").status_code == 303
    rude = shop_db.session.query(Proposal).filter_by(text="Rude").one()
    sign_in(client, table.owner)
    screen = f"{reviews}/{round.id}/proposals"
    assert client.post(f"{screen}/{rude.id}/screening", data={"verdict": "decline"}).status_code == 422
    client.post(f"{screen}/{rude.id}/screening", data={"verdict": "decline", "reason": "We are kind here."})
    sign_in(client, table.seller)
    client.post(f"{home}/proposals/{mine['Moon']}/screening", data={"verdict": "accept"})
    table = type(table)(**{**vars(table), "round": round})
    table.vote()
    shop_db.session.commit()

    sign_in(client, person("Bo"))
    text = client.get(page).text
    own = shop_db.session.query(Proposal).filter_by(by_seller=True).one()
    moon = f"rank-{mine['Moon']}"
    assert "We are kind here." in text
    assert "by Ana" not in text  # who proposed what is told after the count
    same = client.post(f"{page}/ballots", data={moon: "1", f"rank-{own.id}": "1"})
    far = client.post(f"{page}/ballots", data={moon: "99"})
    none = client.post(f"{page}/ballots", data={})
    first = client.post(f"{page}/ballots", data={f"rank-{own.id}": "1"})
    second = client.post(f"{page}/ballots", data={moon: "1", f"rank-{own.id}": "2"})
    receipt = Ballot.of(round, person("Bo")).receipt
    assert receipt in client.get(page).text
    table.close()

    counted = client.get(page).text
    shelf = client.get(f"/c/{table.community.slug}/p/{table.listing.id}").text
    mails = {(m.to[0], m.subject) for m in app.extensions["mailman"].outbox}
    assert (hidden, same.status_code, far.status_code, none.status_code) == (404, 422, 422, 422)
    assert (first.status_code, second.status_code) == (303, 303)
    assert "“Moon” has more than half of the ballots that count." in counted
    assert "1 of 3 who may vote have voted." in counted
    assert receipt in counted
    assert "by Ana" in counted
    assert "<h1>Moon</h1>" in shelf
    assert "“Moon”: found by Ana" in shelf
    assert ("bo@example.com", "“Rude” does not come onto the ballot") in mails
    assert ("owner@example.com", "A naming round waits for you: A name for a cup") in mails
    assert ("ana@example.com", "The vote has begun: A name for a cup") in mails
    assert ("ana@example.com", "Counted: A name for a cup") in mails


def test_who_came_later_and_who_is_no_member_read_why_they_have_no_vote(table, client):
    table.propose("One", person("Ana"))
    table.propose("Two", person("Bo"))
    late = table.member("Eve")
    table.vote()
    shop_db.session.commit()

    guest = client.get(table.url).text
    sign_in(client, late)
    page = client.get(table.url).text
    refused = client.post(f"{table.url}/ballots", data={})

    assert "Members of this community vote." in guest
    assert "Whoever was a member before this round began has a vote in it." in page
    assert "<select" not in page
    assert refused.status_code == 403


def test_a_manager_stops_a_round_and_members_read_why(table, client):
    sign_in(client, table.owner)

    nothing = client.post(f"{table.reviews}/stop", data={"reason": ""})
    client.post(f"{table.reviews}/stop", data={"reason": "The product is not made after all."})

    assert nothing.status_code == 422
    assert "The product is not made after all." in client.get(table.url).text
    assert client.post(f"{table.reviews}/acceptance").status_code == 409


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_write_is_shown_as_letters(app, db, client, nasty):
    table = set_table(app, voters=("Ana", "Bo"), title=nasty[:120], text=nasty, longest=80)
    bad = table.propose(nasty, person("Ana"), nasty)
    two = table.propose("Another", person("Ana"), nasty)
    gone = Proposal.make(table.round, "Third", nasty, person("Ana"))
    gone.screen(False, nasty, table.owner)
    person("Ana").name = nasty[:80]
    voter = person("Bo")
    db.session.commit()
    pages = [
        table.url,
        table.page,
        f"/c/{table.community.slug}",
        f"/c/{table.community.slug}/x/naming/rounds",
    ]
    desk = [table.reviews, table.desk]
    texts = [client.get(page).text for page in pages]
    table.vote()
    table.cast(voter, bad, two)
    table.close()
    table.round.thank(nasty, table.seller)
    table.work()

    texts += [client.get(page).text for page in pages]
    sign_in(client, table.owner)
    texts += [client.get(desk[0]).text]
    sign_in(client, table.seller)
    texts += [client.get(desk[1]).text]
    mails = app.extensions["mailman"].outbox
    texts += [part.get_payload(decode=True).decode() for m in mails for part in m.message().walk()
              if part.get_content_type() == "text/html"]  # fmt: skip

    assert len(mails) >= 3
    for text in texts:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript:' not in text
        assert ">49<" not in text
    assert client.get(f"{table.url}/ballots.json").mimetype == "application/json"
    assert "\n" not in mails[-1].subject


def test_ten_proposals_ask_the_database_no_more_often_than_two(table, client, app):
    table.propose("One", person("Ana"))
    table.propose("Two", person("Bo"))
    table.vote()
    shop_db.session.commit()
    sign_in(client, person("Ana"))
    client.get(table.url)
    with count_sql(app) as for_two:
        client.get(table.url)
    for n in range(8):
        shop_db.session.add(
            Proposal(round=table.round, text=f"More {n}", key=f"m{n}", slot=9 + n, state="accepted")
        )
    shop_db.session.commit()

    with count_sql(app) as for_ten:
        client.get(table.url)

    assert len(for_ten) == len(for_two), for_ten


def test_another_merchants_round_and_another_communitys_are_not_found(table, client):
    stranger = goods.person("Stranger")
    other, elsewhere = goods.merchant(stranger, "Other"), goods.community(stranger, "Else")
    shop_db.session.commit()
    sign_in(client, stranger)

    there = [
        client.get(f"/desk/{other.slug}/x/naming/rounds/{table.round.id}").status_code,
        client.get(f"/c/{elsewhere.slug}/x/naming/rounds/{table.round.id}").status_code,
        client.get(f"/c/{elsewhere.slug}/x/naming/reviews/{table.round.id}").status_code,
    ]

    assert there == [404, 404, 404]
    assert shop_db.session.query(Product).one().name == "Cup No. 7"


def test_who_has_just_paid_is_told_of_a_vote_that_waits_for_them(client, table):
    ana = person("Ana")
    name, _other = table.propose("Morning cloud", ana), table.propose("Dew", person("Bo"))
    table.vote()
    order = paid_here(table.community, table.merchant, ana)
    goods.signed_in(client, ana)

    before = client.get(f"/orders/{order.number}").text
    table.cast(ana, name)
    shop_db.session.commit()
    after = client.get(f"/orders/{order.number}").text

    assert (table.round.title in before, table.round.title in after) == (True, False)
