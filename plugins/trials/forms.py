"""The forms of trials."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.trials.eligibility import PARTS
from shop.errors import NotValid
from shop.fields import PriceField

NEEDED = _l("Please fill this in.")
MOST_QUESTIONS = 5
KIND_WORDS = {
    "goods": _l("Goods that are sent by post"),
    "meal": _l("A free meal or service, redeemed at the counter"),
}
WAY_WORDS = {
    "draw": _l("A draw that anybody can replay"),
    "first": _l("First come, first served"),
    "rules": _l("Whoever has reported fewest trials, then the longest members"),
    "manager": _l("The managers choose, with a reason for each"),
}


class BatchForm(FlaskForm):
    """What is given, what it is worth, and what a report must contain; amounts in the merchant's currency."""

    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    kind = RadioField(
        _l("What is given"),
        choices=[SelectChoice(code, words) for code, words in KIND_WORDS.items()],
        default="goods",
    )
    text = TextAreaField(
        _l("What members should know"), [InputRequired(NEEDED), Length(max=8000)], description=_l("Markdown.")
    )
    units = IntegerField(_l("How many units"), [InputRequired(NEEDED), NumberRange(1, 10_000)], default=10)
    worth = PriceField(_l("Worth of one unit"), [InputRequired(NEEDED)])
    apply_days = IntegerField(
        _l("Days for applications"), [InputRequired(NEEDED), NumberRange(1, 60)], default=7
    )
    report_days = IntegerField(
        _l("Days until the report"),
        [InputRequired(NEEDED), NumberRange(3, 120)],
        default=14,
        description=_l("Counted from the day it was received."),
    )
    least_letters = IntegerField(
        _l("Letters of a report at least"), [InputRequired(NEEDED), NumberRange(0, 500)], default=30
    )
    least_pictures = IntegerField(
        _l("Pictures of a report at least"), [InputRequired(NEEDED), NumberRange(0, 3)], default=1
    )
    report_asks = TextAreaField(
        _l("What a report should tell"),
        [Length(max=600)],
        description=_l("Questions, not praise: a good opinion is never a condition."),
    )

    def values(self) -> dict[str, Any]:
        """What is kept of the batch, but for its units, which are a limit."""
        told = {name: value for name, value in self.data.items() if name not in ("csrf_token", "units")}
        for name in ("title", "text", "report_asks"):
            told[name] = (told[name] or "").strip()
        return told


class RulesForm(FlaskForm):
    """What managers compose: parts with their numbers (read from the request), questions, and the way of selection."""

    way = RadioField(
        _l("How the lucky ones are found"),
        choices=[SelectChoice(code, words) for code, words in WAY_WORDS.items()],
        default="draw",
    )
    questions = TextAreaField(_l("Questions"), [Length(max=1200)], description=_l("One a line."))

    @property
    def lines(self) -> list[str]:
        told = (line.strip()[:200] for line in (self.questions.data or "").splitlines())
        return list(dict.fromkeys(line for line in told if line))[:MOST_QUESTIONS]


def rules_from(form: Any) -> dict[str, int]:
    """The parts that were ticked, with their numbers."""
    rules = {}
    for code, part in PARTS.items():
        if form.get(f"part-{code}"):
            text = form.get(f"number-{code}", "").strip() if part.counts else "1"
            if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 3650):
                raise NotValid(_("A number of a rule is between 1 and 3650."))
            rules[code] = int(text)
    return rules


class ApplicationForm(FlaskForm):
    reason = TextAreaField(_l("Why would you like to try it?"), [InputRequired(NEEDED), Length(max=600)])


class AddressForm(FlaskForm):
    """What is written on the parcel."""

    name = StringField(_l("Name on the parcel"), [InputRequired(NEEDED), Length(max=80)])
    phone = StringField(_l("Phone"), [Length(max=32)])
    city = StringField(_l("City"), [InputRequired(NEEDED), Length(max=80)])
    street = StringField(_l("Street, house, flat"), [InputRequired(NEEDED), Length(max=200)])
    postcode = StringField(_l("Postcode"), [Length(max=16)])

    def values(self) -> dict[str, str]:
        return {name: (value or "").strip() for name, value in self.data.items() if name != "csrf_token"}


class ReportForm(FlaskForm):
    text = TextAreaField(_l("How was it?"), [InputRequired(NEEDED), Length(max=8000)])
    pictures = MultipleFileField(_l("Pictures"))


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(NEEDED), Length(max=400)])


class ShipmentForm(FlaskForm):
    carrier = StringField(_l("Carrier"), [InputRequired(NEEDED), Length(max=64)])
    tracking = StringField(_l("Tracking number"), [Optional(), Length(max=128)])


class CodeForm(FlaskForm):
    code = StringField(_l("Code"), [InputRequired(NEEDED), Length(max=32)])
