"""Who may write, what they may write, and what the shop reckons from it."""

import io

import pytest
from PIL import Image
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.checking import helpful_votes_are_exact, sums_are_exact
from plugins.reviews.reviews import HelpfulVote, Review
from plugins.reviews.rights import ReportedTrial
from plugins.reviews.sums import StarSum, ratings_of
from shop.checking import check
from shop.db import db as shop_db
from shop.errors import Refused
from shop.orders.models import Order
from shop.payments.settling import refund_order
from shop.switches import switch
from tests.plugins.reviews.conftest import bought
from tests.support import goods
from tests.support.people import sign_in


def picture() -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(stream, "PNG")
    stream.seek(0)
    return stream, "tea.png"


def test_who_has_received_it_writes_and_the_page_shows_it(table, client):
    table.as_(client, table.ana)
    assert "Write a review" in client.get(table.page).text
    assert client.get(f"{table.of_product}/new").location == f"{table.of_product}/new?origin=purchase"

    sent = {"stars": "4", "text": "Floral.\nA bit dear.", "pictures": [picture()], "origin": "purchase"}
    answer = client.post(f"{table.of_product}?origin=purchase", data=sent, content_type="multipart/form-data")

    assert answer.status_code == 303
    page = client.get(table.page).text
    assert "Bought here" in page
    assert "Floral.\nA bit dear." in page
    assert '"ratingValue": "4.0"' in page
    assert "/files/pictures/" in client.get(answer.location).text
    assert (table.ratings.purchase.many, table.ratings.purchase.words) == (1, "4.0")
    assert client.get(f"{table.of_product}/new").status_code == 303


def test_nothing_but_a_received_order_or_a_reported_trial_gives_the_right(table, client):
    """Neither what is sent nor what is free, unpaid or not yet there; and never one's own goods."""
    guest = client.post(table.of_product, data={"stars": 5})
    waiting = table.buyer("Wen", received=False)
    stranger, seller = goods.person("Stranger"), table.seller
    bought(table.stall, seller)
    shop_db.session.commit()

    told = []
    for person in (waiting, stranger, seller):
        table.as_(client, person)
        forged = {"stars": 5, "origin": "purchase", "line_id": 1, "trial_id": 1, "person_id": table.ana.id}
        told.append(client.post(table.of_product, data=forged).status_code)
        told.append(client.post(table.of_product, data=forged | {"origin": "trial"}).status_code)

    assert guest.location.endswith("/sign-in")
    assert told == [409] * 6
    assert shop_db.session.scalars(select(Review)).all() == []
    assert table.ratings.many == 0


def test_the_database_itself_keeps_no_review_without_an_origin(table):
    made_up = {"community_id": 1, "product_id": 1, "person_id": 1, "origin": "purchase", "stars": 5}
    for more in ({}, {"stars": 6, "line_id": 1}, {"origin": "trial", "line_id": 1}):
        with pytest.raises(IntegrityError):
            shop_db.session.execute(insert(Review).values(made_up | more))
        shop_db.session.rollback()


def test_what_cost_nothing_was_not_bought_and_a_refund_silences_nobody(table):
    free = table.buyer("Free")
    order = bought(table.stall, free)
    for line in (*order.lines, *shop_db.session.get_one(Order, order.id - 1).lines):
        line.amount = 0
    back = table.buyer("Back")
    paid = shop_db.session.scalars(select(Order).where(Order.buyer_id == back.id)).one()
    refund_order(paid, paid.total, "Broken", "key", table.stall.owner)
    table.work()

    with pytest.raises(Refused):
        table.write(free)
    assert table.write(back, 1, "It broke.").stars == 1


def test_a_trial_and_a_purchase_stand_apart_with_the_gap(table, client):
    table.report_trial(table.bo)
    table.report_trial(table.bo)
    assert len(shop_db.session.scalars(select(ReportedTrial)).all()) == 1

    table.write(table.bo, 5, "Got it free.", origin="trial")
    table.write(table.ana, 3)
    with pytest.raises(Refused):
        table.write(table.bo, 5)

    page = client.get(table.of_product).text
    assert (table.ratings.trial.words, table.ratings.purchase.words, table.ratings.gap) == ("5.0", "3.0", 20)
    assert "Trials give 2.0 stars more than buyers do." in page
    assert "Free trial" in page
    assert "/c/tea/x/trials/reports/7" in page
    shelf = client.get("/c/tea").text
    assert "3.0 of 5 stars" in shelf
    assert "Trials 5.0 (1)" in shelf
    product = client.get(table.page).text
    assert '"ratingValue": "3.0"' in product
    assert "Got it free." not in product[product.index("ld+json") :].partition("</script>")[0]


def test_one_review_a_way_and_changing_it_leaves_what_it_said(table, client):
    review = table.write(table.ana, 5, "Perfect.")
    with pytest.raises(Refused):
        table.write(table.ana, 1)
    shop_db.session.rollback()
    table.as_(client, table.ana)
    url = f"{table.url}/{review.id}"

    assert client.post(url, data={"stars": "2", "text": "It went stale."}).status_code == 303

    page = client.get(url).text
    assert "It went stale." in page
    assert "Perfect." in page
    assert table.ratings.purchase.counts == (0, 1, 0, 0, 0)
    assert client.post(url, data={"stars": "9", "text": ""}).status_code == 422
    table.as_(client, table.bo)
    assert client.post(url, data={"stars": "5", "text": "Mine now"}).status_code == 404
    assert client.get(f"{url}/edit").status_code == 404


def test_stars_are_fixed_once_the_seller_has_answered(table, client):
    review = table.write(table.ana, 2, "Stale.")
    table.as_(client, table.seller)

    assert "Stale." in client.get(f"{table.desk}/all?state=waiting").text
    client.post(f"{table.desk}/{review.id}/answer", data={"text": "Sorry! A new tin is on its way."})
    client.post(f"{table.desk}/{review.id}/answer", data={"text": "Sorry! Two new tins are on their way."})
    table.work()

    table.as_(client, table.ana)
    url = f"{table.url}/{review.id}"
    assert client.post(url, data={"stars": "5", "text": "Wow"}).status_code == 409
    assert (
        client.post(url, data={"stars": "2", "text": "Stale, but they sent two new tins."}).status_code == 303
    )
    page = client.get(table.page).text
    assert "Two new tins" in page
    assert "Stale, but they sent two new tins." in page
    assert table.ratings.purchase.counts == (0, 1, 0, 0, 0)
    assert shop_db.session.scalars(select(SellersAnswer)).one().changed_at is not None
    assert table.subjects() == ["Old Hill has answered your review"]


def test_helpful_counts_a_person_once_and_never_oneself(table, client):
    review = table.write(table.ana)
    url = f"{table.url}/{review.id}"
    table.as_(client, table.bo)

    for _press in range(3):
        client.post(f"{url}/vote")
    assert "Helped me (<span data-count>1</span>)" in client.get(table.page).text
    quick = client.post(f"{url}/vote", headers={"Accept": "application/json"})
    assert quick.json == {"pressed": True, "count": 1}
    table.as_(client, table.ana)
    assert client.post(f"{url}/vote").status_code == 409
    table.as_(client, table.bo)
    for _press in range(2):
        client.post(f"{url}/vote/removal")

    shop_db.session.expire_all()
    assert (review.helpful, shop_db.session.scalars(select(HelpfulVote)).all()) == (0, [])


def test_a_product_s_page_says_the_same_to_everybody_and_its_link_tells_each_what_they_may(table, client):
    table.write(table.ana)
    table.report_trial(table.ana)
    stranger = goods.person("Stranger")
    shop_db.session.commit()
    guest = client.get(table.page).text
    said = {}
    for person in (table.ana, stranger, table.seller):
        table.as_(client, person)
        said[person.name] = client.get(f"{table.of_product}/new").text
        shown = client.get(table.page).text
        assert shown[shown.index('id="reviews"') :].count("<form") == guest[
            guest.index('id="reviews"') :
        ].count("<form")

    assert "Review what you bought" in said["Ana"]
    assert "Review your trial" in said["Ana"]
    assert "You can review this once you have received it." in said["Stranger"]
    assert "You sell this yourself" in said[table.seller.name]


def test_sorting_and_filters(table, client):
    for name, stars in (("Cai", 1), ("Dan", 4), ("Eve", 5)):
        table.write(table.buyer(name), stars, f"{stars} by {name}")
    low = shop_db.session.scalars(select(Review).where(Review.stars == 1)).one()
    table.as_(client, table.bo).post(f"{table.url}/{low.id}/vote")

    def order(asked: str) -> list[str]:
        page = client.get(f"{table.of_product}?{asked}").text
        return sorted((w for w in ("1 by Cai", "4 by Dan", "5 by Eve") if w in page), key=page.index)

    assert order("") == ["1 by Cai", "5 by Eve", "4 by Dan"]
    assert order("sort=newest") == ["5 by Eve", "4 by Dan", "1 by Cai"]
    assert order("sort=best") == ["5 by Eve", "4 by Dan", "1 by Cai"]
    assert order("sort=worst") == ["1 by Cai", "4 by Dan", "5 by Eve"]
    assert order("stars=4") == ["4 by Dan"]
    assert order("with=pictures") == []
    assert order("origin=trial") == []
    assert order("origin=nonsense&stars=x&sort=y") == ["1 by Cai", "5 by Eve", "4 by Dan"]


def test_shop_check_counts_everything_anew(table):
    review = table.write(table.ana, 4)
    assert check(table.app) == []

    review.helpful = 3
    shop_db.session.execute(StarSum.__table__.update().values(n4=2))
    shop_db.session.commit()

    assert list(sums_are_exact()) == [
        "Reviews of product 1 in community 1 (purchase): the sums say [0, 0, 0, 2, 0], the reviews [0, 0, 0, 1, 0]."
    ]
    assert list(helpful_votes_are_exact()) == [f"Review {review.id} counts 3 helpful votes and has 0."]
    assert len(check(table.app)) == 2


def test_another_community_has_its_own_words(table, client):
    """What members of one group wrote is neither shown nor counted in another."""
    table.write(table.ana)
    other = goods.community(table.stall.owner, "Cake")
    goods.listing(table.stall.product, other, table.stall.owner)
    switch(other.id, "reviews", True, table.stall.owner.id)
    shop_db.session.commit()

    assert ratings_of(other.id, [table.stall.product.id]) == {}
    assert client.get("/c/cake/x/reviews/1").status_code == 404


def test_whoever_is_signed_in_finds_what_to_review(table, client):
    sign_in(client, table.ana)

    page = client.get("/me/x/reviews/mine").text
    order = client.get(f"/orders/{shop_db.session.scalars(select(Order.number)).one()}").text

    assert "Waiting for your review" in page
    assert "Review “Oolong”" in order
    table.write(table.ana)
    assert "Waiting for your review" not in client.get("/me/x/reviews/mine").text
