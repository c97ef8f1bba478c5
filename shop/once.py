"""Once: an act carries a one-use key made with the page; the same key gives the same answer."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop import kept
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid


class OnceKey(Numbered, Base):
    """An act that was begun with a key; `answer` is where its result stands."""

    __tablename__ = "once_key"
    __table_args__ = (UniqueConstraint("operation", "key"),)

    operation: Mapped[str] = mapped_column(String(48))
    key: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime]


KEYS: Any = OnceKey.__table__


def new_key() -> str:
    """A signed one-use key for a form."""
    kept.never()
    return str(_signer().dumps(secrets.token_urlsafe(16)))


def begin(operation: str, signed_key: str, body: Mapping[str, Any]) -> OnceKey:
    """Claim the key for this act; a row with an `answer` means that it was done before.

    Raises NotValid (422) for a forged key or for a key that was used with another body.
    """
    key = _read(signed_key)
    digest = _digest(body)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = db.session.scalars(
        insert(OnceKey)
        .values(operation=operation, key=key, body_hash=digest, at=now())
        .on_conflict_do_nothing(index_elements=["operation", "key"])
        .returning(OnceKey)
    ).first()
    return row if row is not None else _known(operation, key, digest)


def begin_as(operation: str, signed_key: str, body: Mapping[str, Any], answer: str) -> str:
    """Claim the key for an act whose result is known beforehand; another one comes back if it was done before.

    Raises NotValid (422) as `begin` does. One statement, and no row to be looked after.
    """
    key, digest = _read(signed_key), _digest(body)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    new = db.session.execute(
        insert(KEYS)
        .values(operation=operation, key=key, body_hash=digest, answer=answer, at=now())
        .on_conflict_do_nothing(index_elements=["operation", "key"])
        .returning(KEYS.c.answer)
    ).scalar_one_or_none()
    return answer if new is not None else str(_known(operation, key, digest).answer)


def answer(operation: str, signed_key: str) -> str | None:
    """What an act with this key came to, if it was done; raises NotValid for a forged key."""
    key = _read(signed_key)
    return db.session.scalar(select(OnceKey.answer).where(OnceKey.operation == operation, OnceKey.key == key))


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()


def _known(operation: str, key: str, digest: str) -> OnceKey:
    """What was begun with this key before; raises NotValid when that was something else."""
    row = db.session.scalars(select(OnceKey).where(OnceKey.operation == operation, OnceKey.key == key)).one()
    if row.body_hash != digest:
        raise NotValid(_("This form was already sent with other contents. Please open the page again."))
    return row


def _read(signed_key: str) -> str:
    try:
        return str(_signer().loads(signed_key))
    except BadSignature:
        raise NotValid(_("This form is not one of ours. Please open the page again.")) from None


def _signer() -> URLSafeSerializer:
    """Signs with the present key and reads those of older ones too, so that a rotation breaks no open page."""
    older = reversed(current_app.config["SECRET_KEY_FALLBACKS"])
    return URLSafeSerializer([*older, current_app.secret_key or ""], salt="once")
