"""Refunds, crossed carts and settlements, each by many at once, and each again without its guard."""

import pytest

from bench.faults.carts import cross
from bench.faults.refunds import refund_twice
from bench.faults.settling import settle_at_once

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.both_engines]


def test_a_refund_that_two_ask_for_at_once_is_done_once(database_url, tmp_path):
    told = refund_twice(database_url, tmp_path, refunds=12)

    assert told["errors"] == []
    assert told["answers"] == {"done": 12, "refused": 12}
    assert (told["done"], told["more_than_captured"], told["provider"]) == (12, 0, [12, 12])
    assert (told["orders"], told["wrong"]) == ({"refunded": 12}, [])


def test_without_the_guard_of_the_payment_money_is_promised_twice(database_url, tmp_path):
    told = refund_twice(database_url, tmp_path, refunds=8, without=["refunds"])

    assert told["answers"]["done"] > 8
    assert told["wrong"] != []


def test_crossed_carts_never_wait_for_each_other(database_url, tmp_path):
    told = cross(database_url, tmp_path, rounds=1)

    assert (told["errors"], told["answers"]) == ([], {"ordered": 64})
    assert (told["orders"], told["left"], told["wrong"]) == ({"pending": 64}, [0, 0], [])


def test_carts_in_their_own_order_deadlock(database_url, tmp_path):
    told = cross(database_url, tmp_path, threads=4, rounds=2, without=["order"])

    if database_url.startswith("sqlite"):
        assert told["answers"] == {
            "ordered": 32
        }  # one writer at a time: nobody can wait for somebody who waits
    else:
        assert told["answers"]["deadlock"] > 0
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
