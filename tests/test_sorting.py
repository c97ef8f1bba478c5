"""Tables of the desks: sorted from page to page, searched, and taken away as a file of the same rows."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shop import paging
from shop.communities.models import Membership
from shop.db import db as shop_db
from shop.people.models import Person
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.usefixtures("db")
NEXT = re.compile(r'rel="next" href="([^"]+)"')


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "LONGEST", 2)


@pytest.mark.usefixtures("two_a_page")
def test_products_are_sorted_by_name_and_price_across_pages(client: FlaskClient):
    stall = open_stall(price=100)
    stall.product.name = "B"
    for name, price in (("D", 200), ("A", 300), ("C", 100)):
        goods.product(stall.merchant, name, price=price)
    shop_db.session.commit()
    sign_in(client, seller())
    desk = f"/desk/{stall.merchant.slug}/products"

    assert walked(client, f"{desk}?sort=name") == ["A", "B", "C", "D"]
    assert walked(client, f"{desk}?sort=-price") == ["A", "D", "C", "B"]
    assert walked(client, f"{desk}?sort=nothing") == ["C", "A", "D", "B"]  # newest first
    page = client.get(f"{desk}?sort=name&state=live").text
    assert 'aria-sort="ascending"><a href="' + desk + '?sort=-name&amp;state=live">' in page


@pytest.mark.both_engines
@pytest.mark.usefixtures("two_a_page")
def test_members_are_sorted_by_name_and_taken_away_without_addresses(client: FlaskClient):
    owner = goods.person("Owner")
    community = goods.community(owner)
    for name in ("Di", "=Bo", "Cy"):
        shop_db.session.add(Membership(community=community, person=goods.person(name), role="member"))
    shop_db.session.commit()
    sign_in(client, owner)
    desk = f"/c/{community.slug}/manage/members"

    assert walked(client, f"{desk}?sort=-name") == ["Owner", "Di", "Cy", "=Bo"]
    file = rows(client.get(f"{desk}.csv").text)
    assert [row[:2] for row in file] == [
        ["name", "role"], ["Owner", "owner"], ["Di", "member"], ["'=Bo", "member"], ["Cy", "member"]
    ]  # fmt: skip
    assert [row[0] for row in rows(client.get(f"{desk}.csv?q=cy").text)] == ["name", "Cy"]


@pytest.mark.both_engines
def test_orders_are_searched_sorted_and_taken_away(client: FlaskClient):
    stall = open_stall(price=100)
    one = order_from(stall, 1)
    two = order_from(stall, 3, contact={"name": "Wu Mei", "phone": "013800138000"})
    pay(one)
    shop_db.session.commit()
    sign_in(client, seller())
    desk = f"/desk/{stall.merchant.slug}/orders"

    assert numbers(client, f"{desk}?sort=total") == [one.number, two.number]
    assert numbers(client, f"{desk}?sort=-total") == [two.number, one.number]
    assert numbers(client, f"{desk}?q=mei wu") == numbers(client, f"{desk}?q=013800") == [two.number]
    assert (
        numbers(client, f"{desk}?q={one.number.lower()}")
        == numbers(client, f"{desk}?state=paid")
        == [one.number]
    )
    assert numbers(client, f"{desk}?q={stall.product.name}") == [two.number, one.number]
    file = rows(client.get(f"{desk}.csv?q=wu").text)
    assert dict(zip(*file, strict=True)) | {"placed": ""} == {
        "order": two.number, "placed": "", "state": "pending", "community": stall.community.name, "buyer": "Wu Mei",
        "email": "", "phone": "'013800138000", "what": f"3 × {stall.product.name}", "total": "3.00", "currency": "CNY",
        "way": "Post", "delivery": "Lin, 1 Tea Street", "note": "",
    }  # fmt: skip


def walked(client: FlaskClient, url: str) -> list[str]:
    """The heads of the rows of all pages, in the order in which they come."""
    found: list[str] = []
    while url:
        page = client.get(url).text
        for row in re.findall(r'<th scope="row">(.*?)</th>', page):
            found.append(re.sub(r".*>(?=[^<])", "", re.sub(r"(</[^>]+>)+$", "", row)))
        more = NEXT.search(page)
        url = more[1].replace("&amp;", "&") if more else ""
    return found


def seller() -> Person:
    """Whose the stall is."""
    return shop_db.session.scalars(select(Person).where(Person.name == "Seller")).one()


def numbers(client: FlaskClient, url: str) -> list[str]:
    return walked(client, url)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
