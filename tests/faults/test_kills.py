"""SIGKILL at any instant: what the provider charged is what the shop sold."""

import pytest

from bench.faults.kills import kill_while_buying

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.both_engines]


def test_killed_processes_lose_no_charge_no_order_and_no_stock(database_url, tmp_path):
    told = kill_while_buying(database_url, tmp_path, checkouts=8, dies=4, kills=4, webs=2)

    assert told["ends"] == {"ordered": 8}
    assert (told["charges"], told["orphans"], told["paid_without_charge"]) == (8, 0, 0)
    assert (told["orders"], told["left"]) == ({"paid": 8}, [5])
    # Each charge is told of twice; one that nobody heard the answer of may have been made again, and given back.
    assert (told["all_told"], told["told"] >= 16) == (True, True)
    assert (told["ledger"], told["wrong"]) == ({"CNY": 0}, [])
    assert told["kills"] >= 3  # four by hand, if the shop is not done before, and those who die by themselves


def test_a_charge_inside_the_transaction_is_lost_by_a_kill(database_url, tmp_path):
    told = kill_while_buying(database_url, tmp_path, checkouts=4, dies=2, kills=0, webs=2, without=["intent"])

    assert told["orphans"] > 0
