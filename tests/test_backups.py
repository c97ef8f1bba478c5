"""A backup is taken and put back while the shop serves, and a bad one is refused."""

import tarfile
import threading

import pytest
from sqlalchemy import func, select, text

from shop.checking import check
from shop.db import db as database
from shop.files import files
from shop.orders.models import Order
from tests.support.sales import open_stall, order_from, pay


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "backup.tar.gz"


def orders() -> int:
    many = database.session.scalar(select(func.count(Order.id)))
    database.session.rollback()
    return many


def test_what_was_backed_up_comes_back_while_the_shop_serves(app, db, client, cli_runner, archive, tmp_path):
    stall = open_stall()
    key = files.put(b"a picture", folder="pictures", ending="webp")
    pay(order_from(stall))

    made = cli_runner.invoke(args=["backup", str(archive)])
    assert (made.exit_code, made.output) == (0, f"{archive} is good.\n")
    order_from(stall)
    files.delete(key)
    assert orders() == 2
    back = cli_runner.invoke(args=["restore", str(archive)], input="y\n")

    assert back.exit_code == 0, back.output
    assert (orders(), files.get(key)) == (1, b"a picture")
    assert client.get("/healthz").status_code == 200
    assert check(app) == []
    (kept,) = (tmp_path / "instance").glob("before-restore-*.tar.gz")
    assert cli_runner.invoke(args=["restore", str(kept), "--yes"]).exit_code == 0
    assert orders() == 2


def test_a_backup_beside_writers_is_of_one_moment(app, db, cli_runner, archive):
    stall = open_stall(stock=None)
    stop = threading.Event()

    def keep_selling():
        with app.app_context():
            again = open_stall_again(stall)
            while not stop.is_set():
                pay(order_from(again))

    seller = threading.Thread(target=keep_selling)
    seller.start()
    try:
        made = cli_runner.invoke(args=["backup", str(archive)])
    finally:
        stop.set()
        seller.join()

    assert (made.exit_code, made.output) == (0, f"{archive} is good.\n")


def open_stall_again(stall):
    """The same stall, for another session."""
    fresh = {
        name: database.session.merge(getattr(stall, name), load=True)
        for name in ("owner", "community", "merchant", "product", "offer")
    }
    return type(stall)(**fresh)


def test_findings_are_told_and_the_file_is_kept(db, cli_runner, archive):
    open_stall()
    db.session.execute(text("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'stock'"))
    db.session.commit()

    made = cli_runner.invoke(args=["backup", str(archive)])

    assert (made.exit_code, archive.exists()) == (1, True)
    assert "its holds say 0" in made.output
    assert "is whole, but its books have findings" in made.output


def test_no_backup_overwrites_another(db, cli_runner, archive):
    archive.write_text("the one of yesterday")

    made = cli_runner.invoke(args=["backup", str(archive)])

    assert (made.exit_code, archive.read_text()) == (1, "the one of yesterday")


def test_who_says_no_keeps_what_is_there(db, cli_runner, archive):
    stall = open_stall()
    cli_runner.invoke(args=["backup", str(archive)])
    order_from(stall)

    said = cli_runner.invoke(args=["restore", str(archive)], input="n\n")

    assert (said.exit_code, orders()) == (1, 1)


@pytest.mark.parametrize("damage", ["cut", "no archive", "another database"])
def test_a_damaged_backup_is_refused(db, cli_runner, archive, tmp_path, damage):
    stall = open_stall()
    cli_runner.invoke(args=["backup", str(archive)])
    order_from(stall)
    if damage == "cut":
        archive.write_bytes(archive.read_bytes()[:2000])
    elif damage == "no archive":
        archive.write_bytes(b"hello")
    else:
        with tarfile.open(archive) as old:
            old.extractall(tmp_path / "out", filter="data")
        (tmp_path / "out" / "shop.db").write_bytes(b"SQLite format 3\0 and no more")
        with tarfile.open(archive, "w:gz") as new:
            new.add(tmp_path / "out", ".")

    said = cli_runner.invoke(args=["restore", str(archive), "--yes"])

    assert (said.exit_code, orders()) == (1, 1)
    assert "Error:" in said.output


@pytest.mark.postgres
def test_on_postgresql_its_own_tool_is_named(db, cli_runner, archive):
    made = cli_runner.invoke(args=["backup", str(archive)])

    assert (made.exit_code, archive.exists()) == (1, False)
    assert "pg_dump" in made.output
