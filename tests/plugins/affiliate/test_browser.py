"""In a real browser: written with a preview, published by a manager, told, followed, sold, earned."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from plugins.affiliate.signing import HEADER, sign
from shop.checking import check
from tests.plugins.affiliate.conftest import PHONE as AGENT
from tests.plugins.affiliate.conftest import Tea
from tests.support.browsers import DESK, PHONE

SHOTS = os.environ.get("SHOTS")
WORD = "a quiet mountain lake"


def look(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at, when asked for."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"affiliate-{name}.png", full_page=True)


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.browser
def test_an_article_is_written_published_read_followed_and_pays(app, db, tea: Tea, live_server, new_page):
    for somebody in (tea.ana, tea.owner):
        somebody.set_password(WORD)
    code, secret = tea.programme.code, tea.programme.secret
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    author = new_page(**DESK)
    sign_in(author, "ana@example.com")
    author.goto("/c/tea/x/affiliate/mine/new")
    author.get_by_label("Title").fill("One good cup")
    author.get_by_label("Words").fill("I drank from it **every day**.\n\n[card 1]\n")
    expect(author.locator("#preview-title")).to_have_text("One good cup")
    expect(author.locator("#preview-body strong")).to_have_text("every day")
    author.get_by_role("button", name="Save").click()
    author.get_by_role("link", name="New card").click()
    author.get_by_label("Leads to").select_option("Kettles")
    author.get_by_label("Name of the thing").fill("Plain cup")
    author.get_by_label("Address at the partner").fill("https://cups.kettles.example/plain")
    author.get_by_role("button", name="Save").click()
    expect(author.locator(".handset .disclosure").first).to_contain_text("This contains promotion")
    look(author, "1-edit")
    author.get_by_role("button", name="Hand in").click()
    expect(author.get_by_text("Waits for a manager")).to_be_visible()

    manager = new_page(**DESK)
    sign_in(manager, "owner@example.com")
    manager.goto("/c/tea/x/affiliate/manage")
    manager.get_by_role("button", name="Publish").click()

    reader = new_page(**PHONE, user_agent=AGENT)
    reader.context.route(
        "https://cups.kettles.example/**", lambda route: route.fulfill(body="<title>The partner</title>")
    )
    reader.goto("/c/tea/x/affiliate/")
    reader.get_by_role("link", name="One good cup").click()
    card = reader.locator(".x-affiliate-card")
    told, way = card.locator(".disclosure"), card.get_by_role("link", name="See it at cups.kettles.example")
    expect(told).to_contain_text("Ana and this community earn when you buy at cups.kettles.example")
    assert way.evaluate(
        "(a, told) => told.compareDocumentPosition(a) & a.DOCUMENT_POSITION_FOLLOWING", told.element_handle()
    )
    look(reader, "2-article")
    address = way.get_attribute("href")
    way.click()
    reader.wait_for_url("https://cups.kettles.example/**")
    token = parse_qs(urlsplit(reader.url).query)["click"][0]

    friend = new_page(**PHONE, user_agent=AGENT)
    friend.goto(str(address))
    expect(friend.locator(".disclosure")).to_contain_text("Promotion: Ana and this community earn")
    look(friend, "3-leaving")

    body = json.dumps({"ref": "C-1", "click": token, "amount": "50.00"}).encode()
    answer = app.test_client().post(
        f"/hooks/x/affiliate/{code}", data=body, headers={HEADER: sign(secret, body)}
    )
    assert (answer.status_code, answer.json["state"]) == (200, "pending")
    author.goto("/me/x/affiliate/")
    expect(author.get_by_text("One good cup")).to_be_visible()
    expect(author.locator(".list").get_by_text("¥5.00")).to_be_visible()
    look(author, "4-earned")
    assert check(app) == []
