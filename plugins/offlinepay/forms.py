"""What a merchant tells of cash and transfers."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length


class InstructionsForm(FlaskForm):
    """Whether it is offered, and how to pay."""

    is_on = BooleanField(_l("Offer cash or transfer at checkout"))
    text = TextAreaField(
        _l("How to pay"), [Length(max=1000)], description=_l("Shown to the shopper on the order's page.")
    )


class ConfirmationForm(FlaskForm):
    """Staff saw the money."""

    note = StringField(_l("Note"), [InputRequired(_l("Please note how it was paid.")), Length(max=400)])
