"""Stripe set up against the fake on this machine."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.fakes.stripe import SECRET, FakeStripe, fake_stripe


@pytest.fixture
def stripe(app: Flask) -> Iterator[FakeStripe]:
    """The provider, and the shop set up to use it."""
    with fake_stripe() as fake:
        app.config.update(
            STRIPE_SECRET_KEY="sk_test_1",
            STRIPE_WEBHOOK_SECRETS=f"{SECRET}, whsec_old",
            STRIPE_API_BASE=fake.url,
            STRIPE_TIMEOUT_SECONDS=5,
        )
        yield fake
