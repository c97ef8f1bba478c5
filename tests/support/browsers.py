"""A real Chromium, as a phone and as a desk, that tells of every error on a page."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.support.servers import LiveServer

# Quiet, and without any way to another machine: only this machine's names are found.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK = {"viewport": {"width": 1280, "height": 800}}

# Whose way in is played by the form has this one.
PASSWORD = "a quiet mountain path"

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine; without one the test is skipped, and with CI=true fails."""
    path = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        pytest.skip("NO BROWSER TESTS: there is no chromium, chromium-browser or google-chrome on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the pages of this test complained of in their console. It must be empty at the end.

    A document answered with 4xx is no complaint (the shop says no in that way); anything else is. A test that
    provokes one looks at it and clears the list.
    """
    heard: list[str] = []
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[NewPage]:
    """Makes pages, each in a context of its own (its cookies are another visitor's): `new_page(locale="zh-CN")`.

    Without a worker between the page and the shop, unless a test asks for it: `new_page(service_workers="allow")`.
    """
    contexts = []

    def make(**options: object) -> Page:
        usual = {"locale": "en-US", "service_workers": "block"}
        context = browser.new_context(base_url=live_server.url, **{**usual, **options})
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A page on a phone: 390 x 844, touched."""
    return new_page(**PHONE)


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    """A page on a desk: 1280 x 800, with a mouse."""
    return new_page(**DESK)


@pytest.fixture
def page(phone: Page) -> Page:
    """The page of most people: a phone's."""
    return phone


def listen(page: Page, complaints: list[str]) -> None:
    """Note what the page complains of in its console."""
    refused: set[str] = set()

    def note_refusal(response: Response) -> None:
        if 400 <= response.status < 500 and response.request.is_navigation_request():
            refused.add(response.url)

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in refused:
            complaints.append(f"{page.url}: {message.text} ({message.location.get('url')})")

    page.on("response", note_refusal)
    page.on("console", note_console)

    def note_error(error: object) -> None:
        # Chromium's own words when a link leads out of the shop by way of the shop, or a key is faster than the fading.
        if not any(
            words in str(error) for words in ("ViewTransition opt-in disabled", "Page already revealed")
        ):
            complaints.append(f"{page.url}: {error}")

    page.on("pageerror", note_error)


def sign_in_by_form(page: Page, email: str) -> None:
    """Sign in as people do, with the password that the test has given them."""
    page.goto("/sign-in")
    sign_in_here(page, email)
    page.wait_for_load_state()


def sign_in_here(page: Page, email: str) -> None:
    """The same on a page that asks who one is; it leads on to what was asked for."""
    page.get_by_label("Email").or_(page.get_by_label("E-mail")).first.fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
