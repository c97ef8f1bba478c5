"""What a merchant sends about an order."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length


class ShipmentForm(FlaskForm):
    """Goods handed to a carrier; or ready at the place, whose name then stands for the carrier."""

    carrier = StringField(_l("Carrier"), [InputRequired(_l("Please name the carrier.")), Length(max=64)])
    tracking = StringField(_l("Tracking number"), [Length(max=128)])


class CancellationForm(FlaskForm):
    """Why an order cannot be fulfilled."""

    reason = StringField(
        _l("Reason, as the shopper will read it"),
        [InputRequired(_l("Please give a reason.")), Length(max=400)],
    )


class RefundForm(FlaskForm):
    """How much goes back, and why."""

    amount = StringField(_l("Amount"), [InputRequired(_l("Please say how much."))])
    reason = StringField(
        _l("Reason, as the shopper will read it"),
        [InputRequired(_l("Please give a reason.")), Length(max=400)],
    )
    restock = BooleanField(_l("Put what was bought back into stock"))
