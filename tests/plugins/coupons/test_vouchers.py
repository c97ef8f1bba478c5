"""Vouchers: bought by an ordinary order, issued once when it is paid, used, given back, run out."""

from datetime import timedelta

import pytest

from plugins.coupons import jobs
from plugins.coupons.claims import Claim
from shop.checking import check
from shop.clock import now
from shop.errors import Refused
from shop.jobs import run_until_idle
from shop.orders.models import Order
from shop.payments.cancelling import cancel_order
from tests.plugins.coupons.conftest import money_goes_back
from tests.plugins.coupons.test_claiming import once_of
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import pay


@pytest.fixture
def offer(db, house):
    """A voucher worth ¥100 for ¥80, five in all, three for one person."""
    place = house.campaign(size=5, kind="voucher", worth=10000, price=8000, per_person=3, title="Dinner")
    return goods.offer(
        house.listing, house.shan, "coupons", "voucher", settings={"campaign": place.campaign_id}
    )


def buy(client, house, offer, n):
    url = f"{house.shelf}/vouchers/{offer.id}"
    page = client.get(url).text
    return client.post(url, data={"quantity": n, "once": once_of(page)})


def bought(db, app, client, house, offer, n=2):
    """Ana has paid for so many."""
    ana = goods.person("Ana")
    sign_in(client, ana)
    number = buy(client, house, offer, n).location.rpartition("/")[2]
    order = db.session.query(Order).filter_by(number=number).one()
    pay(order)
    run_until_idle(app)
    db.session.expire_all()
    return order, db.session.query(Claim).order_by(Claim.id).all()


def test_what_was_paid_is_in_the_wallet_once(db, app, client, house, offer):
    order, vouchers = bought(db, app, client, house, offer)

    assert (order.total, order.state, len(vouchers)) == (16000, "paid", 2)
    assert "Your vouchers" in client.get(f"/orders/{order.number}").text
    assert app.extensions["mailman"].outbox[-1].subject == "Your voucher of Tea House"
    assert vouchers[0].campaign.total.left == 3
    too_many = buy(client, house, offer, 2)
    assert (too_many.status_code, "one person may have" in too_many.text) == (409, True)
    assert buy(client, house, offer, 1).status_code == 303
    assert check(app) == []


def test_a_guest_is_asked_to_sign_in(db, client, house, offer):
    assert client.get(f"{house.shelf}/vouchers/{offer.id}").location == "/sign-in"
    page = client.get(f"/c/tea/p/{house.listing.id}").text
    assert "Voucher worth ¥100.00" in page
    assert "Buy the voucher" in page
    line = f"{offer.id}-{house.listing.product.variants[0].id}-1"
    assert client.get("/c/tea/x/mall/checkout", query_string={"line": line}).status_code == 403


def test_an_order_that_is_not_paid_keeps_nothing(db, app, client, house, offer):
    sign_in(client, goods.person("Ana"))
    number = buy(client, house, offer, 3).location.rpartition("/")[2]
    order = db.session.query(Order).filter_by(number=number).one()
    assert buy(client, house, offer, 1).status_code == 409
    order.hold_until = now() - timedelta(minutes=1)
    db.session.commit()
    run_until_idle(app)

    assert buy(client, house, offer, 3).status_code == 303


def test_unused_it_goes_back_once_and_used_it_closes_the_order(db, app, client, house, offer):
    order, (first, second) = bought(db, app, client, house, offer)

    assert client.post(f"/me/x/coupons/{first.code}/return").status_code == 303
    assert client.post(f"/me/x/coupons/{first.code}/return").status_code == 409
    sign_in(client, house.chayu)
    page = client.get(house.counter, query_string={"code": second.code}).text
    client.post(f"{house.counter}/redemptions", data={"code": second.code, "once": once_of(page)})
    money_goes_back(app)

    assert (first.state, second.state, order.state) == ("returned", "used", "received")
    assert sum(share.reversed for share in order.shares) == 8000
    assert first.campaign.total.left == 4
    assert check(app) == []


def test_a_used_voucher_keeps_its_order_from_being_cancelled(db, app, client, house, offer):
    order, (first, _second) = bought(db, app, client, house, offer)
    first.move("used", only_from=("held",))
    db.session.commit()

    with pytest.raises(Refused, match="1 voucher of this order was used"):
        cancel_order(order, "", None)
    db.session.rollback()


def test_what_nobody_used_in_time_is_paid_back_by_itself(db, app, client, house, offer):
    order, vouchers = bought(db, app, client, house, offer)
    for voucher in vouchers:
        voucher.valid_until = now() - timedelta(seconds=1)
    db.session.commit()

    jobs.expire()
    money_goes_back(app)

    assert {voucher.state for voucher in vouchers} == {"returned"}
    assert order.state == "refunded"
    assert check(app) == []
