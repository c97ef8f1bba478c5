"""What is asked of a merchant and of its staff."""

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import Email, InputRequired, Length

from shop.merchants.models import CURRENCIES

GIVEN_ROLES = (
    ("manager", _l("Manager: products, offers, orders and staff")),
    ("counter", _l("Counter: orders only")),
    ("analyst", _l("Analyst: looks, changes nothing")),
)


def stripped(text: str | None) -> str | None:
    """What was typed without the space around it."""
    return text.strip() if text else text


class MerchantForm(FlaskForm):
    """Open a merchant account."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Please give it a name.")), Length(max=80)],
        filters=[stripped],
    )
    currency = SelectField(
        _l("Currency"), description=_l("All your prices are in it. It stays."), default="CNY"
    )

    def __init__(self) -> None:
        super().__init__()
        names = (get_locale() or Locale("en")).currencies
        self.currency.choices = [
            SelectChoice(code, f"{code} · {names.get(code, code)}") for code in CURRENCIES
        ]


class AboutForm(FlaskForm):
    """What visitors read of a merchant."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Please give it a name.")), Length(max=80)],
        filters=[stripped],
    )
    about = TextAreaField(
        _l("About you"), [Length(max=2000)], description=_l("A sentence or two, on every product.")
    )
    contact = StringField(_l("How shoppers reach you"), [Length(max=200)])


class InvitationForm(FlaskForm):
    """Invite somebody to the staff."""

    email = StringField(
        _l("E-mail"),
        [
            InputRequired(_l("Please write an address.")),
            Email(_l("This is not an e-mail address.")),
            Length(max=254),
        ],
        filters=[stripped],
    )
    role = SelectField(
        _l("Role"), choices=[SelectChoice(role, label) for role, label in GIVEN_ROLES], default="counter"
    )
