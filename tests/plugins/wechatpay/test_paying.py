"""An order is paid with WeChat: by a scanned code, in a phone's browser, inside WeChat; only a signed word counts."""

import json
import random
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.wechatpay.jobs import close_dead
from plugins.wechatpay.provider import WechatPay
from shop.clock import now
from shop.jobs import run_until_idle
from shop.ledger.models import totals
from shop.payments.cancelling import cancel_order
from shop.payments.models import Payment
from shop.payments.reconciling import ask_about_silent
from tests.support.fakes.wechat import make_key
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines
IN_WECHAT = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"}
ON_A_PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile Safari"}


def press_pay(client, order, **headers):
    client.get(f"/o/{order.secret}")
    return client.post(f"/orders/{order.number}/payments", data={"method": "wechatpay"}, headers=headers)


def the_payment(db) -> Payment:
    db.session.expire_all()
    return db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()


def deliver(client, fake, *notices):
    return [client.post("/hooks/pay/wechatpay", **fake.signed(notice)) for notice in notices]


def test_a_scanned_code_pays_and_only_the_notification_tells(client, db, wechat):
    order = order_from(open_stall(price=10000))

    answer = press_pay(client, order)
    key = the_payment(db).key
    page = client.get(f"/orders/{order.number}").text
    notice = wechat.pay(key)
    before = the_payment(db).state
    told = deliver(client, wechat, notice)

    assert (answer.status_code, answer.location.endswith(f"/orders/{order.number}")) == (303, True)
    assert f"weixin://wxpay/bizpayurl?pr={key}" in page
    assert "<svg" in page
    assert (before, told[0].json) == ("started", {"outcomes": ["paid"]})
    db.session.refresh(order)
    payment = the_payment(db)
    assert (order.state, payment.captured, payment.reference, wechat.charged) == ("paid", 10000, key, 10000)
    assert payment.charge == wechat.trades[key]["transaction_id"]


def test_notifications_told_twice_and_shuffled_count_once(client, db, wechat):
    stall, notices = open_stall(price=10000), []
    orders = [order_from(stall) for _ in range(4)]
    for order in orders:
        press_pay(client, order)
        notices.append(wechat.pay(the_payment(db).key))
    notices *= 2
    random.Random(7).shuffle(notices)

    told = deliver(client, wechat, *notices)

    assert sorted(w for t in told for w in t.json["outcomes"]) == ["known"] * 4 + ["paid"] * 4
    db.session.expire_all()
    assert ([o.state for o in orders], totals()) == (["paid"] * 4, {"CNY": 0})


def test_pressing_twice_shows_the_same_code(client, db, wechat):
    order = order_from(open_stall(price=10000))

    press_pay(client, order)
    press_pay(client, order)

    assert (len(wechat.trades), wechat.asked) == (1, ["POST /v3/pay/transactions/native"])


def test_in_a_phones_browser_wechat_itself_opens(app, client, db, wechat):
    app.config["WECHATPAY_H5"] = True
    order = order_from(open_stall(price=10000))

    answer = press_pay(client, order, **ON_A_PHONE)

    key = the_payment(db).key
    assert answer.location.startswith(f"{wechat.url}/h5?prepay_id={key}&redirect_url=http%3A%2F%2F")
    assert wechat.trades[key]["asked"]["scene_info"]["h5_info"] == {"type": "Wap"}


def test_inside_wechat_a_button_pays(app, client, db, wechat):
    app.config["WECHATPAY_APP_SECRET"] = "secret"
    order = order_from(open_stall(price=10000))

    asked = client.get(press_pay(client, order, **IN_WECHAT).location, headers=IN_WECHAT)
    state = asked.location.partition("state=")[2].partition("#")[0]
    forged = client.get(f"/pay/wechatpay/{order.number}/identity?code=lin&state=other", headers=IN_WECHAT)
    client.get(f"/pay/wechatpay/{order.number}/authorize", headers=IN_WECHAT)
    with client.session_transaction() as session:
        state = session["wechat_state"]
    back = client.get(f"/pay/wechatpay/{order.number}/identity?code=lin&state={state}", headers=IN_WECHAT)
    page = client.get(f"/orders/{order.number}", headers=IN_WECHAT).text

    key = the_payment(db).key
    assert asked.location.startswith(
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0123456789abcdef"
    )
    assert (forged.status_code, back.status_code) == (400, 303)
    assert wechat.trades[key]["asked"]["payer"] == {"openid": "openid-of-lin"}
    assert f"prepay_id=wx{key}" in page
    assert "data-wechatpay" in page


def test_a_lost_answer_is_asked_about_by_the_same_number(client, db, wechat):
    order = order_from(open_stall(price=10000))
    wechat.trouble = ["hang up after"]

    press_pay(client, order)
    key = the_payment(db).key
    wechat.pay(key)
    with time_machine.travel(now() + timedelta(minutes=2)):
        settled = ask_about_silent()

    db.session.refresh(order)
    assert (settled, order.state, wechat.charged, the_payment(db).reference) == (1, "paid", 10000, key)


@pytest.mark.parametrize("trouble", ["down", "hang up before", "hang up after"])
def test_a_start_without_an_answer_may_be_pressed_again(client, db, wechat, trouble):
    order = order_from(open_stall(price=10000))
    wechat.trouble = [trouble]

    first, second = press_pay(client, order), press_pay(client, order)

    assert (first.status_code, second.status_code, len(wechat.trades)) == (303, 303, 1)
    assert "<svg" in client.get(f"/orders/{order.number}").text


def test_an_unpaid_trade_says_nothing_yet(client, db, wechat):
    press_pay(client, order_from(open_stall(price=10000)))

    with time_machine.travel(now() + timedelta(minutes=2)):
        assert ask_about_silent() == 0

    assert the_payment(db).state == "started"


def test_the_trade_of_a_dead_order_is_closed(client, db, wechat):
    order = order_from(open_stall(price=10000))
    press_pay(client, order)
    cancel_order(order, "changed my mind", None)
    db.session.commit()

    closed = close_dead()

    payment = the_payment(db)
    assert (closed, wechat.trades[payment.key]["trade_state"], payment.state) == (1, "CLOSED", "failed")


def test_money_for_a_dead_order_goes_back_by_itself(app, client, db, wechat):
    order = order_from(open_stall(price=10000))
    press_pay(client, order)
    notice = wechat.pay(the_payment(db).key)
    cancel_order(order, "changed my mind", None)
    db.session.commit()

    told = deliver(client, wechat, notice)
    run_until_idle(app)

    assert told[0].json == {"outcomes": ["unallocated"]}
    assert (wechat.refunded, totals()) == (10000, {"CNY": 0})


def test_only_yuan(db, wechat):
    assert not WechatPay().is_offered(order_from(open_stall(currency="USD")))


def test_what_wechat_refuses_is_told(app, client, db, wechat):
    app.config["WECHATPAY_SERIAL"] = "of another certificate"

    answer = press_pay(client, order_from(open_stall(price=10000)))

    assert (answer.status_code, "wrong signature" in answer.text) == (409, True)


def test_certificates_are_downloaded_and_a_new_one_is_asked_for(client, db, certified, app):
    stall = open_stall(price=10000)
    press_pay(client, order_from(stall))
    first = deliver(client, certified, certified.pay(the_payment(db).key))
    certified.key = make_key(4, is_certificate=True)
    press_pay(client, order_from(stall))

    second = deliver(client, certified, certified.pay(the_payment(db).key))

    assert [t.json for t in (*first, *second)] == [{"outcomes": ["paid"]}] * 2
    assert json.dumps(certified.asked).count("certificates") == 2
