"""Rows that leave as a spreadsheet."""

import gc

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.access import public
from shop.sheets import as_file, by_way_of_the_disk

ROWS = [("Tea", "Ünïcode"), ("two\nlines", '"quoted"')]


def test_rows_arrive_as_a_spreadsheet_takes_them(app: Flask, client: FlaskClient):
    app.add_url_rule("/rows", "rows", public(lambda: as_file(ROWS, "rows")))

    answer = client.get("/rows")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert answer.data.decode() == '\ufeffTea,Ünïcode\r\n"two\nlines","""quoted"""\r\n'


def test_no_cell_is_run_and_amounts_stay_numbers(app: Flask, client: FlaskClient):
    row = ("=cmd|' /C calc'!A0", "+86 138", "-12.50", "0138001", "6901234567892", "４", -3, None, 0.5)
    app.add_url_rule("/rows", "rows", public(lambda: as_file([row], "rows")))

    (line,) = client.get("/rows").text.removeprefix("\ufeff").splitlines()

    assert line == "'=cmd|' /C calc'!A0,'+86 138,-12.50,'0138001,'6901234567892,４,-3,,0.5"


@pytest.mark.filterwarnings("error")
def test_who_asks_for_the_head_alone_leaves_no_file_open(app: Flask, client: FlaskClient):
    app.add_url_rule("/rows", "rows", public(lambda: as_file(ROWS, "rows")))

    answer = client.head("/rows", buffered=True)  # as a server does it: to the end, then closed

    assert (answer.status_code, answer.data) == (200, b"")
    gc.collect()  # an open file would complain now


def test_rows_that_break_off_leave_no_file_open(app: Flask, client: FlaskClient):
    def broken():
        yield "first\r\n"
        raise RuntimeError("the database went away")

    with app.test_request_context(), pytest.raises(RuntimeError, match="went away"):
        by_way_of_the_disk(broken(), "rows")
    gc.collect()
