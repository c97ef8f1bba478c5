"""Who writes next: those of one process in the order in which they came, and nobody is kept for ever."""

import os
import sqlite3
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shop.db import db as shop_db
from shop.db import is_retryable, writing
from shop.turns import Line, Turns
from tests.support.processes import context

# Who has no rights of their own on any Unix.
NOBODY = 65534


def waiting(turns, names, done):
    """Threads that wait for their turn, begun one after the other."""
    threads = []
    for name in names:
        before = len(turns._waiting)
        thread = threading.Thread(target=lambda name=name: turns.take(60) and done.append(name))
        thread.start()
        while len(turns._waiting) == before:
            time.sleep(0.001)
        threads.append(thread)
    return threads


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, done = Turns(), []
    assert turns.take(0)
    threads = waiting(turns, "abcdef", done)

    for n in range(6):
        turns.give()
        threads[n].join()

    assert "".join(done) == "abcdef"


def test_who_goes_away_is_passed_over_and_the_last_one_leaves_it_free():
    turns, done = Turns(), []
    assert turns.take(0)

    assert not turns.take(0.01)
    (thread,) = waiting(turns, "a", done)
    turns.give()
    thread.join()
    turns.give()

    assert (done, turns.take(0)) == (["a"], True)


@pytest.mark.settings(LOCK_SECONDS=0)
def test_a_writer_that_waits_too_long_is_told_that_it_may_try_again(app):
    """And one that is done, or failed, makes room."""

    def write() -> None:
        with app.app_context(), writing():
            shop_db.session.execute(text("UPDATE limits SET remaining = 0 WHERE id = 0"))

    with app.app_context(), writing(), shop_db.engine.connect() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(OperationalError) as told:
            write()
        first.rollback()

    assert is_retryable(told.value)
    write()
    write()


def test_two_processes_write_by_turns(tmp_path):
    """Nobody who has waited is passed over by a process whose threads follow close on each other."""
    path = tmp_path / "written.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE written (n INTEGER PRIMARY KEY, who TEXT)")
    with ProcessPoolExecutor(2, mp_context=context()) as pool:
        list(pool.map(write_on, [path] * 2, ["one", "other"]))
    with closing(sqlite3.connect(path)) as made:
        wrote = [who for (who,) in made.execute("SELECT who FROM written ORDER BY n")]

    both = wrote[wrote.index("other") if wrote[0] == "one" else wrote.index("one") :]
    both = both[: len(both) - [*reversed(both)].index("one" if both[-1] == "other" else "other")]
    longest = max(len(list(run)) for _who, run in groupby(both))

    assert len(wrote) == 2 * 200
    assert longest <= 50  # without the line 119 and 197 were seen, with it less than 20


def test_another_user_of_the_machine_may_write_too():
    """The operator's own `shop` command was here first, as root, and left the file of the line behind."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        path, line = folder / "written.db", folder / "line"
        with closing(sqlite3.connect(path)) as made:
            made.execute("CREATE TABLE written (n INTEGER PRIMARY KEY, who TEXT)")
        with closing(sqlite3.connect(path, isolation_level=None)) as raw:
            Line(line, 1).begin(raw)
        line.chmod(line.stat().st_mode & 0o444)  # what somebody else may do with it
        path.chmod(0o666)
        folder.chmod(0o777)

        with ProcessPoolExecutor(1, mp_context=context()) as pool:
            pool.submit(write_as_nobody, path, line).result(60)

        with closing(sqlite3.connect(path)) as made:
            assert made.execute("SELECT who FROM written").fetchall() == [("nobody",)]


def write_as_nobody(path, line):
    """One row, by somebody who is not root."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        Line(line, 1).begin(raw)
        raw.execute("INSERT INTO written (who) VALUES ('nobody')")
        raw.execute("COMMIT")


def write_on(path, who):
    """Four threads of a process that write one row after the other."""
    turns, line = Turns(), Line(path.with_name("line"), 60)

    def write():
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as raw:
            for _row in range(50):
                assert turns.take(60)
                line.begin(raw)
                raw.execute("INSERT INTO written (who) VALUES (?)", [who])
                time.sleep(0.002)
                raw.execute("COMMIT")
                turns.give()

    threads = [threading.Thread(target=write) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
