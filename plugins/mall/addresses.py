"""Address: where a person's parcels go."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.people.models import Person

FIELDS = ("name", "phone", "country", "province", "city", "district", "street", "postcode")
MOST_ADDRESSES = 20
LARGEST_FIRST = ("CN", "TW", "HK", "MO", "JP", "KR")
# Codes of CLDR that are no country that a parcel goes to.
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


class Address(Numbered, Base):
    """One of a person's addresses; at most one is the default."""

    __tablename__ = "mall_address"
    __table_args__ = (Index("ix_mall_address_person", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(32), default="")
    country: Mapped[str] = mapped_column(String(2), default="CN")
    province: Mapped[str] = mapped_column(String(80), default="")
    city: Mapped[str] = mapped_column(String(80))
    district: Mapped[str] = mapped_column(String(80), default="")
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(16), default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def of(cls, person: Person | None) -> list["Address"]:
        """The person's addresses, the default first."""
        if person is None:
            return []
        mine = select(cls).where(cls.person_id == person.id).order_by(cls.is_default.desc(), cls.id)
        return list(db.session.scalars(mine))

    @classmethod
    def keep(cls, person: Person, parts: Mapping[str, str]) -> "Address":
        """Keep an address of the person; the same one is kept once, the first is the default."""
        mine = cls.of(person)
        for known in mine:
            if known.parts == dict(parts):
                return known
        if len(mine) >= MOST_ADDRESSES:
            raise Refused(_("You keep %(most)s addresses already. Please remove one.", most=MOST_ADDRESSES))
        address = cls(person_id=person.id, is_default=not mine, **parts)
        db.session.add(address)
        return address

    @property
    def parts(self) -> dict[str, str]:
        return {field: getattr(self, field) for field in FIELDS}

    @property
    def lines(self) -> list[str]:
        return written(self.parts)

    def change(self, parts: Mapping[str, str]) -> None:
        for field in FIELDS:
            setattr(self, field, parts[field])

    def make_default(self) -> None:
        """Parcels go here unless another is chosen."""
        mine = Address.person_id == self.person_id
        db.session.execute(update(Address).where(mine, Address.id != self.id).values(is_default=False))
        self.is_default = True

    def remove(self) -> None:
        """Forget it; when it was the default, the oldest other one takes its place."""
        db.session.execute(delete(Address).where(Address.id == self.id))
        heir = select(Address).where(Address.person_id == self.person_id).order_by(Address.id).limit(1)
        oldest = db.session.scalars(heir).first()
        if self.is_default and oldest is not None:
            oldest.is_default = True


def written(parts: Mapping[str, Any]) -> list[str]:
    """An address as it is written on a parcel: largest first in China, Japan and Korea, else street first."""
    who = " ".join(filter(None, (parts["name"], parts["phone"])))
    if parts["country"] in LARGEST_FIRST:
        where = [
            " ".join(filter(None, (parts["province"], parts["city"], parts["district"]))),
            parts["street"],
        ]
    else:
        town = " ".join(filter(None, (parts["postcode"], parts["city"])))
        where = [parts["street"], ", ".join(filter(None, (parts["district"], town, parts["province"])))]
    last = [] if parts["country"] == "CN" else [country_names().get(parts["country"], parts["country"])]
    if parts["country"] in LARGEST_FIRST and parts["postcode"]:
        where.append(parts["postcode"])
    return [line for line in (who, *where, *last) if line]


def country_names() -> dict[str, str]:
    """Every country in the words of the present language, China first, the others by name."""
    return _countries_in(str(get_locale() or "en"))


@cache
def _countries_in(language: str) -> dict[str, str]:
    territories = Locale.parse(language).territories
    names = {c: n for c, n in territories.items() if len(c) == 2 and c.isalpha() and c not in NOT_COUNTRIES}
    ordered = dict(sorted(names.items(), key=lambda pair: pair[1]))
    return {"CN": names["CN"], **ordered}
