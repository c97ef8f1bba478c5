"""Takes the README pictures: `python tools/screenshots.py` fills a demo of its own and opens it in Chromium."""

import os
import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from shop.app import create_app
from shop.communities.links import GroupLink
from shop.db import db
from shop.demo.fill import PASSWORD, fill
from shop.jobs import run_until_idle
from shop.migrating import upgrade_all

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
# What members write and merchants give away stands above the search; the tiles are what a shelf is known by.
TO_THE_TILES = "tiles => scrollTo(0, document.querySelector('[role=search], search').offsetTop - 70)"
DESK = {"viewport": {"width": 1280, "height": 860}}


def main() -> None:
    """Fill, serve, look."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {"ENV": "development", "INSTANCE": folder, "SECRET_KEY": "only for the pictures of the README"}
        )
        upgrade_all(app)
        with app.app_context():
            fill(app, print)
            tokens = dict(db.session.execute(select(GroupLink.name, GroupLink.token)).all())
        run_until_idle(app)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        url = f"http://127.0.0.1:{server.server_port}"
        app.config["BASE_URL"] = url
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            take(browser, url, tokens)
            browser.close()
        server.shutdown()


def take(browser: Browser, url: str, tokens: dict[str, str]) -> None:
    """The pictures, one after the other."""
    phone = browser.new_context(base_url=url, locale="zh-CN", **PHONE).new_page()
    phone.goto(f"/g/{tokens['周二晚上的茶']}")
    phone.locator(".tiles").first.evaluate(TO_THE_TILES)
    keep(phone, "shelf")
    phone.goto(phone.locator(".tile a").first.get_attribute("href") or "/")
    keep(phone, "listing")
    phone.locator(".dock .button.main").click()
    phone.wait_for_load_state("networkidle")
    keep(phone, "checkout")

    desk = browser.new_context(base_url=url, locale="en-US", **DESK).new_page()
    desk.goto("/desk/ridgeworks/orders")
    desk.locator("input[name=email]").fill("nora@demo.example")
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("main button[type=submit]").first.click()
    desk.wait_for_load_state("networkidle")
    keep(desk, "desk")
    if os.environ.get("ALL"):
        manager = browser.new_context(base_url=url, locale="en-US", **DESK).new_page()
        manager.goto("/c/trail/x/pulse/")
        manager.locator("input[name=email]").fill("jonas@demo.example")
        manager.locator("input[name=password]").fill(PASSWORD)
        manager.locator("main button[type=submit]").first.click()
        keep(manager, "pulse")
    for name, path in (("desk-products", "/desk/ridgeworks/products"), ("desk-home", "/desk/ridgeworks")):
        if os.environ.get("ALL"):
            desk.goto(path)
            keep(desk, name)


def keep(page: Page, name: str) -> None:
    """Write one picture, with what the page's scripts put into it."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
