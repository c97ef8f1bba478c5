"""A click counts once a day for each visitor; machines, the author and repeats are kept with the reason."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import time_machine
from sqlalchemy import select

from plugins.affiliate.clicks import MOST_AN_HOUR, Click
from plugins.affiliate.jobs import forget_old
from plugins.affiliate.programmes import Pause
from plugins.affiliate.signing import sign_card
from shop.clock import now
from shop.db import db as database
from tests.plugins.affiliate.conftest import HERE, PHONE, Tea, Visitors
from tests.support.people import sign_in


def noted() -> list[tuple[bool, str]]:
    """Whether each click was counted, and why not."""
    database.session.rollback()
    found = database.session.scalars(select(Click).order_by(Click.id)).all()
    return [(click.is_counted, click.reason) for click in found]


def test_a_click_is_counted_and_carried_to_the_partner(client, tea: Tea):
    answer = client.get(tea.ways(client)[0], headers=HERE)

    parts = urlsplit(answer.location)
    assert answer.status_code == 303
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "shop.kettles.example", "/p")
    query = parse_qs(parts.query)
    assert query["id"] == ["7"]
    click = database.session.scalars(select(Click)).one()
    assert query["click"] == [click.token]
    assert answer.headers["Cache-Control"] == "no-store"
    assert noted() == [(True, "")]


def test_the_same_visitor_counts_once_a_day_and_another_counts_too(client, tea: Tea, visitor: Visitors):
    tea.click(client)
    again = tea.click(client)
    tea.click(visitor())

    assert noted() == [(True, ""), (False, "repeat"), (True, "")]
    assert again

    with time_machine.travel(now() + timedelta(days=1)):
        tea.click(client)
    assert noted()[-1] == (True, "")


MACHINES = (
    ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "bot"),
    ({"User-Agent": "curl/8.4.0"}, "bot"),
    ({"User-Agent": ""}, "bot"),
    ({"User-Agent": PHONE, "Sec-Purpose": "prefetch;prerender"}, "prefetch"),
    ({"User-Agent": PHONE, "X-Moz": "prefetch"}, "prefetch"),
)


def test_machines_are_not_counted_and_bring_nobody_a_token(client, tea: Tea):
    way = tea.ways(client)[0]

    answers = [client.get(way, headers=headers) for headers, _reason in MACHINES]

    assert noted() == [(False, reason) for _headers, reason in MACHINES]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 204, 204]
    assert ["click=" in (answer.location or "") for answer in answers] == [False] * len(MACHINES)


def test_asking_whether_it_is_there_is_no_click(client, tea: Tea):
    answer = client.head(tea.ways(client)[0], headers=HERE)

    assert answer.status_code == 303
    assert noted() == [(False, "head")]


def test_the_authors_own_clicks_do_not_count(client, tea: Tea):
    sign_in(client, tea.ana)

    tea.click(client)

    assert noted() == [(False, "own")]


def test_who_is_paused_or_has_left_gets_no_clicks(client, tea: Tea, visitor: Visitors):
    database.session.add(Pause(community_id=tea.community.id, person_id=tea.ana.id, reason="spam"))
    database.session.commit()
    tea.click(client)

    database.session.scalars(select(Pause)).one().ended_at = now()
    tea.community.leave(tea.ana)
    database.session.commit()
    tea.click(visitor())

    assert noted() == [(False, "paused"), (False, "paused")]


def test_a_programme_that_has_ended_leads_on_and_counts_nothing(client, tea: Tea):
    tea.programme.end()
    database.session.commit()

    assert tea.click(client) == ""

    assert noted() == [(False, "ended")]


def test_more_than_people_click_by_hand_is_not_counted(client, tea: Tea, visitor: Visitors):
    tea.click(client)
    first = database.session.scalars(select(Click)).one()
    same = {
        "community_id": tea.community.id,
        "net": first.net,
        "at": now(),
        "visitor": "x",
        "reason": "repeat",
    }
    for n in range(MOST_AN_HOUR):
        database.session.add(Click(token=f"t{n}", **same))
    database.session.commit()

    tea.click(visitor())

    assert noted()[-1] == (False, "flood")


def test_whoever_comes_from_elsewhere_is_told_before_going_on(client, tea: Tea):
    way = tea.ways(client)[0]

    page = client.get(way, headers={"User-Agent": PHONE, "Sec-Fetch-Site": "cross-site"})

    assert page.status_code == 200
    assert "Promotion: Ana and this community earn when you buy at shop.kettles.example." in page.text
    assert noted() == []

    on = page.text.split('<a class="button main" href="')[1].split('"')[0].replace("&amp;", "&")
    answer = client.get(on, headers={"User-Agent": PHONE})

    assert answer.status_code == 303
    assert noted() == [(True, "")]


def test_a_forged_or_foreign_link_leads_nowhere(client, tea: Tea, app):
    way = tea.ways(client)[0]
    with app.test_request_context():
        real = sign_card(tea.article.cards[0].id)
        other = sign_card(99)

    assert way.endswith(real)
    assert client.get(way + "x", headers=HERE).status_code == 404
    assert client.get(way.replace(real, other), headers=HERE).status_code == 404
    tea.article.cards[0].url = "https://evil.example/"
    database.session.commit()
    assert client.get(way, headers=HERE).status_code == 404


def test_addresses_are_forgotten_after_a_month_and_the_uncounted_after_a_season(client, tea: Tea):
    tea.click(client)
    tea.click(client)

    with time_machine.travel(now() + timedelta(days=31)):
        assert forget_old() == 0
        database.session.commit()
        assert {click.net for click in database.session.scalars(select(Click))} == {""}
        database.session.commit()
    with time_machine.travel(now() + timedelta(days=91)):
        assert forget_old() == 1
        database.session.commit()

    assert noted() == [(True, "")]


def test_no_address_but_the_partners_own(tea: Tea):
    assert tea.programme.leads_to("https://shop.kettles.example/p?id=7")
    for url in (
        "http://shop.kettles.example/",
        "https://kettles.example.evil.example/",
        "https://evilkettles.example/",
        "https://kettles.example@evil.example/",
        "https://evil.example\\@kettles.example/",
        "https://kettles.example:8443/",
        "javascript:alert(1)",
        "//kettles.example/",
    ):
        assert not tea.programme.leads_to(url), url
