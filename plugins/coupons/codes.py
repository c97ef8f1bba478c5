"""Codes: the short one that is typed, and the signed one that changes every half minute and is scanned.

A scanned text is `TZ1.CODE.CAMPAIGN.HOUR.KEY.STEP.MAC`. The shop derives a key for each campaign from its own secret
and the number of the merchant's counter key; from it one for each coupon. A shopper's phone has the key of its own
coupon and signs the present step with it; a counter's phone has its campaigns' keys and can verify without a network.
Nobody who only knows a code can sign for it, and a picture of a screen is stale after a minute and a half.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.people.models import Person

MARK = "TZ1"
# Nothing that is mistaken for something else at a counter.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LETTERS = 8
STEP_SECONDS = 30
# A code that was shown so many steps ago is still taken, and one of a clock that is a step fast.
OLD_STEPS, EARLY_STEPS = 3, 1
MAC_LETTERS = 13
HOUR = 3600
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class CounterKey(Numbered, Base):
    """The number of a merchant's present counter key; a lost phone makes the next one."""

    __tablename__ = "coupons_counter_key"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"), unique=True)
    number: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def renew(cls, merchant_id: int, by: Person) -> None:
        """Codes that phones have kept, and phones that were lost, are of no use from now on."""
        row = db.session.scalars(select(cls).where(cls.merchant_id == merchant_id)).first()
        if row is None:
            db.session.add(cls(merchant_id=merchant_id, number=2, by_id=by.id))
        else:
            row.number, row.by_id, row.at = row.number + 1, by.id, now()


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanned text says; nothing of it is believed before `is_signed`."""

    code: str
    campaign: int
    hour: int
    key: int
    step: int
    mac: str

    @property
    def shown_at(self) -> datetime:
        """When the phone showed it, by the phone's clock."""
        return datetime.fromtimestamp(self.step * STEP_SECONDS, UTC)

    def is_signed(self, merchant_id: int) -> bool:
        """Whether the coupon's own phone has signed this step, by the key of the merchant that gave it."""
        key = coupon_key(campaign_key(merchant_id, self.key, self.campaign), self.code, self.hour)
        return hmac.compare_digest(mac_of(key, self.step), self.mac)

    def is_fresh(self, instant: datetime) -> bool:
        """Whether it was shown just now."""
        return -EARLY_STEPS <= step_at(instant) - self.step <= OLD_STEPS


def new_code() -> str:
    """A short code; 32^8 of them."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))


def spoken(code: str) -> str:
    """The short code as it is read out: 7KQ2-M4XP."""
    return f"{code[:4]}-{code[4:]}"


def read(text: str) -> Scan | str | None:
    """What was scanned or typed: a signed text, a short code, or nothing that makes sense."""
    cleaned = "".join(text.upper().split())
    if cleaned.startswith(f"{MARK}."):
        return _scan(cleaned.split("."))
    code = cleaned.replace("-", "")
    return code if len(code) == LETTERS and all(letter in ALPHABET for letter in code) else None


def key_number(merchant_id: int) -> int:
    """The number of the merchant's present counter key."""
    return db.session.scalar(select(CounterKey.number).where(CounterKey.merchant_id == merchant_id)) or 1


def campaign_key(merchant_id: int, number: int, campaign_id: int) -> bytes:
    """The key that a counter keeps for one campaign."""
    secret = str(current_app.secret_key).encode()
    counter = _hmac(secret, f"coupons.counter:{merchant_id}:{number}")
    return _hmac(counter, base36(campaign_id))


def coupon_key(key_of_campaign: bytes, code: str, hour: int) -> bytes:
    """The key that a shopper's phone keeps for one coupon."""
    return _hmac(key_of_campaign, f"{code}.{base36(hour)}")


def mac_of(key: bytes, step: int) -> str:
    return base64.b32encode(_hmac(key, base36(step))).decode()[:MAC_LETTERS]


def text_of(code: str, campaign_id: int, hour: int, number: int, key: bytes, step: int) -> str:
    """What the QR code says in a step."""
    parts = (MARK, code, base36(campaign_id), base36(hour), base36(number), base36(step), mac_of(key, step))
    return ".".join(parts)


def step_at(instant: datetime) -> int:
    return int(instant.timestamp()) // STEP_SECONDS


def hour_of(instant: datetime) -> int:
    """The hour in which an instant lies, counted from 1970: what a code says of its own end, rounded up."""
    return -(-int(instant.timestamp()) // HOUR)


def base36(number: int) -> str:
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if not number:
            return text


def _scan(parts: list[str]) -> Scan | None:
    if len(parts) != 7 or any(not 1 <= len(part) <= MAC_LETTERS for part in parts):
        return None
    try:
        campaign, hour, number, step = (int(part, 36) for part in parts[2:6])
    except ValueError:
        return None
    if max(campaign, hour, number) >= 2**53 or not 0 <= step < 2**31:
        return None
    return Scan(parts[1], campaign, hour, number, step, parts[6])


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
