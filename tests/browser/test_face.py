"""The pieces of the face in a real browser: looked at by axe, pressed by a finger, with and without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.support.browsers import PHONE, NewPage
from tests.support.servers import LiveServer

pytestmark = pytest.mark.browser

Probe = Callable[[str], None]


@pytest.fixture
def probe(phone: Page, live_server: LiveServer) -> Probe:
    """Opens a page that holds nothing but a piece and the shop's scripts."""
    script = live_server.app.jinja_env.globals["asset_url"]("app.js")

    def show(piece: str) -> None:
        body = f'<!doctype html><title>x</title><div class="toasts" data-close="Close"></div>{piece}'
        body += f'<script type="module" src="{script}"></script>'
        phone.route("**/probe", lambda route: route.fulfill(body=body, content_type="text/html"))
        phone.goto("/probe")

    return show


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/style?toast=1", "/style/desk", "/style/product"])
def test_axe_finds_nothing_and_nothing_sticks_out(new_page: NewPage, path: str, width: int, scheme: str):
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)

    page.goto(path)

    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_every_touch_target_is_large_enough(phone: Page):
    phone.goto("/style")

    small = phone.evaluate(
        """[...document.querySelectorAll('button, .button, .chip, .tabs a, .bar a, .list a, input, select')]
        .filter((each) => each.checkVisibility())
        .map((each) => (each.closest('label.check, label.chip, .starpick label') ?? each))
        .filter((each) => each.getBoundingClientRect().height < 43.5)
        .map((each) => each.outerHTML.slice(0, 90))"""
    )

    assert small == []


def test_stepper_stops_at_its_ends(phone: Page):
    phone.goto("/style")
    stepper = phone.locator(".stepper").first
    more = stepper.get_by_role("button", name="One more")

    for _press in range(7):
        more.click()

    assert stepper.get_by_role("spinbutton").input_value() == "9"
    assert more.is_disabled()


def test_sheet_opens_and_closes_without_scripts(new_page: NewPage):
    page = new_page(**{**PHONE, "java_script_enabled": False})
    page.goto("/style")
    sheet = page.get_by_role("dialog", name="Shipping")
    expect(sheet).to_be_hidden()

    page.get_by_role("button", name="Open a sheet").click()
    expect(sheet).to_be_visible()

    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def test_menu_of_the_desk_opens_without_scripts(new_page: NewPage):
    page = new_page(**{**PHONE, "java_script_enabled": False})
    page.goto("/style/desk")

    page.get_by_role("button", name="Menu").click()

    expect(page.locator("#side")).to_be_visible()


def test_form_is_sent_once_however_often_it_is_pressed(phone: Page, probe: Probe):
    sent = []
    phone.route("**/sink", lambda route: (sent.append(1), route.fulfill(status=204)))
    probe('<form method="post" action="/sink"><button>Buy</button></form>')
    buy = phone.get_by_role("button", name="Buy")

    phone.evaluate("for (let press = 0; press < 5; press++) document.querySelector('button').click()")
    expect(buy).to_have_attribute("aria-busy", "true")
    phone.wait_for_load_state("networkidle")
    assert len(sent) == 1

    phone.evaluate("dispatchEvent(new Event('pageshow'))")
    buy.click()
    phone.wait_for_load_state("networkidle")
    assert len(sent) == 2


def test_refused_vote_goes_back_and_says_why(phone: Page, probe: Probe, complaints: list[str]):
    phone.route("**/votes", lambda route: route.fulfill(status=409, json={"error": "Voting is over."}))
    probe(
        '<form method="post" action="/votes" data-quick>'
        '<button aria-pressed="false">Like <b data-count>7</b></button></form>'
    )

    phone.get_by_role("button", name="Like").click()

    expect(phone.locator(".toast.bad")).to_contain_text("Voting is over.")
    expect(phone.get_by_role("button", name="Like 7")).to_have_attribute("aria-pressed", "false")
    complaints.clear()  # the browser itself reports the 409


def test_vote_is_counted_at_once(phone: Page, probe: Probe):
    phone.route("**/votes", lambda route: route.fulfill(json={"pressed": True, "count": 12}))
    probe(
        '<form method="post" action="/votes" data-quick>'
        '<button aria-pressed="false">Like <b data-count>7</b></button></form>'
    )

    phone.get_by_role("button", name="Like").click()

    expect(phone.get_by_role("button", name="Like 12")).to_have_attribute("aria-pressed", "true")


def test_who_is_to_sign_in_before_voting_is_led_there(phone: Page, probe: Probe):
    phone.route("**/votes", lambda route: route.fulfill(status=303, headers={"Location": "/sign-in"}))
    probe('<form method="post" action="/votes" data-quick><button aria-pressed="false">Like</button></form>')

    phone.get_by_role("button", name="Like").click()

    phone.wait_for_url("**/sign-in")


def test_live_numbers_are_asked_for_again(phone: Page, probe: Probe):
    left = iter([3, 2, 1])

    def answer(route: Route) -> None:
        number = next(left, None)
        route.fulfill(json={"left": number}) if number else route.fulfill(status=204)

    phone.route("**/stock", answer)
    probe('<p data-live="/stock" data-every="0.05">Left: <b data-field="left">9</b></p>')

    expect(phone.locator("p")).to_have_text("Left: 1")


def test_what_is_left_is_told_while_one_looks(phone: Page, probe: Probe):
    probe('<p data-now="left" data-every="0.1">Only 3 left</p><p>Said once</p>')
    later = '<!doctype html><p data-now="left">Only 2 left</p><p>Said again</p>'
    phone.route("**/probe", lambda route: route.fulfill(body=later, content_type="text/html"))

    expect(phone.get_by_text("Only 2 left")).to_be_visible()
    expect(phone.get_by_text("Said once")).to_be_visible()


def test_way_back_leads_to_where_one_was(phone: Page):
    phone.goto("/style")
    phone.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    phone.wait_for_function("scrollY === 900")

    phone.goto("/style/product")
    phone.go_back()

    phone.wait_for_function("Math.abs(scrollY - 900) < 2")


def test_long_work_ends_where_its_result_is(phone: Page, probe: Probe):
    states = iter(
        [{"value": 2, "max": 5, "text": "2 of 5"}, {"value": 5, "done": True, "location": "/healthz"}]
    )
    phone.route("**/job", lambda route: route.fulfill(json=next(states)))
    probe('<div data-progress="/job"><b data-text>Reading</b><progress max="1"></progress></div>')

    expect(phone.locator("b")).to_have_text("2 of 5")
    phone.wait_for_url("**/healthz")


def test_countdown_tells_when_it_is_over(phone: Page, probe: Probe):
    probe(
        '<time datetime="2020-01-01T00:00:00Z" data-countdown data-left="{} left" data-over="It is over">…</time>'
    )

    expect(phone.locator("time")).to_have_text("It is over")


def test_what_is_typed_appears_in_the_phone_beside_the_form(desk: Page):
    desk.goto("/style/desk")

    desk.get_by_label("Name").fill("Gaiwan")
    desk.get_by_label("Price").fill("45")

    expect(desk.locator("#preview-name")).to_have_text("Gaiwan")
    expect(desk.locator("#preview-price")).to_have_text("¥45")


def test_toast_can_be_closed(phone: Page):
    phone.goto("/style?toast=1")

    phone.locator(".toast.bad").get_by_role("button", name="Close").click()

    expect(phone.locator(".toast")).to_have_count(1)


def test_question_before_a_deletion_can_be_folded_again(phone: Page):
    phone.goto("/style")
    phone.locator(".ask summary").click()

    phone.get_by_role("button", name="Leave it").click()

    expect(phone.locator(".ask summary")).to_be_focused()
    expect(phone.get_by_text("Orders that were placed stay")).to_be_hidden()


def test_a_strip_of_pictures_tells_which_one_is_seen(phone: Page, probe: Probe):
    each = '<b style="flex: 0 0 300px; height: 50px"></b>'
    probe(
        f'<div style="display: flex; width: 300px; overflow: auto">{each * 3}</div><p data-swiped>3 pictures</p>'
    )
    place = phone.locator("[data-swiped]")
    expect(place).to_have_text("1 / 3")

    place.evaluate("(each) => each.previousElementSibling.scrollTo(600, 0)")

    expect(place).to_have_text("3 / 3")
