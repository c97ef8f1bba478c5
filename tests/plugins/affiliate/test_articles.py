"""Articles: written by members, published by managers, told honestly, taken away without losing what was counted."""

import re
from io import BytesIO

import pytest
from flask import g
from PIL import Image
from sqlalchemy import select

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.clicks import Click
from plugins.affiliate.finding import programmes_here
from shop.db import db as database
from shop.switches import switch
from tests.plugins.affiliate.conftest import Tea
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sql import count_sql

MINE = "/c/tea/x/affiliate/mine"
WORDS = {"kind": "article", "title": "Cups", "body": "Four cups, one month.", "rights": "own", "obtained": ""}


@pytest.fixture
def bo(db, tea: Tea):
    """A member who has written nothing yet."""
    made = goods.person("Bo")
    tea.community.join(made, accepts_rules=True)
    db.session.commit()
    return made


def article(title: str = "Cups") -> Article:
    database.session.rollback()
    return database.session.scalars(select(Article).where(Article.title == title)).one()


def a_picture(shade: str) -> tuple[BytesIO, str]:
    held = BytesIO()
    Image.new("RGB", (600, 400), shade).save(held, "PNG")
    held.seek(0)
    return held, "cup.png"


def test_the_disclosure_stands_before_the_cards_and_in_each_above_its_button(client, tea: Tea):
    page = client.get(tea.page).text

    assert page.index("This contains promotion") < page.index('class="x-affiliate-card')
    cards = re.findall(r'<aside class="x-affiliate-card.*?</aside>', page, re.DOTALL)
    assert len(cards) == 2
    for card in cards:
        assert card.index('class="disclosure"') < card.index("/go/")
        assert 'rel="sponsored nofollow noopener"' in card
    assert "kettles.example/p" not in page


def test_cards_stand_where_the_words_say_and_the_rest_at_the_end(client, tea: Tea):
    page = client.get(tea.page).text

    order = [page.index(words) for words in ("I boiled water", "Swan kettle", "And drank this.", ">Oolong<")]
    assert order == sorted(order)
    assert "[card 1]" not in page


def test_a_member_writes_a_manager_publishes_and_everybody_reads(client, tea: Tea, bo):
    sign_in(client, bo)
    client.post(MINE, data=WORDS)
    url = f"{MINE}/{article().id}"
    answer = client.post(
        f"{url}/cards",
        data={
            "target": f"p{tea.programme.id}",
            "title": "Cup",
            "url": "https://kettles.example/cup",
            "price": "12.50",
        },
    )
    assert answer.status_code == 303
    assert client.post(f"{url}/proposal").status_code == 303
    assert article().state == "proposed"
    assert client.get(f"/c/tea/x/affiliate/{article().id}").status_code == 404

    sign_in(client, tea.owner)
    assert "Cups" in client.get("/c/tea/x/affiliate/manage").text
    client.post(f"/c/tea/x/affiliate/manage/{article().id}/answer", data={"decision": "publish"})

    page = client.get(f"/c/tea/x/affiliate/{article().id}").text
    assert "by Bo" in page
    assert "¥12.50, seen on" in page
    assert "Cups" in client.get("/c/tea/x/affiliate/").text


def test_a_declined_article_tells_its_author_why(client, tea: Tea, bo):
    sign_in(client, bo)
    client.post(MINE, data=WORDS)
    client.post(f"{MINE}/{article().id}/proposal")
    sign_in(client, tea.owner)
    answer = f"/c/tea/x/affiliate/manage/{article().id}/answer"

    assert client.post(answer, data={"decision": "declined"}).status_code == 422
    client.post(answer, data={"decision": "declined", "words": "Too short"})

    sign_in(client, bo)
    assert "Too short" in client.get(MINE).text
    assert client.post(f"{MINE}/{article().id}/proposal").status_code == 303


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": ""}, "The article has no words yet."),
        ({"rights": "quoted"}, "Name the source of what is not your own."),
        ({"kind": "report"}, "Say how you came by what you evaluated."),
    ],
)
def test_what_honesty_asks_for_must_be_there(client, tea: Tea, bo, changed, said):
    sign_in(client, bo)
    client.post(MINE, data=WORDS | changed)

    answer = client.post(f"{MINE}/{article().id}/proposal")

    assert answer.status_code == 409
    assert said in answer.text
    assert article().state == "draft"


def test_a_bare_link_to_a_partner_is_refused(client, tea: Tea, bo):
    sign_in(client, bo)

    for body in (
        "See https://shop.kettles.example/p?id=7",
        "See [this](http://kettles.example/)",
        "<https://KETTLES.example/x>",
    ):
        answer = client.post(MINE, data=WORDS | {"body": body})
        assert answer.status_code == 422, body
        assert "make it a card, so that readers are told" in answer.text

    assert database.session.scalars(select(Article).where(Article.title == "Cups")).all() == []


def test_a_card_leads_only_to_its_partner(client, tea: Tea, bo):
    sign_in(client, bo)
    client.post(MINE, data=WORDS)
    cards = f"{MINE}/{article().id}/cards"

    for url in ("https://evil.example/cup", "http://kettles.example/cup", "javascript:alert(1)", ""):
        answer = client.post(cards, data={"target": f"p{tea.programme.id}", "title": "Cup", "url": url})
        assert answer.status_code == 422, url
        assert "This address does not belong to Kettles" in answer.text

    assert article().cards == []


def test_another_members_article_is_not_there(client, tea: Tea, bo):
    sign_in(client, bo)
    url = f"{MINE}/{tea.article.id}"
    card = tea.article.cards[0].id

    for answer in (
        client.get(url),
        client.post(url, data=WORDS),
        client.post(f"{url}/proposal"),
        client.post(f"{url}/removal"),
        client.get(f"{url}/cards/new"),
        client.post(f"{url}/cards/{card}/removal"),
    ):
        assert answer.status_code == 404


def test_an_author_who_changes_a_published_article_is_read_again(client, tea: Tea):
    sign_in(client, tea.ana)

    client.post(f"{MINE}/{tea.article.id}", data=WORDS | {"title": "Three kettles"})

    assert article("Three kettles").state == "proposed"
    assert client.get(tea.page).status_code == 404


def test_a_withdrawn_article_keeps_what_was_counted_and_a_draft_goes(client, tea: Tea):
    tea.click(client)
    sign_in(client, tea.ana)
    client.post(MINE, data=WORDS)

    client.post(f"{MINE}/{tea.article.id}/removal")
    client.post(f"{MINE}/{article().id}/removal")

    assert article("Three kettles").state == "withdrawn"
    assert database.session.scalars(select(Click)).one().is_counted
    assert database.session.scalars(select(Article).where(Article.title == "Cups")).all() == []


def test_only_managers_write_where_the_community_wants_it(client, tea: Tea, bo):
    switch(tea.community.id, "affiliate", True, None).settings = {"members_write": False}
    database.session.commit()
    sign_in(client, bo)

    assert client.get(f"{MINE}/new").status_code == 403
    assert client.post(MINE, data=WORDS).status_code == 403
    sign_in(client, tea.owner)
    assert client.get(f"{MINE}/new").status_code == 200


def test_the_shelf_and_the_things_page_lead_to_articles(client, tea: Tea):
    assert "Three kettles" in client.get("/c/tea").text
    assert "Three kettles" in client.get(f"/c/tea/p/{tea.listing.id}").text

    switch(tea.community.id, "affiliate", True, None).settings = {"on_shelf": False}
    database.session.commit()

    assert "Three kettles" not in client.get("/c/tea").text


def test_the_list_goes_on_and_asks_no_more_for_six_than_for_one(app, client, tea: Tea):
    with count_sql(app) as for_one:
        client.get("/c/tea/x/affiliate/")
    for n in range(14):
        made = Article(
            community=tea.community, author=tea.ana, kind="article", title=f"More {n}", body="x", cards=[]
        )
        made.cards.append(Card(title="Oolong", listing=tea.listing))
        database.session.add(made)
        database.session.flush()
        made.publish(tea.owner)
    database.session.commit()
    with count_sql(app) as for_many:
        first = client.get("/c/tea/x/affiliate/")

    following = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert len(for_many) == len(for_one)
    assert "Three kettles" not in first.text
    assert "Three kettles" in client.get(following).text


def test_programmes_of_merchants_who_are_not_here_are_not_offered(app, tea: Tea):
    stranger = goods.merchant(goods.person("Stranger"), "Far Away")
    tea.programme.merchant_id = stranger.id
    database.session.commit()

    with app.test_request_context("/c/tea"):
        g.community = tea.community
        assert programmes_here() == []
        tea.programme.merchant_id = tea.merchant.id
        database.session.flush()
        assert [programme.name for programme in programmes_here()] == ["Kettles"]


def test_pictures_stand_where_the_words_say_and_the_rest_at_the_end(client, db, tea: Tea, bo):
    sign_in(client, bo)
    client.post(MINE, data=WORDS | {"body": "First words.\n\n[picture 2]\n\nLast words."})
    place = f"{MINE}/{article().id}/pictures"

    for shade, alt in (("red", "A red cup"), ("blue", "A blue cup")):
        client.post(place, data={"file": a_picture(shade), "alt": alt})
    nothing = client.post(place, data={"alt": "Air"})
    wordless = client.post(place, data={"file": a_picture("green"), "alt": ""})
    no_picture = client.post(place, data={"file": (BytesIO(b"words"), "a.png"), "alt": "Words"})

    assert [answer.status_code for answer in (nothing, wordless, no_picture)] == [422] * 3
    preview = client.get(f"{MINE}/{article().id}").text.rsplit("<aside", 1)[1]
    order = [preview.index(words) for words in ("First words", "A blue cup", "Last words", "A red cup")]
    assert order == sorted(order)
    assert "[picture" not in preview
    article().publish(tea.owner)
    db.session.commit()
    first = article().pictures[0]["key"]
    assert client.post(f"{place}/removal", data={"key": first}).status_code == 303
    assert ([each["alt"] for each in article().pictures], article().state) == (["A blue cup"], "proposed")
