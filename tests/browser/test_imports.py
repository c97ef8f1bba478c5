"""A merchant brings products from another shop, at a desk, with the bar moving by itself."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from shop import jobs, outbound
from shop.outbound import CannotFetch
from shop.people.models import Person
from tests.support import goods
from tests.support.people import sign_in

pytestmark = pytest.mark.browser

TEA = Path(__file__).parents[1] / "data" / "shopify-tea.csv"


def test_file_is_read_then_imported_while_the_bar_moves(
    app: Flask, db: SQLAlchemy, desk: Page, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbound, "fetch", nothing_answers)
    lin = goods.person()
    goods.merchant(lin)
    let_in(app, desk, lin)
    db.session.commit()

    desk.goto("/desk/old-hill/imports")
    desk.get_by_label("Product file (CSV)").set_input_files(TEA)
    desk.get_by_role("button", name="Look at the file").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()

    jobs.run_until_idle(app)
    expect(desk.get_by_text("Nothing has happened yet.")).to_be_visible()
    expect(
        desk.get_by_role("row", name=re.compile("Spring Oolong 春乌龙.*3 variants, 5 pictures"))
    ).to_be_visible()

    desk.get_by_role("button", name="Import 5 products").click()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    jobs.run_until_idle(app)
    expect(desk.get_by_text("Everything below is done.")).to_be_visible()
    desk.get_by_role("link", name="Products", exact=True).click()
    expect(desk.get_by_text("Iron Kettle")).to_be_visible()


def nothing_answers(address: str, **_limits: object) -> None:
    raise CannotFetch("The address does not answer.")


def let_in(app: Flask, page: Page, person: Person) -> None:
    """The page is this person's, as after the sign-in form."""
    client = app.test_client()
    sign_in(client, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": app.config["BASE_URL"]}])
