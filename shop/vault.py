"""Vault: secrets in settings, sealed with a key made from SECRET_KEY; keys of before still open what they sealed.

After SECRET_KEY was changed and the old one put into SECRET_KEY_FALLBACKS, `shop plugins reseal` seals everything anew,
and the old key may go.
"""

import base64
from functools import lru_cache

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

log = structlog.get_logger(__name__)

MARK = "sealed:"


class Unreadable(Exception):
    """None of the present keys opens it: SECRET_KEY was changed and the old key is not among the fallbacks."""


def seal(secret: str) -> str:
    """What may be written into the database."""
    return MARK + _keys().encrypt(secret.encode()).decode()


def unseal(kept: str) -> str:
    """The secret; what was kept before there was a vault is read as it is. Raises Unreadable."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _keys().decrypt(kept.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        raise Unreadable(
            "a secret cannot be read: SECRET_KEY was changed without SECRET_KEY_FALLBACKS"
        ) from None


def reseal(kept: str) -> str:
    """The same secret, sealed with the newest key. Raises Unreadable."""
    return seal(unseal(kept))


def is_sealed(kept: object) -> bool:
    return isinstance(kept, str) and kept.startswith(MARK)


def _keys() -> MultiFernet:
    """The newest first: it seals, all of them open."""
    return _made((str(current_app.config["SECRET_KEY"]), *current_app.config["SECRET_KEY_FALLBACKS"]))


@lru_cache(maxsize=4)
def _made(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    """A key of its own, so that what signs a session never opens a secret."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"secrets of settings").derive(key.encode())
