"""The forms of points, and what a community's managers set."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

NEEDED = _l("Please fill this in.")
MOST = 10_000


def _points(default: int, label: Any, least: int = 0) -> Any:
    return field(default=default, metadata={"label": label, "least": least, "most": MOST})


@dataclass(frozen=True)
class Here:
    """The rates, the cap of a day and the thresholds of the tiers, in points."""

    review: int = _points(10, _l("For a review, whatever its stars"))
    trial: int = _points(20, _l("For a trial's report, whatever it says"))
    name: int = _points(50, _l("For a name that was chosen"))
    vote: int = _points(2, _l("For a vote in a naming round"))
    done: int = _points(15, _l("For feedback that was done"))
    thanked: int = _points(5, _l("For a thank-you in “You said, we did”"))
    cap_a_day: int = _points(60, _l("Most points on one day"), 1)
    tier_1: int = _points(50, _l("Points of a year for the first tier"), 1)
    tier_2: int = _points(200, _l("Points of a year for the second tier"), 1)
    tier_3: int = _points(600, _l("Points of a year for the third tier"), 1)


class GiftForm(FlaskForm):
    """What the community gives."""

    title = StringField(_l("The gift"), [InputRequired(NEEDED), Length(max=120)])
    text = TextAreaField(
        _l("More about it"), [Length(max=2000)], description=_l("What it is, and where it is handed out.")
    )
    cost = IntegerField(_l("Points for one"), [InputRequired(NEEDED), NumberRange(1, 1_000_000)], default=50)
    many = IntegerField(
        _l("How many there are"), [InputRequired(NEEDED), NumberRange(1, 100_000)], default=10
    )
    each = IntegerField(_l("Most for one member"), [InputRequired(NEEDED), NumberRange(1, 20)], default=1)


class TopForm(FlaskForm):
    """A period and what its three best comments get."""

    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    days = IntegerField(
        _l("How many days from now"), [InputRequired(NEEDED), NumberRange(1, 92)], default=30,
        description=_l("Comments count that are written between now and then."),
    )  # fmt: skip
    first = StringField(_l("The first gets"), [InputRequired(NEEDED), Length(max=120)])
    second = StringField(_l("The second gets"), [InputRequired(NEEDED), Length(max=120)])
    third = StringField(_l("The third gets"), [InputRequired(NEEDED), Length(max=120)])


class CodeForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(NEEDED), Length(max=16)])
