"""Refunds, crossed carts and settlements, each by many at once, and each again without its guard."""

import pytest

from bench.faults.carts import cross
from bench.faults.refunds import refund_twice
from bench.faults.settling import settle_at_once

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.both_engines]


def test_a_refund_that_two_ask_for_at_once_is_done_once(database_url, tmp_path):
    told = refund_twice(database_url, tmp_path, refunds=16)

    assert told["errors"] == []
    assert told["answers"] == {"done": 16, "refused": 16}
    assert (told["done"], told["more_than_captured"], told["provider"]) == (16, 0, [16, 16])
    assert (told["orders"], told["wrong"]) == ({"refunded": 16}, [])


def test_without_the_guard_of_the_payment_money_is_promised_twice(database_url, tmp_path):
    told = refund_twice(database_url, tmp_path, refunds=8, without=["refunds"])

    assert told["answers"]["done"] > 8
    assert told["wrong"] != []


def test_crossed_carts_never_wait_for_each_other(database_url, tmp_path):
    told = cross(database_url, tmp_path, rounds=1)

    assert (told["errors"], told["answers"]) == ([], {"ordered": 64})
    assert (told["orders"], told["left"], told["wrong"]) == ({"pending": 64}, [0, 0], [])


def test_carts_in_their_own_order_wait_for_each_other(database_url, tmp_path):
    """On SQLite, with its one writer, the guard is that the lock is taken at once: without it somebody is refused."""
    told = cross(database_url, tmp_path, threads=4, rounds=2, without=["order"])

    assert told["answers"]["busy" if database_url.startswith("sqlite") else "deadlock"] > 0
    assert told["wrong"] == []


def test_page_webhook_and_job_at_once_are_one_settlement_and_one_mail(database_url, tmp_path):
    told = settle_at_once(database_url, tmp_path, rounds=8)

    assert told["errors"] == []
    assert set(told["answers"]) <= {"webhook 200", "job 0", "job 1", "page 200"}
    assert (told["settlements"], told["booked"], told["mails"]) == (8, 8, 8)
    assert (told["orders"], told["wrong"]) == ({"paid": 8}, [])


def test_without_the_moves_and_the_memory_one_payment_is_settled_twice(database_url, tmp_path):
    told = settle_at_once(database_url, tmp_path, rounds=4, without=["settling"])

    broken = {"webhook 409", "webhook 500", "webhook 503", "job IntegrityError"} & set(told["answers"])
    assert told["settlements"] > 4 or broken
