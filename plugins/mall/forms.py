"""The mall's forms."""

import re
from functools import cache
from typing import Any

from flask_babel import get_locale, lazy_pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.mall.addresses import FIELDS, country_names
from plugins.mall.shipping import KINDS
from shop import money
from shop.errors import NotValid
from shop.orders.quoting import MOST_OF_ONE

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,24}[0-9]\Z")
# Ids are 64-bit; a larger number is nobody's.
LARGEST_ID = 2**53


class Quantity(IntegerField):
    """How many: a whole number of at least one."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        asked = _l("How many must be a whole number from 1 to %(most)s.", most=MOST_OF_ONE)
        super().__init__(label, [InputRequired(asked), NumberRange(1, MOST_OF_ONE, asked)], **options)
        self.asked = asked

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.asked) from None


class BuySettings(Form):
    """An offer to buy: how many at most in one order, and a word beside the button."""

    most = IntegerField(
        _l("At most in one order"),
        [Optional(), NumberRange(1, MOST_OF_ONE)],
        description=_l("Empty: as many as there are."),
    )
    note = StringField(
        _l("A word beside the button"),
        [Length(max=160)],
        description=_l("For example: leaves us within two days."),
    )


class LineForm(FlaskForm):
    """So many of a variant by an offer."""

    offer = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_ID)])
    variant = IntegerField(
        validators=[InputRequired(_l("Please choose one of the choices.")), NumberRange(1, LARGEST_ID)]
    )
    quantity = Quantity(_l("Quantity"))

    @property
    def complaint(self) -> str:
        """The first thing that is wrong, in words."""
        return str(next(iter(next(iter(self.errors.values()), [])), _("This form is not complete.")))


class QuantityForm(FlaskForm):
    """Another quantity of a line."""

    quantity = Quantity(_l("Quantity"))


class ContactFields:
    """Who it is for, and how the merchant reaches them."""

    name = StringField(
        lazy_pgettext("person", "Name"), [InputRequired(_l("Please tell us your name.")), Length(max=80)]
    )
    reach = StringField(
        _l("E-mail or phone"), [InputRequired(_l("The merchant must be able to reach you.")), Length(max=254)]
    )

    def validate_reach(self, field: Field) -> None:
        text = (field.data or "").strip()
        if not MAIL.match(text) and not PHONE.match(text):
            raise ValidationError(_("Please write an e-mail address or a phone number."))

    @property
    def contact(self) -> dict[str, str]:
        """Name, and the e-mail address or phone number."""
        text = (self.reach.data or "").strip()
        return {"name": (self.name.data or "").strip(), "email" if "@" in text else "phone": text}


class AddressFields:
    """What is written on a parcel."""

    phone = StringField(_l("Phone"), [Length(max=32)])
    country = SelectField(_l("Country or region"), default="CN")
    province = StringField(_l("Province or state"), [Length(max=80)])
    city = StringField(_l("City"), [Length(max=80)])
    district = StringField(_l("District"), [Length(max=80)])
    street = StringField(_l("Street, house, flat"), [Length(max=200)])
    postcode = StringField(_l("Postcode"), [Length(max=16)])

    def open_address(self) -> None:
        """Offer every country, and mark what a parcel needs where it goes."""
        self.country.choices = _countries_in(str(get_locale()))
        inside = [self.province, self.phone] if self.country.data == "CN" else []
        for field in (self.city, self.street, *inside):
            field.flags.required = True

    def check_address(self) -> bool:
        """Whether a parcel would arrive; says in words what is missing."""
        missing = [self.city, self.street, *([self.province] if self.country.data == "CN" else [])]
        for field in missing:
            if not (field.data or "").strip():
                _complain(field, _("A parcel needs this."))
        if self.phone.data and not PHONE.match(self.phone.data.strip()):
            _complain(self.phone, _("This does not look like a phone number."))
        elif self.country.data == "CN" and not (self.phone.data or "").strip():
            _complain(self.phone, _("The courier calls before the parcel comes."))
        return not any(field.errors for field in (*missing, self.phone))

    def parts(self, name: str) -> dict[str, str]:
        """The address with whose name is on the parcel."""
        given = {field: (getattr(self, field).data or "").strip() for field in FIELDS if field != "name"}
        return {"name": name, **given}


class AddressForm(AddressFields, FlaskForm):
    """One of a person's addresses."""

    name = StringField(
        lazy_pgettext("person", "Name"), [InputRequired(_l("Whose name is on the parcel?")), Length(max=80)]
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.open_address()

    def validate(self, extra_validators: Any = None) -> bool:
        return bool(super().validate(extra_validators)) & self.check_address()


class CheckoutForm(ContactFields, AddressFields, FlaskForm):
    """Everything that one order needs, on one screen."""

    way = RadioField(_l("Delivery"), validate_choice=False)
    address = RadioField(_l("Where to"), validate_choice=False, default="new")
    keep = BooleanField(_l("Keep this address for next time"), default=True)
    note = TextAreaField(_l("A word to the merchant"), [Length(max=400)])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.open_address()
        self.way.choices = []
        self.address.choices = []


class ShippingForm(FlaskForm):
    """One of a merchant's shipping ways; amounts as people write them, in the merchant's currency."""

    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice("flat", _l("One price")),
            SelectChoice("free_over", _l("Free over an amount")),
            SelectChoice("pickup", _l("Pick-up at a place")),
        ],
        default="flat",
    )
    title = StringField(_l("Title"), [InputRequired(_l("Please give it a name.")), Length(max=80)])
    amount = StringField(_l("Price"), [Length(max=24)])
    free_from = StringField(_l("Free from"), [Length(max=24)])
    place = StringField(lazy_pgettext("pick-up", "Place"), [Length(max=200)])
    hint = StringField(_l("A word beside it"), [Length(max=160)])

    def __init__(self, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency
        for field in (self.amount, self.free_from, self.place):
            field.flags.required = True  # of the kinds that ask for it

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        self.minor: dict[str, int] = {}
        if self.kind.data == "pickup":
            if not (self.place.data or "").strip():
                _complain(self.place, _("Where do people pick it up?"))
        elif self.kind.data in KINDS:
            self._read(self.amount)
            if self.kind.data == "free_over":
                self._read(self.free_from)
        return good and not self.errors

    def values(self) -> dict[str, Any]:
        """What is kept of the way."""
        pickup = self.kind.data == "pickup"
        return {
            "kind": self.kind.data,
            "title": (self.title.data or "").strip(),
            "hint": (self.hint.data or "").strip(),
            "place": (self.place.data or "").strip() if pickup else "",
            "amount": self.minor.get("amount", 0),
            "free_from": self.minor.get("free_from"),
        }

    def _read(self, field: Field) -> None:
        try:
            self.minor[field.name] = money.parse(field.data or "", self.currency)
        except NotValid as wrong:
            _complain(field, str(wrong))


def _complain(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


@cache
def _countries_in(_language: str) -> list[SelectChoice]:
    """Made once for each language: every form with an address offers them."""
    return [SelectChoice(code, name) for code, name in country_names().items()]
