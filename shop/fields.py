"""Form fields that know the shop: prices in major units, instants in a community's time zone, rows of words."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import DateTimeLocalInput

from shop.errors import NotValid
from shop.money import parse, plain


class PriceField(StringField):
    """An amount typed in major units, such as `1,299.00`; `data` is in minor units of the desk's merchant, or None."""

    data: Any
    typed: str | None = None

    @property
    def currency(self) -> str:
        return str(g.merchant.currency)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed, self.data = (str(valuelist[0]).strip() if valuelist else ""), None

    def pre_validate(self, form: BaseForm) -> None:
        if not self.typed:
            return
        try:
            self.data = parse(self.typed, self.currency)
        except NotValid as wrong:
            raise StopValidation(str(wrong)) from None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else plain(self.data, self.currency)


class InstantField(StringField):
    """A day and time in `zone`, which the form sets; `data` is an aware instant in UTC, or None."""

    widget = DateTimeLocalInput()
    data: Any
    typed: str | None = None
    zone: ZoneInfo = ZoneInfo("UTC")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed, self.data = (str(valuelist[0]).strip() if valuelist else ""), None

    def pre_validate(self, form: BaseForm) -> None:
        if not self.typed:
            return
        try:
            local = datetime.fromisoformat(self.typed)
            if local.tzinfo is not None:
                raise ValueError
            self.data = local.replace(tzinfo=self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            raise StopValidation(str(_("Please write a day and a time."))) from None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else f"{self.data.astimezone(self.zone):%Y-%m-%dT%H:%M}"


class WordsField(StringField):
    """Words with commas between them; `data` is a list without doubles."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        for comma in "，、;；\n":
            text = text.replace(comma, ",")
        self.data = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))

    def _value(self) -> str:
        return ", ".join(self.data or [])
