"""A plugin author's way: a folder is there, it is switched on and seen, it fails, rests, and is tried again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from shop.db import db
from shop.failures import MOST
from shop.testing.packages import installed, manifest
from tests.support import apps
from tests.support.browsers import DESK, PHONE
from tests.support.databases import Databases
from tests.support.people import make_person, sign_in
from tests.support.sales import open_stall
from tests.support.servers import serving

TEA_TIME = {
    "__init__.py": manifest("teatime", community_settings="'try_teatime.forms:Here'", shows_alike="True"),
    "forms.py": """
        from dataclasses import dataclass, field

        @dataclass(frozen=True)
        class Here:
            hour: int = field(default=16, metadata={"label": "Hour", "least": 0, "most": 23})
    """,
    "hooks.py": """
        from pathlib import Path
        from shop import settings
        from shop.hookspecs import Piece, hookimpl

        @hookimpl
        def page_pieces(slot, subjects, community):
            if slot != "shelf.top":
                return []
            if (Path(__file__).parent / "out_of_tea").exists():
                raise RuntimeError("the kettle is empty")
            return [Piece("teatime/line.html", {"hour": settings.here("teatime", community.id).hour})]
    """,
    "templates/teatime/line.html": "<p>Tea at {{ hour }} o'clock.</p>",
}


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_a_plugin_is_switched_on_by_keyboard_and_tried_again_by_touch(
    browser: Browser, databases: Databases, tmp_path: Path
):
    with databases.fresh("sqlite", tmp_path) as url, installed(tmp_path, teatime=TEA_TIME):
        app = apps.make(url, tmp_path)
        with app.app_context():
            stall = open_stall()
            keeper, owner, shelf = make_person("Keeper", is_operator=True), stall.owner, "/c/tea"
            db.session.commit()
            cookies = {}
            for name, person in (("keeper", keeper), ("owner", owner)):
                client = app.test_client()
                sign_in(client, person)
                cookies[name] = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
            db.session.remove()
        with serving(app) as server:
            desk, phone = (
                _page(browser, server.url, app.config["SESSION_COOKIE_NAME"], cookies[who], how)
                for who, how in (("owner", DESK), ("keeper", PHONE))
            )

            desk.goto(f"{shelf}/manage/apps")
            _press(desk, "Switch on: teatime")
            _tab_to(desk, "Hour")
            desk.keyboard.press("Control+a")
            desk.keyboard.type("17")
            with desk.expect_navigation(url=re.compile("/manage/apps#?")):
                desk.keyboard.press("Enter")
            desk.goto(shelf)
            expect(desk.get_by_text("Tea at 17 o'clock.")).to_be_visible()

            (tmp_path / "try_teatime" / "out_of_tea").touch()
            app.extensions["kept"].clear()
            app.extensions["parts"].clear()
            for _time in range(MOST):
                desk.goto(shelf)
                expect(desk.get_by_role("link", name="Oolong").first).to_be_visible()
                expect(desk.get_by_text("Tea at")).to_have_count(0)

            phone.goto("/admin/plugins/")
            phone.get_by_role("link", name="teatime").tap()
            expect(phone.get_by_text("the kettle is empty").first).to_be_visible()
            (tmp_path / "try_teatime" / "out_of_tea").unlink()
            phone.get_by_role("button", name="Try it again").tap()
            expect(phone.get_by_role("button", name="Try it again")).to_have_count(0)
            desk.goto(shelf)
            expect(desk.get_by_text("Tea at 17 o'clock.")).to_be_visible()
            desk.context.close()
            phone.context.close()
        apps.put_away(app)


def _page(browser: Browser, url: str, cookie: str, value: str, how: dict) -> Page:
    options = {
        "base_url": url,
        "locale": "en-US",
        "service_workers": "block",
        "reduced_motion": "reduce",
        **how,
    }
    context = browser.new_context(**options)
    context.add_cookies([{"name": cookie, "value": value, "url": url}])
    return context.new_page()


def _press(page: Page, name: str) -> None:
    """By Tab to what is called so, and Enter, until its answer is there."""
    _tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, name: str) -> None:
    told = "() => document.activeElement.ariaLabel || document.activeElement.labels?.[0]?.innerText || ''"
    for _press in range(80):
        page.keyboard.press("Tab")
        if re.match(name, page.evaluate(told)):
            return
    raise AssertionError(f"Tab never came to {name}")
