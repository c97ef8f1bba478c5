"""What a partner tells earns what the rules say, once, and never more than the caps."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.jobs import release_due
from plugins.affiliate.programmes import Pause, Programme, Rate, read_hosts
from plugins.affiliate.signing import HEADER, sign
from shop.checking import check
from shop.clock import now
from shop.db import db as database
from shop.errors import NotValid, Refused
from shop.ledger.models import Transfer, totals
from tests.plugins.affiliate.conftest import Tea, Visitors
from tests.support import goods
from tests.support.people import sign_in


def sale(ref: str = "K-1") -> Conversion:
    database.session.rollback()
    return database.session.scalars(select(Conversion).where(Conversion.ref == ref)).one()


def test_the_same_word_again_changes_nothing(tea: Tea):
    told = {"ref": "K-1", "click": tea.click(), "amount": "400.00"}

    first, again = tea.tell(**told), tea.tell(**told)

    assert (first.json["new"], again.json["new"]) == (True, False)
    assert (sale().commission, sale().community_part) == (4000, 800)
    assert totals() == {"CNY": 0}
    assert len(database.session.scalars(select(Transfer)).all()) == 2


NONSENSE = (
    (b'{"ref": "K-1"}', "", 401),
    (b'{"ref": "K-1"}', "t=1,v1=00", 401),
    (b'{"ref": "K-1"}', "old", 401),
    (b"not json", "good", 422),
    (b'["ref"]', "good", 422),
    (b"{}", "good", 422),
    (b'{"ref": "K-1", "amount": "1.005"}', "good", 422),
    (b'{"ref": "K-1", "amount": 1.5}', "good", 422),
    (b'{"ref": "K-1", "amount": "-5"}', "good", 422),
    (b'{"ref": "K-1", "amount": "5", "currency": "USD"}', "good", 422),
    (b'{"ref": "K-1", "amount": "5", "status": "won"}', "good", 422),
    (b'{"ref": "K-1", "amount": "5", "at": "yesterday"}', "good", 422),
    (b'{"ref": "' + b"x" * 97 + b'", "amount": "5"}', "good", 422),
    (b"x" * 20000, "good", 413),
)


def test_what_is_forged_old_or_nonsense_is_refused(client, tea: Tea):
    for body, header, status in NONSENSE:
        made = {
            "good": sign(tea.programme.secret, body),
            "old": sign(tea.programme.secret, body, int(time.time()) - 600),
        }
        answer = client.post(
            "/hooks/x/affiliate/kettles", data=body, headers={HEADER: made.get(header, header)}
        )
        assert answer.status_code == status, body[:60]

    assert database.session.scalars(select(Conversion)).all() == []
    assert tea.tell(secret="another", ref="K-1", amount="5").status_code == 401
    assert client.post("/hooks/x/affiliate/nobody", data=b"{}").status_code == 404


def test_a_sale_of_nobodys_click_earns_nothing_and_says_so(tea: Tea):
    answer = tea.tell(ref="K-1", click="unknown", amount="400.00")

    assert answer.json == {"ref": "K-1", "state": "rejected", "reason": "no_click", "new": True}
    assert (sale().commission, totals()) == (0, {})


@pytest.mark.parametrize(("hours", "state"), [(719, "pending"), (721, "rejected")])
def test_a_click_counts_as_long_as_the_window(tea: Tea, hours, state):
    token = tea.click()

    with time_machine.travel(now() + timedelta(hours=hours)):
        tea.tell(ref="K-1", click=token, amount="400.00")

    assert sale().state == state
    assert sale().reason == ("" if state == "pending" else "window")


def test_what_was_bought_in_the_window_counts_when_it_is_told_later(tea: Tea):
    token, bought = tea.click(), now() + timedelta(hours=700)

    with time_machine.travel(now() + timedelta(hours=900)):
        tea.tell(ref="K-1", click=token, amount="400.00", at=bought.isoformat())

    assert sale().state == "pending"


@pytest.mark.parametrize("touch", ["first", "last"])
def test_the_first_or_the_last_touch_counts(client, tea: Tea, touch):
    tea.programme.touch = touch
    bo = goods.person("Bo")
    tea.community.join(bo, accepts_rules=True)
    database.session.commit()
    tea.click(client)
    tea.article.author = bo  # the same card, found a week later under another's name
    database.session.commit()
    with time_machine.travel(now() + timedelta(days=7)):
        token = tea.click(client)
        tea.tell(ref="K-1", click=token, amount="400.00")

    assert sale().promoter.name == {"first": "Ana", "last": "Bo"}[touch]


def test_the_first_touch_counts_only_inside_the_window(client, tea: Tea):
    tea.programme.touch, tea.programme.window_hours = "first", 24
    database.session.commit()
    tea.click(client)
    with time_machine.travel(now() + timedelta(days=7)):
        token = tea.click(client)
        tea.tell(ref="K-1", click=token, amount="400.00")

    assert sale().state == "pending"
    assert sale().click.token == token


def test_nobody_earns_by_what_they_buy_themselves(client, tea: Tea):
    sign_in(client, tea.ana)

    tea.tell(ref="K-1", click=tea.click(client), amount="400.00")

    assert (sale().state, sale().reason, sale().commission) == ("rejected", "self", 0)
    assert "You cannot earn by what you buy yourself." in client.get("/me/x/affiliate/").text


def test_a_buyer_from_the_promoters_address_waits_for_a_human(client, tea: Tea, visitor: Visitors):
    sign_in(client, tea.ana)
    tea.click(client)

    tea.tell(ref="K-1", click=tea.click(visitor()), amount="400.00", status="approved")

    assert (sale().state, sale().flag) == ("pending", "same_net")
    with time_machine.travel(now() + timedelta(days=30)):
        assert release_due() == 0
    operator = goods.person("Operator", is_operator=True)
    database.session.commit()
    sign_in(client, operator)
    page = f"/admin/x/affiliate/programmes/{tea.programme.id}"
    assert "The buyer came from the same address as the promoter." in client.get(page).text
    client.post(f"{page}/conversions/{sale().id}", data={"decision": "release"})
    assert (sale().state, sale().flag) == ("payable", "")


@pytest.mark.parametrize("how", ["paused", "left"])
def test_who_is_paused_or_has_left_earns_nothing(tea: Tea, how):
    token = tea.click()
    if how == "paused":
        database.session.add(Pause(community_id=tea.community.id, person_id=tea.ana.id, reason="spam"))
    else:
        tea.community.leave(tea.ana)
    database.session.commit()

    tea.tell(ref="K-1", click=token, amount="400.00")

    assert (sale().state, sale().reason) == ("rejected", "paused")


def rates(tea: Tea, *told: tuple[dict, int, int]) -> None:
    for about, points, priority in told:
        tea.programme.rates.append(Rate(points=points, priority=priority, **about))
    database.session.commit()


def test_of_the_rates_that_fit_the_closest_counts_and_a_higher_priority_before_it(tea: Tea):
    ana, here = {"person_id": tea.ana.id}, {"community_id": tea.community.id}
    rates(tea, (here, 300, 0))
    assert tea.programme.terms("swan", tea.community.id, tea.ana.id).points == 300
    rates(tea, ({"product": "swan"}, 400, 0))
    assert tea.programme.terms("swan", tea.community.id, tea.ana.id).points == 400
    rates(tea, (ana, 500, 0))
    assert tea.programme.terms("swan", tea.community.id, tea.ana.id).points == 500
    rates(tea, ({**ana, "product": "swan"}, 600, 0))
    assert tea.programme.terms("swan", tea.community.id, tea.ana.id).why == "person+product"
    rates(tea, (here, 50, 9))

    best = tea.programme.terms("swan", tea.community.id, tea.ana.id)

    assert (best.points, best.why) == (50, "community")
    assert tea.programme.terms("other", tea.community.id + 1, tea.ana.id + 1).why == "programme"
    tea.tell(ref="K-1", click=tea.click(), amount="400.00")
    assert (sale().commission, sale().why) == (200, "community")


def test_a_programme_pays_no_more_than_its_cap_and_room_comes_back(tea: Tea):
    tea.programme.set_caps(5000, None)
    database.session.commit()
    token = tea.click()

    tea.tell(ref="K-1", click=token, amount="400.00")
    tea.tell(ref="K-2", click=token, amount="400.00")
    assert (sale("K-2").state, sale("K-2").reason) == ("rejected", "programme_cap")

    tea.tell(ref="K-1", click=token, status="reversed")
    tea.tell(ref="K-3", click=token, amount="400.00")

    assert sale("K-3").state == "pending"
    assert tea.programme.budget.left == 200


def test_one_person_earns_no_more_than_theirs(tea: Tea):
    tea.programme.set_caps(50000, 6000)
    database.session.commit()
    token = tea.click()

    for ref in ("K-1", "K-2"):
        tea.tell(ref=ref, click=token, amount="400.00")

    assert (sale("K-1").state, sale("K-2").state, sale("K-2").reason) == ("pending", "rejected", "person_cap")
    assert tea.programme.budget.left == 50000 - 4800


def test_a_cap_cannot_come_after_commissions_nor_fall_below_them(tea: Tea):
    tea.tell(ref="K-1", click=tea.click(), amount="400.00")

    with pytest.raises(Refused):
        tea.programme.set_caps(100000, None)
    with pytest.raises(Refused):
        tea.programme.set_caps(None, 100000)


def test_a_part_that_comes_back_lowers_everything_in_proportion(app, tea: Tea):
    token = tea.click()
    tea.tell(ref="K-1", click=token, amount="400.00")

    tea.tell(ref="K-1", click=token, amount="100.01")

    assert (sale().amount, sale().commission, sale().community_part) == (10001, 1000, 200)
    assert sale().earning.left.amount == 1000
    database.session.commit()
    assert check(app) == []


def test_more_is_not_earned_by_a_higher_word_later(tea: Tea):
    token = tea.click()
    tea.tell(ref="K-1", click=token, amount="100.00")

    tea.tell(ref="K-1", click=token, amount="900.00")

    assert (sale().amount, sale().commission) == (10000, 1000)


def test_what_is_held_becomes_payable_when_the_hold_is_over_or_the_partner_approves(tea: Tea):
    token = tea.click()
    tea.tell(ref="K-1", click=token, amount="400.00")
    tea.tell(ref="K-2", click=token, amount="400.00", status="approved")
    assert (sale("K-1").state, sale("K-2").state) == ("pending", "payable")

    with time_machine.travel(now() + timedelta(days=13)):
        assert release_due() == 0
    with time_machine.travel(now() + timedelta(days=14, minutes=1)):
        assert release_due() == 1

    assert sale("K-1").state == "payable"
    assert [change.to_state for change in sale("K-1").changes] == ["pending", "payable"]


def test_another_programmes_click_is_nobodys(tea: Tea):
    token = tea.click()
    other = Programme(name="Cups", hosts=["cups.example"], currency="CNY", points=1000, rates=[], code="cups")
    database.session.add(other)
    database.session.commit()
    body = json.dumps({"ref": "C-1", "click": token, "amount": "5"}).encode()

    answer = tea.app.test_client().post(
        "/hooks/x/affiliate/cups", data=body, headers={HEADER: sign(other.secret, body)}
    )

    assert answer.json["reason"] == "no_click"


def test_a_host_is_a_name(app):
    for text in ("", "localhost", "two words", "https://a.example", "a..example"):
        with app.test_request_context(), pytest.raises(NotValid):
            read_hosts(text)
