"""The story of reviews in a real browser: a trial, a purchase, stars on a phone, an answer, a hiding and an appeal."""

import pytest
from playwright.sync_api import expect

from plugins.reviews.reviews import Review
from plugins.reviews.rights import Right
from shop.checking import check
from shop.jobs import run_until_idle
from tests.plugins.reviews.conftest import lay_table
from tests.support.browsers import DESK, PASSWORD, PHONE, sign_in_here


@pytest.mark.browser
def test_a_buyer_speaks_is_answered_hidden_and_shown_again(app, db, live_server, new_page):
    table = lay_table(app)
    table.report_trial(table.bo)
    product, community = table.stall.product, table.stall.community
    Review.write(
        Right("trial", community.id, product, "", trial_id=1), table.bo, 5, "It came free, and I like it."
    )
    people = [table.ana, table.seller, table.stall.owner]
    for person in people:
        person.set_password(PASSWORD)
    ana, seller, owner = (person.email for person in people)
    url, product_page, desk_url = table.url, table.page, table.desk
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    # who bought it gives three stars on a phone; the trial's five stand apart
    phone = new_page(**PHONE)
    phone.goto("/me/x/reviews/mine")
    sign_in_here(phone, ana)
    phone.get_by_role("link", name="Oolong").first.click()
    phone.locator("label", has_text="3 stars").click()
    phone.get_by_label("Your words").fill("Floral, but the tin was dented.")
    phone.get_by_role("button", name="Publish").click()
    expect(phone.get_by_text("Your review is on the page.")).to_be_visible()
    review_url = phone.url
    phone.goto(product_page)
    expect(phone.get_by_text("Trials give 2.0 stars more than buyers do.")).to_be_visible()
    expect(phone.get_by_text("Bought here")).to_be_visible()
    expect(phone.get_by_text("Free trial", exact=True)).to_be_visible()

    # the seller answers, and the stars are fixed
    desk = new_page(**DESK)
    desk.goto(f"{desk_url}/all?state=waiting")
    sign_in_here(desk, seller)
    card = desk.locator("article", has_text="the tin was dented")
    card.locator("summary", has_text="Answer").click()
    card.get_by_label("Your answer").fill("A new tin is on its way.")
    card.get_by_role("button", name="Publish").click()
    expect(desk.get_by_text("A new tin is on its way.")).to_be_visible()
    phone.goto(review_url)
    phone.get_by_role("link", name="Change it").first.click()
    expect(phone.get_by_text("The seller has answered: the stars stay as they are.")).to_be_visible()

    # a manager hides the words for a reason; the author reads it and appeals; the words come back
    boss = new_page(**DESK)
    boss.goto(f"{url}/queue")
    sign_in_here(boss, owner)
    boss.goto(review_url)
    boss.locator("summary", has_text="Hide its words").click()
    boss.get_by_label("Reason").select_option("elsewhere")
    boss.locator("details[open]").get_by_role("button", name="Hide its words").click()
    expect(boss.get_by_text("Its words are hidden")).to_be_visible()
    phone.goto(review_url)
    phone.get_by_label("Why should it be shown?").fill("The tin belongs to it.")
    phone.get_by_role("button", name="Appeal").click()
    boss.goto(f"{url}/queue")
    boss.get_by_label("Your answer").fill("You are right.")
    boss.get_by_role("button", name="Show it again").click()
    phone.goto(product_page)
    expect(phone.get_by_text("Floral, but the tin was dented.")).to_be_visible()

    run_until_idle(app)
    assert check(app) == []
