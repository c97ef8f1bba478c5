"""Person: somebody with an account."""

import secrets
import unicodedata
from datetime import datetime

from flask_security import UserMixin, hash_password
from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from shop.clock import now
from shop.db import Base, Numbered

# What stands in the place of a name whose bearer has asked to be forgotten.
FORGOTTEN = "—"


def key_of(text: str) -> str:
    """The form in which addresses and names are compared: NFKC, case folded, no space around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def new_stamp() -> str:
    """What a session is tied to; a new one ends every session that was open."""
    return secrets.token_hex(16)


class Person(UserMixin, Numbered, Base):
    """Somebody with an account; may hold several roles in several communities and merchants."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # Flask-Security's name for the stamp.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=new_stamp)
    locale: Mapped[str | None] = mapped_column(String(16))
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    intro: Mapped[str] = mapped_column(String(400), default="")
    joined_at: Mapped[datetime] = mapped_column(default=now)
    forgotten_at: Mapped[datetime | None]
    # The encrypted secret of the person's authenticator app, and the last of its steps that was used.
    code_secret: Mapped[str | None] = mapped_column(Text)
    code_step: Mapped[int | None]
    # Hashes of the codes to write down, for the day the phone is lost; each works once.
    spare_codes: Mapped[list[str]] = mapped_column(JSON, default=list)

    @property
    def asks_for_code(self) -> bool:
        """Whether signing in takes a code besides the password."""
        return self.code_secret is not None

    def set_password(self, password: str) -> None:
        """A new password (Argon2); every session that was open ends."""
        self.password = hash_password(unicodedata.normalize("NFKD", password))
        self.fs_uniquifier = new_stamp()

    def forget(self) -> None:
        """Keep the row that others' orders and groups point to, and nothing that tells who it was."""
        self.name, self.intro, self.locale = FORGOTTEN, "", None
        self.email = f"forgotten-{self.id}@invalid"
        self.password, self.code_secret, self.code_step, self.spare_codes = None, None, None, []
        self.active, self.is_operator, self.is_demo = False, False, False
        self.fs_uniquifier = new_stamp()
        self.forgotten_at = now()

    @validates("email")
    def _one_form_of_an_address(self, _key: str, value: str) -> str:
        return key_of(value)
