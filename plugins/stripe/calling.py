"""Stripe called through its SDK, outside any transaction, with its failures told in the shop's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
import structlog
from flask import current_app

from plugins.stripe.settings import settings
from shop.db import let_go
from shop.payments.method import ProviderDown

log = structlog.get_logger(__name__)


class Declined(Exception):
    """Stripe understood and said no."""


@contextmanager
def calling() -> Iterator[Any]:
    """The API's `v1`; nothing is locked meanwhile. Raises ProviderDown (ask again) or Declined."""
    let_go()
    try:
        yield _client().v1
    except (stripe.InvalidRequestError, stripe.CardError) as no:
        if no.http_status == 409:  # the twin of this request is under way
            raise ProviderDown(str(no)) from no
        raise Declined(no.user_message or str(no)) from no
    except stripe.StripeError as down:
        log.warning("stripe does not answer", why=f"{type(down).__name__}: {down}")
        raise ProviderDown(str(down)) from down


def _client() -> stripe.StripeClient:
    """One client a process; the SDK itself tries once more, with the same key."""
    now = settings()
    if now is None:
        raise ProviderDown("Stripe is not set up")
    kept = current_app.extensions.setdefault("stripe", {})
    if now not in kept:
        kept[now] = stripe.StripeClient(
            now.secret_key,
            stripe_account=now.account,
            base_addresses={"api": now.api_base},
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=now.timeout),
        )
    client: stripe.StripeClient = kept[now]
    return client
