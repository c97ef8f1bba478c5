"""Never oversold, and once for a key: a crowd over HTTP against four processes."""

import pytest

from bench.faults.pressing import press

pytestmark = [pytest.mark.faults, pytest.mark.races, pytest.mark.both_engines]


def test_32_buyers_who_press_three_times_get_6_units(database_url, tmp_path):
    """`make faults` plays it with 64 buyers of 10 units."""
    told = press(database_url, tmp_path, buyers=32, presses=3, units=6)

    assert told["orders"] == {"paid": 6}
    assert (told["left"], told["charges"]) == ([0], 6)
    assert told["answers"] == {"303": 18, "409": 78}
    assert told["wrong"] == []


def test_without_the_guard_of_the_limit_more_is_sold_than_there_is(database_url, tmp_path):
    told = press(database_url, tmp_path, buyers=16, presses=1, units=3, webs=2, without=["limits"])

    assert told["orders"]["paid"] > 3
    assert told["wrong"] != []


def test_64_requests_with_one_key_are_one_order(database_url, tmp_path):
    told = press(database_url, tmp_path, webs=2, buyers=64, presses=1, units=70, one_key=True)

    assert (told["answers"], told["places"]) == ({"303": 64}, 1)
    assert (told["orders"], told["left"], told["wrong"]) == ({"pending": 1}, [69], [])


def test_without_keys_each_request_is_an_order(database_url, tmp_path):
    told = press(
        database_url, tmp_path, buyers=12, presses=1, units=70, one_key=True, webs=2, without=["once"]
    )

    assert told["places"] == 12
    assert told["left"] == [58]
