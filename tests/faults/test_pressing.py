"""Never oversold, and once for a key: a crowd over HTTP against four processes."""

import pytest

from bench.faults.pressing import press

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.both_engines]


def test_64_buyers_who_press_three_times_get_10_units(database_url, tmp_path):
    told = press(database_url, tmp_path, buyers=64, presses=3, units=10)

    assert told["orders"] == {"paid": 10}
    assert (told["left"], told["charges"]) == ([0], 10)
    assert told["answers"] == {"303": 30, "409": 162}
    assert told["wrong"] == []


def test_without_the_guard_of_the_limit_more_is_sold_than_there_is(database_url, tmp_path):
    told = press(database_url, tmp_path, buyers=16, presses=1, units=3, without=["limits"])

    assert told["orders"]["paid"] > 3
    assert told["wrong"] != []


def test_64_requests_with_one_key_are_one_order(database_url, tmp_path):
    told = press(database_url, tmp_path, buyers=64, presses=1, units=70, one_key=True)

    assert (told["answers"], told["places"]) == ({"303": 64}, 1)
    assert (told["orders"], told["left"], told["wrong"]) == ({"pending": 1}, [69], [])


def test_without_keys_each_request_is_an_order(database_url, tmp_path):
    told = press(database_url, tmp_path, buyers=12, presses=1, units=70, one_key=True, without=["once"])

    assert told["places"] == 12
    assert told["left"] == [58]
