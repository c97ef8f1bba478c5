"""What a shopper says of a gift, and what a community's managers decide."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, TextAreaField
from wtforms.validators import Length

LONGEST_CARD = 200


class WrapForm(Form):
    """A part of the checkout."""

    wrap = BooleanField(_l("Wrap it as a gift"))
    card = TextAreaField(
        _l("Words on the card"),
        [Length(max=LONGEST_CARD)],
        description=_l("Written by the merchant, by hand."),
    )


@dataclass(frozen=True)
class Here:
    """Settings in a community."""

    price: int = field(
        default=5,
        metadata={
            "label": _l("Price of the wrapping"),
            "help": _l("In whole units of the order's currency; 0 is a present."),
            "most": 100_000,
        },
    )
