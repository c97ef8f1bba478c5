"""Whether an event is from Stripe, now, for this account and mode."""

import json
import time
from collections.abc import Mapping
from typing import Any

import stripe

from plugins.stripe.settings import Settings
from shop.payments.method import NotGenuine

# Both ways: the SDK itself checks only that a signature is not old.
TOLERANCE_SECONDS = 300


def genuine_event(payload: bytes, header: str, now: Settings) -> Mapping[str, Any]:
    """The event that the raw body is, signed with one of our secrets; raises NotGenuine."""
    if not any(_is_signed(payload, header, secret) for secret in now.webhook_secrets):
        raise NotGenuine("the signature is not Stripe's")
    signed_at = next(part.removeprefix("t=") for part in header.split(",") if part.startswith("t="))
    if int(signed_at) > time.time() + TOLERANCE_SECONDS:
        raise NotGenuine("the signature is of the future")
    event: Mapping[str, Any] = json.loads(payload)
    if event["livemode"] is not now.is_live:
        raise NotGenuine("the event is of the other mode")
    if event.get("account") != now.account:
        raise NotGenuine("the event is of another account")
    return event


def _is_signed(payload: bytes, header: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(payload, header, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
