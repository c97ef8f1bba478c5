"""Money: whole minor units, shared out without losing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import money
from shop.errors import NotValid


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12", "CNY", 1200),
        ("1,299.00", "CNY", 129900),
        ("¥ 0.01", "CNY", 1),
        ("1299", "JPY", 1299),
        ("1.250", "KWD", 1250),
    ],
)
def test_people_type_money_in_major_units(app, text, currency, amount):
    with app.test_request_context():
        assert money.parse(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("twelve", "CNY"),
        ("1.005", "CNY"),
        ("1.5", "JPY"),
        ("-1", "CNY"),
        ("1e99", "CNY"),
        ("nan", "CNY"),
        ("", "CNY"),
        ("1,299,00", "CNY"),
    ],
)
def test_what_is_no_amount_is_told_in_words(app, text, currency):
    with app.test_request_context(), pytest.raises(NotValid):
        money.parse(text, currency)


@pytest.mark.parametrize("text", ["1.299,00", "12,50", "1,29", "1,2990.00", "12，50"])
def test_a_comma_that_may_be_a_point_is_not_guessed(app, text):
    with app.test_request_context(), pytest.raises(NotValid, match="read in two ways"):
        money.parse(text, "CNY")


def test_money_is_written_as_people_write_it(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert money.show(129900, "CNY") == "¥1,299.00"
        assert money.show(1299, "JPY") == "JP¥1,299"
        assert money.show(1250, "KWD") == "KWD1.250"
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert money.show(129900, "CNY") == "¥1,299.00"


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_the_parts_always_sum_to_the_whole(total, weights):
    if not sum(weights):
        with pytest.raises(ValueError, match="positive"):
            money.share_out(total, weights)
        return

    parts = money.share_out(total, weights)

    assert sum(parts) == total
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
    exact = [total * w / sum(weights) for w in weights]
    assert all(abs(part - e) <= 1 + abs(e) * 1e-9 for part, e in zip(parts, exact, strict=True))


def test_a_cent_left_over_goes_to_the_largest_remainder():
    assert money.share_out(100, [1, 1, 1]) == [34, 33, 33]
    assert money.share_out(10, [6, 3, 1]) == [6, 3, 1]
    assert money.share_out(-100, [1, 1, 1]) == [-34, -33, -33]
