"""The second step of signing in: codes of an authenticator app, and spare ones to write down."""

import hashlib
import secrets
from typing import Any

from flask import current_app
from flask_security.totp import Totp
from passlib.totp import TOTP, AppWallet
from sqlalchemy import or_, update

from shop.db import db
from shop.people.models import Person

SPARE_CODES = 8
# A code is good for its own half minute, and for the one before and after: phones' clocks differ.
WINDOW_SECONDS = 30


class Codes(Totp):
    """Flask-Security's codes; secrets are encrypted with the site's key, and a step is never used twice."""

    def __init__(self) -> None:
        keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
        wallet = AppWallet({_tag(key): key for key in keys}, default_tag=_tag(keys[0]))
        self._totp = TOTP.using(issuer=current_app.config["SITE_NAME"].replace(":", " "), wallet=wallet)

    def get_last_counter(self, user: Person) -> int | None:
        return user.code_step

    def set_last_counter(self, user: Person, tmatch: Any) -> None:
        user.code_step = tmatch.counter


def new_secret() -> str:
    """A secret for an authenticator app, encrypted, so that it can wait in the session until it is confirmed."""
    return str(Codes().generate_totp_secret())


def how_to_set_up(secret: str, person: Person) -> tuple[str, str]:
    """The address for the QR code, and the key to type where no camera is at hand."""
    codes = Codes()
    return str(codes.get_totp_uri(person.email, secret)), str(codes.get_totp_pretty_key(secret))


def is_right(code: str, secret: str, person: Person) -> bool:
    """Whether the app shows this code now."""
    digits = "".join(code.split())
    return digits.isdigit() and bool(Codes().verify_totp(digits, secret, person, window=WINDOW_SECONDS))


def begin(person: Person, secret: str) -> list[str]:
    """From now on signing in takes a code; returns the spare ones, which are shown once."""
    spare = ["-".join(secrets.token_hex(2) for _part in range(4)) for _code in range(SPARE_CODES)]
    person.code_secret, person.spare_codes = secret, [_hash(code) for code in spare]
    return spare


def end(person: Person) -> None:
    person.code_secret, person.code_step, person.spare_codes = None, None, []


def use(code: str, person: Person) -> bool:
    """Use a code of the app or a spare one; each works once, however many try at the same time."""
    if person.code_secret is None:
        return False
    if _hash(code) in person.spare_codes:
        was = list(person.spare_codes)
        person.spare_codes = [kept for kept in was if kept != _hash(code)]
        return True
    before = person.code_step
    if not is_right(code, person.code_secret, person):
        return False
    step, person.code_step = person.code_step, before
    won = db.session.execute(
        update(Person)
        .where(Person.id == person.id, or_(Person.code_step.is_(None), Person.code_step < step))
        .values(code_step=step)
        .returning(Person.id)
    ).scalar_one_or_none()
    return won is not None


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _tag(key: str) -> str:
    """The short name under which a key is remembered beside what it encrypted."""
    return hashlib.sha256(f"codes:{key}".encode()).hexdigest()[:12]
