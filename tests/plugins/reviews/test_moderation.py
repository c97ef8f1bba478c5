"""What may not stand here goes for a reason, stars never; whoever wrote it can appeal; nasty words harm nobody."""

import csv
import io
import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.checking import helpful_votes_are_exact, sums_are_exact
from plugins.reviews.inviting import ReviewInvitation
from plugins.reviews.moderating import REASONS, Complaint, Hiding
from plugins.reviews.reviews import HelpfulVote, Review, ReviewPicture
from shop.clock import now
from shop.db import db as shop_db
from shop.errors import Refused
from shop.hooks import door
from shop.jobs import run_until_idle
from shop.people.models import Person
from shop.testing.sql import count_sql
from tests.plugins.reviews.conftest import FORMULA, NASTY
from tests.support import goods


def manager_of(table, name: str = "Mia") -> Person:
    person = goods.person(name)
    table.stall.community.join(person, accepts_rules=True)
    shop_db.session.flush()
    table.stall.community.appoint(person, "manager", table.stall.owner)
    shop_db.session.commit()
    return person


def test_hiding_takes_words_and_leaves_stars(table, client):
    review = table.write(table.ana, 1, "Call me on 13800000000, you thieves")
    mia, before = manager_of(table), table.ratings
    url, queue = f"{table.url}/{review.id}", f"{table.url}/queue"
    table.as_(client, table.bo)
    assert client.post(f"{url}/report", data={"reason": "too_few_stars"}).status_code == 422
    for _press in range(2):
        client.post(f"{url}/report", data={"reason": "private", "words": "A phone number"})
    assert client.get(queue).status_code == 403

    table.as_(client, mia)
    page = client.get(queue).text
    assert "A phone number" in page
    assert 'class="stars"' not in page[page.index("<main") :]
    client.post(f"{url}/hiding", data={"reason": "private", "words": "Leave the number out, please."})
    table.work()

    product = client.get(table.of_product).text
    assert "13800000000" not in product
    assert "Hidden by a manager: Somebody" in product
    assert "13800000000" not in client.get(table.page).text
    assert table.ratings == before
    assert list(sums_are_exact()) == []
    assert "Nothing to look at" in client.get(queue).text
    assert table.subjects() == ["Your review of “Oolong” is hidden"]


def test_no_reason_of_the_list_is_about_the_rating(table):
    assert list(REASONS) == ["spam", "insult", "private", "elsewhere", "unlawful", "paid"]


def test_an_appeal_is_judged_by_another_manager(table, client):
    review, mia, max_ = table.write(table.ana, 2, "Stale"), manager_of(table), manager_of(table, "Max")
    url = f"{table.url}/{review.id}"
    table.as_(client, mia).post(f"{url}/hiding", data={"reason": "elsewhere"})
    table.as_(client, table.bo)
    assert client.post(f"{url}/appeal", data={"words": "x"}).status_code == 404

    table.as_(client, table.ana)
    assert "Appeal" in client.get(url).text
    client.post(f"{url}/appeal", data={"words": "It is about this tea."})
    assert client.post(f"{url}/appeal", data={"words": "Again"}).status_code == 409
    table.as_(client, mia)
    assert "It is about this tea." in client.get(f"{table.url}/queue").text
    answer = {"shows": "yes", "words": "You are right."}
    assert client.post(f"{url}/judgement", data=answer).status_code == 409
    table.as_(client, max_)
    assert client.post(f"{url}/judgement", data=answer).status_code == 303
    assert client.post(f"{url}/judgement", data=answer).status_code == 409
    table.work()

    assert "Stale" in client.get(table.page).text
    assert table.subjects()[-1] == "Your review of “Oolong” is shown again"


def test_an_appeal_that_is_refused_stays_so(table):
    review, mia, max_ = table.write(table.ana, 2, "Stale"), manager_of(table), manager_of(table, "Max")
    hiding = Hiding.hide(review, mia, "spam", "")
    hiding.say_against("No", table.ana)
    hiding.judge(shows=False, words="It is an advert.", by=max_)
    shop_db.session.commit()

    shop_db.session.expire_all()
    assert (review.is_hidden, hiding.answer, hiding.waits) == (True, "It is an advert.", False)
    with pytest.raises(Refused):
        hiding.say_against("Once more", table.ana)
    hiding.lift(max_)
    assert review.is_hidden is False


def test_who_sells_it_reports_and_cannot_decide(table, client):
    """Not even as a manager of the community."""
    review, seller = table.write(table.ana, 1, "Awful"), table.seller
    table.stall.community.join(seller, accepts_rules=True)
    shop_db.session.flush()
    table.stall.community.appoint(seller, "manager", table.stall.owner)
    shop_db.session.commit()
    table.as_(client, seller)

    client.post(f"{table.desk}/{review.id}/report", data={"reason": "insult", "words": "Not nice"})
    hidden = client.post(f"{table.url}/{review.id}/hiding", data={"reason": "insult"})
    kept = client.post(f"{table.url}/{review.id}/keeping")

    assert (hidden.status_code, kept.status_code) == (409, 409)
    assert shop_db.session.scalars(select(Complaint)).one().is_sellers is True
    assert "Awful" in client.get(table.page).text
    table.as_(client, table.stall.owner)
    assert "from the seller" in client.get(f"{table.url}/queue").text
    client.post(f"{table.url}/{review.id}/keeping")
    assert "Nothing to look at" in client.get(f"{table.url}/queue").text


def test_buyers_are_asked_once_whatever_they_think_unless_they_do_not_want_to(table, client):
    table.work()
    quiet = table.buyer("Quiet")
    table.as_(client, quiet).post("/me/x/reviews/quiet")
    assert "Ask me again" in client.get("/me/x/reviews/mine").text
    written = table.buyer("Wen")
    table.write(written, 1, "No")
    table.work()
    assert len(shop_db.session.scalars(select(ReviewInvitation)).all()) == 3

    shop_db.session.commit()
    for days in (4, 6, 30):
        with time_machine.travel(now() + timedelta(days=days), tick=True):
            run_until_idle(table.app)

    asked = [m for m in table.mails() if "How is" in m.subject]
    assert [m.to for m in asked] == [["ana@example.com"]]
    assert "nothing depends on what you write" in asked[0].body
    assert "star" not in asked[0].body


def test_nasty_words_stay_words_on_every_page_in_mails_and_files(table, client):
    nasty = "\n".join((*NASTY, FORMULA))
    table.ana.name = "<b>Ana</b>"
    table.report_trial(table.bo)
    table.write(table.bo, 4, nasty, origin="trial")
    review = table.write(table.ana, 4, nasty)
    review.options = NASTY[0]
    review.change(3, FORMULA)
    SellersAnswer.write(review, nasty, table.seller)
    Complaint.write(review, table.bo, "spam", nasty[:400])
    mia = manager_of(table)
    trial = shop_db.session.scalars(select(Review).where(Review.origin == "trial")).one()
    hiding = Hiding.hide(trial, mia, "spam", nasty[:400])
    hiding.say_against(nasty, table.bo)
    table.work()

    pages = [table.page, table.of_product, f"{table.url}/{review.id}", f"{table.url}/{trial.id}", "/c/tea"]
    own, queue, desk = "/me/x/reviews/mine", f"{table.url}/queue", f"{table.desk}/all"
    for person, more in ((table.ana, [own]), (table.bo, [own]), (mia, [queue]), (table.seller, [desk])):
        table.as_(client, person)
        for page in (*pages, *more):
            text = client.get(page).text
            for tag in ("<script>alert", "<img src=x", "<svg/onload", "</textarea><b>", "<b>Ana"):
                assert tag not in text, (page, tag)
    rows = list(csv.reader(io.StringIO(client.get(f"{table.desk}/all.csv").text.lstrip("\ufeff"))))
    assert [row[6] for row in rows[1:]] == ["", f"'{FORMULA}"]
    for mail in table.mails():
        html = "".join(str(content) for content, kind in mail.alternatives if kind == "text/html")
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_who_leaves_takes_words_and_pictures_and_no_rating_changes(table, client):
    review = table.write(table.ana, 2, "My name is Ana Li")
    shop_db.session.add(ReviewPicture(review_id=review.id, key="pictures/aa/" + "a" * 40, width=9, height=9))
    review.has_pictures = True
    table.write(table.buyer("Cai"), 4, "Fine")
    other = shop_db.session.scalars(select(Review).where(Review.stars == 4)).one()
    HelpfulVote.give(other, table.ana)
    shop_db.session.commit()
    before = table.ratings
    told = door().ask_owner("reviews", "person_data", person=table.ana, act="export")
    assert json.loads(json.dumps(told))["reviews"][0]["text"] == "My name is Ana Li"
    assert told["helpful_votes"] == [other.id]

    door().ask_owner("reviews", "person_data", person=table.ana, act="erase")
    shop_db.session.commit()
    shop_db.session.expire_all()

    page = client.get(table.of_product).text
    assert "Ana" not in page
    assert "A former member" in page
    assert table.ratings == before
    assert other.helpful == 1
    assert (list(sums_are_exact()), list(helpful_votes_are_exact())) == ([], [])
    assert shop_db.session.scalars(select(ReviewPicture)).all() == []


def test_a_shelf_asks_once_for_all_ratings(table, client):
    table.write(table.ana)
    client.get("/c/tea")
    with count_sql(table.app) as for_one:
        client.get("/c/tea?q=oo")
    for number in range(6):
        more = goods.product(table.stall.merchant, f"Oolong {number}")
        goods.offer(goods.listing(more, table.stall.community, table.stall.owner), table.stall.owner)
    shop_db.session.commit()
    with count_sql(table.app) as for_seven:
        client.get("/c/tea?q=oo")

    assert len(for_seven) == len(for_one)
    assert len([told for told in for_seven if "reviews_" in told]) == 1


def test_a_kept_page_is_made_anew_when_a_review_comes(table, client):
    """Visitors get a kept page; it may not be older than the last review, vote, answer or hiding."""
    visitor = table.app.test_client()
    assert "Floral." not in visitor.get(table.page).text
    review = table.write(table.ana)
    assert "Floral." in visitor.get(table.page).text
    SellersAnswer.write(review, "Thank you.", table.seller)
    shop_db.session.commit()
    assert "Thank you." in visitor.get(table.page).text
    HelpfulVote.give(review, table.bo)
    shop_db.session.commit()
    assert "Helped me (<span data-count>1</span>)" in visitor.get(table.page).text
    Hiding.hide(review, table.stall.owner, "spam", "")
    shop_db.session.commit()
    assert "Floral." not in visitor.get(table.page).text
