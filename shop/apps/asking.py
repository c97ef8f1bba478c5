"""What an operator asks for an app."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange

from shop.errors import NotValid
from shop.manifest import Terms
from shop.merchants.models import CURRENCIES
from shop.money import parse, plain


class PriceForm(FlaskForm):
    """The price of a term, in the currency's major units; nothing makes it free."""

    amount = StringField(
        _l("Price of a term"), [InputRequired(), Length(max=24)], description=_l("0: it costs nothing.")
    )
    currency = SelectField(_l("Currency"), choices=[SelectChoice(code, code) for code in CURRENCIES])
    days = IntegerField(_l("Days of a term"), [InputRequired(), NumberRange(1, 3660)], default=30)
    trial_days = IntegerField(_l("Free days to try it"), [NumberRange(0, 366)], default=14)

    @classmethod
    def of(cls, terms: Terms | None) -> "PriceForm":
        """The form, filled with what holds now."""
        if terms is None:
            return cls(formdata=None, amount="0")
        data = {"currency": terms.currency, "days": terms.days, "trial_days": terms.trial_days}
        return cls(formdata=None, amount=plain(terms.amount, terms.currency), **data)

    def validate_amount(self, field: Any) -> None:
        try:
            self.minor = parse(field.data or "", self.currency.data)
        except NotValid as wrong:
            raise ValidationError(str(wrong)) from None
        if self.minor < 0:
            raise ValidationError(str(_l("A price is not below nothing.")))

    @property
    def terms(self) -> Terms:
        """What was typed; only after it was found valid."""
        return Terms(self.minor, self.currency.data, self.days.data or 0, self.trial_days.data or 0)
