"""Signatures: of the links that cards go by, and of what partners tell us."""

import hashlib
import hmac
import time
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from shop.errors import Refused

# A partner's word is believed for so many seconds: an old one may have been overheard.
TOLERANCE = 300
SEEN_SECONDS = 3600
HEADER = "Tuanzi-Signature"


def sign_card(card_id: int) -> str:
    """The token of a card's link: nobody can make one for an address of their own."""
    return str(_signer().dumps(card_id))


def read_card(token: str) -> int | None:
    """The card that a token names; None for a forged one."""
    try:
        number = _signer().loads(token)
    except BadSignature:
        return None
    return number if isinstance(number, int) else None


def sign_seen(card_id: int) -> str:
    """Whoever holds it has just been shown whose interest a link serves."""
    return str(URLSafeTimedSerializer(_keys(), salt="affiliate.seen").dumps(card_id))


def was_seen(card_id: int, token: str) -> bool:
    """Whether the disclosure was shown within the last hour."""
    try:
        seen = URLSafeTimedSerializer(_keys(), salt="affiliate.seen").loads(token, max_age=SEEN_SECONDS)
    except BadSignature:
        return False
    return bool(seen == card_id)


def sign(secret: str, body: bytes, at: int | None = None) -> str:
    """What a partner sends in the header: `t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<seconds>.<body>`."""
    seconds = int(time.time()) if at is None else at
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check(secret: str, header: str, body: bytes) -> None:
    """Raises Refused (401) for a signature that is not the partner's, or is old."""
    told = dict(part.partition("=")[::2] for part in header.split(","))
    stamp = told.get("t", "")
    seconds = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 15 else 0
    if not hmac.compare_digest(_digest(secret, seconds, body).encode(), told.get("v1", "").encode()):
        raise Refused("the signature does not fit", status=401)
    if abs(time.time() - seconds) > TOLERANCE:
        raise Refused("the signature is too old", status=401)


def _digest(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(_keys(), salt="affiliate.card")


def _keys() -> list[Any]:
    """The site's keys, the youngest last, as itsdangerous wants them: links outlive a rotation."""
    return [*current_app.config.get("SECRET_KEY_FALLBACKS", []), current_app.secret_key or ""]
