"""Stripe's numbers and ours."""

import pytest

from plugins.stripe.currency import from_stripe, takes, to_stripe


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("USD", 1234, 1234),
        ("CNY", 1, 1),
        ("JPY", 1200, 1200),
        ("KRW", 50000, 50000),
        ("ISK", 500, 50000),
        ("UGX", 500, 50000),
        ("HUF", 12300, 12300),
        ("KWD", 5120, 5120),
        ("MGA", 7, 7),
    ],
)
def test_amounts_go_to_stripe_and_come_back(currency, ours, theirs):
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency) == ours
    assert takes(ours, currency)


@pytest.mark.parametrize(
    ("amount", "currency"), [(5124, "KWD"), (1, "BHD"), (100_000_000, "USD"), (0, "USD"), (1_000_000, "ISK")]
)
def test_amounts_that_stripe_cannot_take_are_not_offered(amount, currency):
    assert not takes(amount, currency)


def test_an_amount_between_two_crowns_is_none():
    with pytest.raises(ValueError, match="ISK"):
        from_stripe(50050, "ISK")
