"""From an article to money: read, told, clicked, bought at the partner, held, paid out, and clawed back."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.jobs import release_due
from plugins.affiliate.paying import mark_paid
from shop.checking import check
from shop.clock import now
from shop.db import db as database
from shop.ledger.payouts import PayoutBatch
from shop.ledger.statement import Party, pots_of
from tests.plugins.affiliate.conftest import HERE, Tea
from tests.support import goods
from tests.support.people import sign_in

pytestmark = pytest.mark.both_engines


def pots(kind: str, number: int) -> tuple[int, int, int]:
    (found,) = pots_of(Party(kind, number))
    database.session.commit()
    return found.pending, found.payable, found.paid


def test_what_is_recommended_is_told_clicked_sold_paid_and_clawed_back(app, client, tea: Tea):
    page = client.get(tea.page)
    assert page.status_code == 200
    assert "I boiled water for a month." in page.text
    told, way = page.text.index('class="disclosure"'), page.text.index("/go/")
    assert told < way

    token = tea.click(client)
    answer = tea.tell(ref="K-1", click=token, amount="400.00", product="swan")

    assert answer.json == {"ref": "K-1", "state": "pending", "reason": "", "new": True}
    assert (pots("sharer", tea.ana.id), pots("community", tea.community.id)) == ((4000, 0, 0), (800, 0, 0))
    database.session.commit()

    with time_machine.travel(now() + timedelta(days=15)):
        assert release_due() == 1
        assert pots("sharer", tea.ana.id) == (0, 4000, 0)
        operator = goods.person("Operator", is_operator=True)
        for payout in PayoutBatch.plan("CNY", 500, operator).payouts:
            payout.send("BANK-1", operator)
        database.session.commit()
        mark_paid()
        database.session.commit()
        sale = database.session.scalars(select(Conversion)).one()
        assert sale.shown_state == "paid"
        sign_in(client, tea.ana)
        assert "Paid" in client.get("/me/x/affiliate/").text

        database.session.commit()
        tea.tell(ref="K-1", click=token, amount="400.00", status="reversed", reason="Goods came back")
        assert tea.tell(ref="K-1", status="reversed", click=token).json == {
            "ref": "K-1", "state": "rejected", "reason": "Goods came back", "new": False,
        }  # fmt: skip
    assert pots("sharer", tea.ana.id) == (0, -4000, 4000)
    sign_in(client, tea.ana)
    assert "Goods came back" in client.get("/me/x/affiliate/").text
    database.session.commit()
    assert check(app) == []


def test_a_card_of_the_shelf_begins_a_visit_of_the_author(client, tea: Tea):
    answer = client.get(tea.ways(client)[1], headers=HERE)
    assert answer.location.startswith("/g/")

    landed = client.get(answer.location)

    assert f"/c/tea/p/{tea.listing.id}" in landed.location
    with client.session_transaction() as session:
        assert session["visit"]["sharer"] == "Ana"
    click = database.session.scalars(select(Click)).one()
    assert (click.programme_id, click.is_counted, click.promoter_id) == (None, True, tea.ana.id)
