"""Person: somebody with an account."""

import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from shop.clock import now
from shop.db import Base, Numbered


def key_of(text: str) -> str:
    """The form in which addresses and names are compared: NFKC, case folded, no space around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


class Person(Numbered, Base):
    """Somebody with an account; may hold several roles in several communities and merchants."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(16))
    locale: Mapped[str | None] = mapped_column(String(16))
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    intro: Mapped[str] = mapped_column(String(400), default="")
    joined_at: Mapped[datetime] = mapped_column(default=now)

    @validates("email")
    def _one_form_of_an_address(self, _key: str, value: str) -> str:
        return key_of(value)
