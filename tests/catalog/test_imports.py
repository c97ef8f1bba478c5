"""A merchant takes in a file, reads what it would do, asks for it, and the worker does it."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shop import jobs, outbound
from shop.catalog import fetching, importing
from shop.catalog.exchange.plan import Plan
from shop.catalog.imports import ImportLine, ImportRun
from shop.catalog.models import Product
from shop.clock import now
from shop.events import Event
from shop.files import files
from shop.merchants.models import Merchant
from shop.outbound import CannotFetch
from tests.support import goods
from tests.support.sql import count_sql

DATA = Path(__file__).parent.parent / "data"
TEA = (DATA / "shopify-tea.csv").read_bytes()
PRICES = "Handle,Title,Variant Price,Variant SKU\n"


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture can be had."""

    def refuse(address: str, **_limits: object) -> None:
        raise CannotFetch("The address does not answer.")

    monkeypatch.setattr(outbound, "fetch", refuse)


@pytest.fixture
def merchant(db: SQLAlchemy, client: FlaskClient) -> Merchant:
    """A merchant whose owner is signed in."""
    lin = goods.person()
    made = goods.merchant(lin)
    goods.signed_in(client, lin)
    return made


@pytest.mark.both_engines
def test_file_is_looked_at_then_imported_then_there(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    sent = upload(client, TEA)
    assert sent.status_code == 303
    waiting = client.get(sent.location)
    assert "Looking at the file" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text

    jobs.run_until_idle(app)
    looked = client.get(sent.location)
    assert "Nothing has happened yet." in looked.text
    assert "Gift cards are not products here." in looked.text
    assert "Spring Oolong 春乌龙" in looked.text
    assert count(db, Product) == 0

    asked = client.post(f"{sent.location}/application")
    assert (asked.status_code, asked.location) == (303, sent.location)
    jobs.run_until_idle(app)
    fetching.fetch_due()
    done = client.get(sent.location)
    assert "Everything below is done." in done.text
    assert "6 pictures could not be fetched" in done.text
    assert count(db, Product) == 5
    run = the_run(db)
    assert (run.state, run.counts, run.rows, run.done) == ("applied", {"made": 5, "skipped": 1}, 10, 10)
    assert db.session.scalars(
        select(Event.name).where(Event.name.startswith("import.")).order_by(Event.id)
    ).all() == [
        "import.uploaded",
        "import.asked",
        "import.applied",
    ]


@pytest.mark.both_engines
def test_same_file_again_has_nothing_to_do(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    import_all(app, client, TEA)

    page = upload(client, TEA).location
    jobs.run_until_idle(app)

    assert "Everything in this file is in your catalogue already." in client.get(page).text
    refused = client.post(f"{page}/application")
    assert refused.status_code == 409
    assert "There is nothing to import." in refused.text


def test_wrong_row_is_shown_and_stops_the_import(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    page = upload(client, PRICES.encode() + b"tea,Tea,5,\ncup,Cup,free,\n").location
    jobs.run_until_idle(app)

    looked = client.get(page).text
    assert "Row 3, Variant Price: “free” is not a price. Write it like 12.50." in looked
    assert "/application" not in looked
    refused = client.post(f"{page}/application")
    assert refused.status_code == 409
    assert "Nothing is imported as long as something in the file is wrong." in refused.text
    assert count(db, Product) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 a workbook", "This is a workbook, not a CSV file."),
        (b"Handle,Title\ntea,T\x00ea\n", "bytes that are no text"),
        ("Handle,Title\nthe,Thé\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        (b"Name,E-mail\nAda,a@example.org\n", "not the columns of a product file"),
        (b"Handle,Title\n", "The file has columns but no products."),
        (b"Handle,Title\ntea,Tea,5\n", "Row 2 has 3 cells, but there are 2 columns."),
        (b'Handle,Title\ntea,"Tea\n', "The file ends inside a quotation that begins in row 2."),
        (b'Handle,Title\ntea,"Tea" x\n', "The quotation marks in row 2 do not fit"),
        (b"Handle,Title,handle\ntea,Tea,tea\n", "The column “handle” stands twice"),
    ],
)
def test_broken_file_is_sent_back_with_a_sentence(
    db: SQLAlchemy, client: FlaskClient, merchant: Merchant, content: bytes, sentence: str
):
    answer = upload(client, content)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(db, ImportRun) == 0


@pytest.mark.settings(UPLOAD_BYTES=100_000, IMPORT_BYTES=300_000)
def test_file_may_be_longer_than_other_uploads_but_not_endless(
    db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    row = b"tea-%d,Tea,5,\n"
    long = PRICES.encode() + b"".join(row % n for n in range(15_000))

    assert upload(client, long).status_code == 303
    assert upload(client, long * 2).status_code == 413
    assert count(db, ImportRun) == 1


def test_form_without_a_file_asks_for_one(client: FlaskClient, merchant: Merchant):
    answer = client.post("/desk/old-hill/imports", data={})

    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


def test_progress_is_told_in_rows(app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    page = upload(client, TEA).location
    before = client.get(f"{page}/progress").json
    run = db.session.scalars(select(ImportRun)).one()
    run.told(4, 10)
    between = client.get(f"{page}/progress").json

    run.busy_until = None
    db.session.commit()
    jobs.run_until_idle(app)
    after = client.get(f"{page}/progress").json

    assert before == {"value": None, "max": 1, "text": "Looking at the file", "done": False, "location": page}
    assert (between["value"], between["max"], between["text"]) == (4, 10, "Looking at the file: 4 of 10 rows")
    assert (after["done"], after["text"]) == (True, "Ready to be imported")


def test_lines_are_filtered_and_paged(app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    rows = "".join(f"tea-{n},Tea number {n},{'free' if n == 130 else 5},\n" for n in range(1, 151))
    page = upload(client, (PRICES + rows).encode()).location
    jobs.run_until_idle(app)

    first = client.get(f"{page}?verdict=all").text
    wrong = client.get(page).text
    following = client.get(unescape(re.search(r'href="([^"]*after=[^"]*)"', first)[1])).text

    assert ("Tea number 100<" in first, "Tea number 101<" in first) == (True, False)
    assert ("Tea number 101<" in following, "Tea number 150<" in following) == (True, True)
    assert re.findall(r"Tea number (\d+)", wrong) == ["130"]


def test_pages_cost_the_same_for_one_run_and_three(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    page = upload(client, TEA).location
    jobs.run_until_idle(app)

    def cost(address: str) -> int:
        with count_sql(app) as sql:
            assert client.get(address).status_code == 200
        return len(sql)

    one = cost("/desk/old-hill/imports")
    few = cost(page)
    upload(client, TEA)
    upload(client, TEA)

    assert cost("/desk/old-hill/imports") == one
    assert cost(f"{page}?verdict=skipped") == few


def test_run_of_another_merchant_is_not_there(db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    page = upload(client, TEA).location
    other = goods.person("Bo")
    goods.merchant(other, "New Hill")
    goods.signed_in(client, other)

    run = page.rpartition("/")[2]
    for address in (page, f"/desk/new-hill/imports/{run}", f"/desk/new-hill/imports/{run}/progress"):
        assert client.get(address).status_code == 404
    assert client.post(f"/desk/new-hill/imports/{run}/application").status_code == 404
    assert client.get("/desk/old-hill/products.csv").status_code == 404


def test_counter_staff_may_not_import(db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    goods.signed_in(client, goods.staff(merchant, goods.person("Bo"), "counter"))

    assert client.get("/desk/old-hill/imports").status_code == 403
    assert upload(client, TEA).status_code == 403
    assert client.get("/desk/old-hill/products.csv").status_code == 403


def test_the_page_leads_to_every_file_that_a_merchant_takes_along(client: FlaskClient, merchant: Merchant):
    page = client.get(f"/desk/{merchant.slug}/imports").text

    for name in ("products", "orders", "statement"):
        assert client.get(f"/desk/{merchant.slug}/{name}.csv").status_code == 200
        assert f'href="/desk/{merchant.slug}/{name}.csv"' in page


def test_export_is_sent_as_a_file(app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    import_all(app, client, TEA)

    plain = client.get("/desk/old-hill/products.csv")
    for_excel = client.get("/desk/old-hill/products.csv?for=excel")

    assert plain.mimetype == "text/csv"
    assert re.fullmatch(
        r'attachment; filename="old-hill-\d{4}-\d\d-\d\d\.csv"', plain.headers["Content-Disposition"]
    )
    assert plain.text.startswith("Handle,Title,Body (HTML),")
    assert for_excel.data == b"\xef\xbb\xbf" + plain.data
    page = upload(client, for_excel.data).location
    jobs.run_until_idle(app)
    assert "Everything in this file is in your catalogue already." in client.get(page).text


@pytest.mark.both_engines
def test_work_of_a_dead_worker_is_taken_up_again(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    upload(client, TEA)
    assert the_run(db).claim("uploaded")
    db.session.commit()

    jobs.run_until_idle(app)
    assert the_run(db).state == "uploaded"
    with time_machine.travel(now() + timedelta(minutes=5)):
        jobs.run_until_idle(app)

    assert (the_run(db).state, count(db, ImportLine)) == ("planned", 6)


@pytest.mark.both_engines
def test_failure_while_writing_is_tried_again_and_leaves_no_half(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
):
    page = upload(client, TEA).location
    jobs.run_until_idle(app)
    write = Plan.write

    def die(plan: Plan) -> None:
        write(plan)
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(Plan, "write", die)
    client.post(f"{page}/application")
    jobs.run_until_idle(app)
    assert (the_run(db).state, count(db, Product)) == ("asked", 0)

    monkeypatch.setattr(Plan, "write", write)
    with time_machine.travel(now() + timedelta(minutes=1)):
        jobs.run_until_idle(app)

    assert (the_run(db).state, count(db, Product)) == ("applied", 5)


def test_file_that_fits_no_more_is_looked_at_again(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    """A product without a price in the file is deleted between the look and the import."""
    tea = goods.product(merchant, "Tea", 500)
    tea.variants[0].sku = "TEA"
    page = upload(
        client, f"Handle,Title,Variant SKU,Variant Price\n{tea.handle},Green Tea,TEA,\n".encode()
    ).location
    jobs.run_until_idle(app)
    db.session.delete(tea)
    client.post(f"{page}/application")

    jobs.run_until_idle(app)

    assert "The price is missing: write it like 12.50." in client.get(page).text
    assert (the_run(db).state, the_run(db).counts) == ("planned", {"wrong": 1})


def test_report_speaks_the_language_of_who_uploaded(
    app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant
):
    client.get("/desk/old-hill/imports?lang=zh")

    upload(client, TEA)

    assert the_run(db).locale == "zh_Hans_CN"


def test_old_files_are_forgotten(app: Flask, db: SQLAlchemy, client: FlaskClient, merchant: Merchant):
    upload(client, TEA)
    jobs.run_until_idle(app)
    key = the_run(db).file_key
    assert files.exists(key)
    importing.forget_old()
    assert files.exists(key)

    with time_machine.travel(now() + timedelta(days=91)):
        importing.forget_old()
        db.session.commit()

    assert not files.exists(key)
    assert (count(db, ImportRun), count(db, ImportLine)) == (0, 0)


def upload(client: FlaskClient, content: bytes, name: str = "products.csv") -> TestResponse:
    return client.post("/desk/old-hill/imports", data={"file": (BytesIO(content), name)})


def import_all(app: Flask, client: FlaskClient, content: bytes) -> None:
    page = upload(client, content).location
    jobs.run_until_idle(app)
    client.post(f"{page}/application")
    jobs.run_until_idle(app)


def the_run(db: SQLAlchemy) -> ImportRun:
    """The only run, as it stands now; no lock is left behind."""
    db.session.expire_all()
    run = db.session.scalars(select(ImportRun)).one()
    db.session.commit()
    db.session.refresh(run)
    db.session.expunge(run)
    db.session.rollback()
    return run


def count(db: SQLAlchemy, model: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(model)) or 0
    db.session.rollback()
    return found
