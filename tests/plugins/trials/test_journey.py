"""A trial's story in a real browser: applied on a phone, won, confirmed, sent, received, reported with a picture."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from playwright.sync_api import expect

from plugins.trials.batches import TrialBatch
from shop.clock import now
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from tests.plugins.trials.conftest import open_bench
from tests.support.browsers import DESK, PASSWORD, PHONE, sign_in_by_form


@pytest.mark.browser
def test_a_member_wins_a_trial_and_reports(app, db, live_server, new_page, tmp_path: Path):
    bench = open_bench(app, rules={"days": 14}, least_pictures=1)
    ana = bench.member("Ana")
    for who in (ana, bench.seller):
        who.set_password(PASSWORD)
    url, page_url, desk_url, number = bench.url, bench.page, bench.desk, bench.batch.id
    mails = (ana.email, bench.seller.email)
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "cup.png")
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out

    phone = new_page(**PHONE)
    sign_in_by_form(phone, mails[0])
    phone.goto(page_url)
    phone.get_by_role("link", name="To the trial").click()
    expect(phone.get_by_text("Member for 14 days")).to_be_visible()
    phone.get_by_label("Why would you like to try it?").fill("My cup broke.")
    phone.get_by_role("button", name="Apply").click()
    expect(phone.get_by_text("Your ticket in the draw:", exact=False)).to_be_visible()
    with app.app_context():
        shop_db.session.get_one(TrialBatch, number).apply_until = now()
        shop_db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        run_until_idle(app)
    phone.goto(url)
    phone.get_by_label("City").fill("Hangzhou")
    phone.get_by_label("Street").fill("1 Tea Street")
    phone.get_by_role("button", name="Confirm").click()
    expect(phone.get_by_text("The merchant sends it to 1 Tea Street, Hangzhou.")).to_be_visible()

    desk = new_page(**DESK)
    sign_in_by_form(desk, mails[1])
    desk.goto(f"{desk_url}/parcels")
    desk.get_by_label("Carrier").fill("SF Express")
    desk.get_by_label("Tracking number").fill("SF1")
    desk.get_by_role("button", name="On its way").click()
    expect(desk.get_by_text("SF Express SF1")).to_be_visible()

    phone.goto(url)
    phone.get_by_role("button", name="It is here").click()
    phone.get_by_role("link", name="Write the report").click()
    phone.get_by_label("How was it?").fill("The handle is too small for my hand.")
    phone.get_by_label("Pictures").set_input_files(str(tmp_path / "cup.png"))
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_text("The handle is too small for my hand.")).to_be_visible()
    phone.goto(page_url)
    expect(phone.get_by_text("Free trial: received for nothing", exact=False)).to_be_visible()
