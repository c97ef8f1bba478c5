"""Tokens: what a page says of one ad that it shows, signed, good for one view and one click within two hours."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from shop.clock import now

LIFE = timedelta(hours=2)


class Token(NamedTuple):
    """One ad on one page for one visitor."""

    nonce: str
    creative: int
    community: int
    slot: str
    visitor: str
    at: int
    keyword: str = ""

    @property
    def is_old(self) -> bool:
        return now() - datetime.fromtimestamp(self.at, UTC) > LIFE


def make(creative: int, community: int, slot: str, visitor: str, keyword: str = "") -> str:
    """A token of its own for this ad on this page; without a keyword it is one word shorter."""
    at = int(now().timestamp())
    token = Token(secrets.token_urlsafe(12), creative, community, slot, visitor, at, keyword)
    return str(_signer().dumps(token if keyword else token[:-1]))


def read(text: str) -> Token | None:
    """What a token says; None when it is not one of ours."""
    try:
        nonce, creative, community, slot, visitor, at, *more = _signer().loads(text)
        keyword = str(more[0]) if more else ""
        return Token(str(nonce), int(creative), int(community), str(slot), str(visitor), int(at), keyword)
    except (BadSignature, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="ads")
