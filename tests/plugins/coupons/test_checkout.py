"""In the checkout: the best coupon, explained; kept, used and given back with its order."""

from datetime import timedelta

import pytest

from plugins.coupons.redemptions import Conflict, Redemption
from shop import once
from shop.checking import check
from shop.clock import now
from shop.errors import Refused
from shop.jobs import run_until_idle
from shop.ledger.models import Account
from shop.orders.expiring import expire_overdue
from shop.orders.placing import Placing
from shop.orders.placing import place as place_order
from shop.orders.quoting import Wish, make_quote
from shop.payments.cancelling import cancel_order
from shop.payments.settling import refund_order
from tests.plugins.coupons.conftest import claimed, money_goes_back
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import pay

DELIVERY = {"way": "flat", "title": "Post", "text": "1 Tea Street"}


@pytest.fixture
def offer(db, house):
    """The oolong of ¥88, sold by the mall."""
    return goods.offer(house.listing, house.shan)


def quote_for(house, offer, buyer, n=1):
    return make_quote(house.community, [Wish(offer, n, offer.listing.product.variants[0])], buyer=buyer)


def order_for(db, house, offer, buyer, n=1):
    order = place_order(
        quote_for(house, offer, buyer, n), Placing({"name": "Ana"}, DELIVERY), key=once.new_key()
    )
    db.session.commit()
    return order


def test_the_best_is_chosen_and_says_why(db, house, offer):
    ana = goods.person("Ana")
    claimed(house.campaign(title="Ten off", online=True), ana)
    claimed(house.campaign(title="A quarter", kind="percent", worth=0, percent=25, online=True), ana)
    claimed(house.campaign(title="At the counter", worth=9000), ana)

    (told,) = [change for plugin, change in quote_for(house, offer, ana).changes if plugin == "coupons"]

    assert told.amount == -2200
    assert told.title == "Coupon “A quarter”, 25 % off: saves ¥12.00 more than your 1 other"
    assert [c for p, c in quote_for(house, offer, None).changes if p == "coupons"] == []
    assert [c for p, c in quote_for(house, offer, goods.person("Ben")).changes if p == "coupons"] == []


def test_a_wish_goes_before_the_best(db, client, house, offer):
    ana = goods.person("Ana")
    small = claimed(house.campaign(title="Ten off", online=True), ana)
    large = claimed(house.campaign(title="Twenty off", worth=2000, online=True), ana)
    sign_in(client, ana)

    client.post(f"/me/x/coupons/{small.code}/wish", data={"wish": "first"})
    db.session.expire_all()
    assert quote_for(house, offer, ana).total == 7800
    client.post(f"/me/x/coupons/{small.code}/wish", data={"wish": "never"})
    client.post(f"/me/x/coupons/{large.code}/wish", data={"wish": "never"})
    db.session.expire_all()

    assert quote_for(house, offer, ana).total == 8800
    assert client.post(f"/me/x/coupons/{small.code}/wish", data={"wish": "x"}).status_code == 422


def test_two_for_one_least_bills_and_products(db, house, offer):
    ana = goods.person("Ana")
    claimed(house.campaign(title="Two", kind="twofor", worth=0, online=True), ana)
    claimed(house.campaign(title="Rich", worth=90000, least=50000, online=True), ana)
    claimed(house.campaign(title="Other", worth=8000, product_ids=[999], online=True), ana)

    assert quote_for(house, offer, ana).total == 8800
    assert quote_for(house, offer, ana, 2).total == 8800
    assert quote_for(house, offer, ana, 7).total == 1  # what is paid is never nothing


def test_an_order_keeps_the_coupon_paying_uses_it_and_a_refund_gives_it_back(db, app, house, offer):
    ana, place = goods.person("Ana"), house.campaign(online=True, community_fee=200)
    mine = claimed(place, ana)

    order = order_for(db, house, offer, ana)
    db.session.refresh(mine)
    assert (order.total, mine.state) == (7800, "reserved")
    assert quote_for(house, offer, ana).total == 8800

    pay(order)
    run_until_idle(app)
    db.session.expire_all()
    used = db.session.query(Redemption).one()
    assert (mine.state, used.how, used.discount, used.order_id) == ("used", "order", 1000, order.id)
    assert Account.of("community", "CNY", house.community.id, "payable").balance() == 200
    assert check(app) == []

    refund_order(order, order.total, "Broken", "r1", house.shan)
    db.session.commit()
    money_goes_back(app)
    assert (order.state, mine.state, used.undone_why) == ("refunded", "held", "The order was refunded.")
    assert Account.of("community", "CNY", house.community.id, "payable").balance() == 0
    assert check(app) == []


def test_an_order_that_dies_gives_the_coupon_back(db, app, house, offer):
    ana = goods.person("Ana")
    mine = claimed(house.campaign(online=True), ana)
    cancelled = order_for(db, house, offer, ana)
    cancel_order(cancelled, "", ana)
    db.session.commit()
    run_until_idle(app)
    db.session.expire_all()
    assert mine.state == "held"

    expired = order_for(db, house, offer, ana)
    expired.hold_until = now() - timedelta(minutes=1)
    db.session.commit()
    expire_overdue()
    run_until_idle(app)
    db.session.expire_all()
    assert (expired.state, mine.state) == ("expired", "held")


def test_two_orders_at_once_have_one_coupon(db, house, offer):
    ana = goods.person("Ana")
    claimed(house.campaign(online=True), ana)
    first, second = quote_for(house, offer, ana), quote_for(house, offer, ana)
    place_order(first, Placing({"name": "Ana"}, DELIVERY), key=once.new_key())
    db.session.commit()

    with pytest.raises(Refused, match="used elsewhere meanwhile"):
        place_order(second, Placing({"name": "Ana"}, DELIVERY), key=once.new_key())


def test_paid_late_when_the_coupon_was_used_elsewhere_is_a_conflict(db, app, house, offer):
    ana = goods.person("Ana")
    mine = claimed(house.campaign(online=True), ana)
    order = order_for(db, house, offer, ana)
    mine.move("held", only_from=("reserved",))
    mine.move("used")
    db.session.commit()

    pay(order)
    run_until_idle(app)

    assert db.session.query(Conflict).one().kind == "order"


def test_a_joint_coupon_is_good_at_both_and_each_bears_its_part(db, app, client, house):
    kiln = goods.person("Kiln")
    partner = goods.merchant(kiln, "Kiln")
    place = house.campaign(
        worth=1001, partner_id=partner.id, partner_share=3000, per_person=2, community_fee=50
    )
    sign_in(client, kiln)
    campaign = place.campaign
    with pytest.raises(Refused, match="partner has not agreed"):
        campaign.open()
    assert client.post(f"/desk/kiln/x/coupons/{campaign.id}/agreement").status_code == 303
    db.session.expire_all()
    campaign.open()
    ana = goods.person("Ana")
    here, there = claimed(place, ana), claimed(place, ana)

    for code, desk, who in (
        (here.code, house.counter, house.shan),
        (there.code, "/desk/kiln/x/coupons/counter", kiln),
    ):
        sign_in(client, who)
        page = client.get(desk, query_string={"code": code}).text
        key = page.partition('name="once" value="')[2].partition('"')[0]
        assert client.post(f"{desk}/redemptions", data={"code": code, "once": key}).status_code == 303
    run_until_idle(app)

    # Of 1001 the partner bears 300: it owes them for the use here, and is owed 701 for the use at its own counter.
    assert Account.of("merchant", "CNY", partner.id, "payable").balance() == -300 + 701
    assert Account.of("merchant", "CNY", house.merchant.id, "payable").balance() == 300 - 701 - 100
    assert Account.of("community", "CNY", house.community.id, "payable").balance() == 100
    assert check(app) == []
    sign_in(client, house.shan)
    sheet = client.get(f"{house.desk}/settlement.csv").text.splitlines()
    assert sheet[1:] == [
        "Ten off,Tea,Tea House,,1,0.00,10.01,7.01,3.00,0.50,CNY",
        "Ten off,Tea,Kiln,,1,0.00,10.01,7.01,3.00,0.50,CNY",
    ]
    page = client.get(f"{house.desk}/settlement").text
    assert ("¥20.02" in page, "¥14.02" in page, "¥6.00" in page) == (True, True, True)
    sign_in(client, house.lin)
    assert client.get(f"{house.shelf}/manage").text.count("¥0.50</td>") == 2
