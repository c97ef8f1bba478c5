"""Crowdfunding's forms."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
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

from plugins.crowdfunding.campaigns import LONGEST_DAYS, LONGEST_ROUND
from plugins.crowdfunding.countries import country_names
from plugins.crowdfunding.rewards import first_of_month
from shop.errors import NotValid
from shop.fields import PriceField

NEEDED = _l("Please fill this in.")


@dataclass(frozen=True)
class Site:
    """What the operator sets."""

    reserve_days: int = field(
        default=6,
        metadata={
            "label": _l("Days that providers keep money reserved"),
            "help": _l("A pledge is reserved when the campaign ends within so many days, else paid at once."),
            "least": 0,
            "most": 30,
        },
    )


class BackSettings(Form):
    """An offer to back has no settings: its campaign is written at the desk, under Crowdfunding."""


class CampaignForm(FlaskForm):
    """What a campaign is, how much it needs and how long it runs; amounts in the merchant's currency."""

    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    pitch = StringField(
        _l("In one sentence"),
        [InputRequired(NEEDED), Length(max=200)],
        description=_l("What will be made, and for whom?"),
    )
    kind = RadioField(
        _l("Goal"),
        choices=[
            SelectChoice("all_or_nothing", _l("All or nothing: below the goal, everything goes back")),
            SelectChoice("flexible", _l("Flexible: whatever comes together is used")),
        ],
        default="all_or_nothing",
    )
    goal = PriceField(
        _l("Minimum goal"), [InputRequired(NEEDED)], description=_l("Without this much it cannot be made.")
    )
    optimum = PriceField(
        _l("Optimum goal"), [Optional()], description=_l("With this much it can be made as it should be.")
    )
    days = IntegerField(
        _l("Days of pledging"), [InputRequired(NEEDED), NumberRange(1, LONGEST_DAYS)], default=30
    )
    second_days = IntegerField(
        _l("Days of a second round"),
        [Optional(), NumberRange(0, LONGEST_ROUND)],
        default=0,
        description=_l("Follows by itself when the minimum is reached and the optimum is not."),
    )
    vote_days = IntegerField(
        _l("Days of voting"),
        [InputRequired(NEEDED), NumberRange(1, 30)],
        default=7,
        description=_l("Before pledging, if the community decides open options."),
    )
    grace_days = IntegerField(
        _l("Days of grace"),
        [InputRequired(NEEDED), NumberRange(1, 14)],
        default=7,
        description=_l("After the deadline, for payments that fail."),
    )
    late_days = IntegerField(
        _l("Days of late pledges"),
        [Optional(), NumberRange(0, 180)],
        default=0,
        description=_l("After success."),
    )
    country = SelectField(_l("Sent from"), default="CN")
    story = TextAreaField(
        _l("Story"), [InputRequired(NEEDED), Length(max=20_000)], description=_l("Markdown.")
    )
    risks = TextAreaField(
        _l("What could go wrong"),
        [InputRequired(NEEDED), Length(max=4000)],
        description=_l("Backers read this before they pledge."),
    )
    collective_return = TextAreaField(
        _l("What everybody gets back"),
        [Length(max=1000)],
        description=_l(
            "Something for all, also for those who do not pledge: a recipe, a plan, a free evening."
        ),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.country.choices = [SelectChoice(code, name) for code, name in country_names().items()]

    def validate_goal(self, field: Any) -> None:
        if field.data is not None and field.data < 1:
            raise ValidationError(_("A goal is more than nothing."))

    def validate_optimum(self, field: Any) -> None:
        if field.data is not None and self.goal.data is not None and field.data <= self.goal.data:
            raise ValidationError(_("The optimum is more than the minimum."))

    def validate_second_days(self, field: Any) -> None:
        if field.data and self.optimum.data is None:
            raise ValidationError(_("A second round needs an optimum goal."))

    def values(self) -> dict[str, Any]:
        """What is kept of the campaign."""
        told = {name: value for name, value in self.data.items() if name != "csrf_token"}
        for name in ("title", "pitch", "story", "risks", "collective_return"):
            told[name] = (told[name] or "").strip()
        for name in ("second_days", "late_days"):
            told[name] = told[name] or 0
        return told


class RewardForm(FlaskForm):
    """A reward or an add-on."""

    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    story = TextAreaField(_l("What belongs to it"), [Length(max=1000)])
    is_addon = BooleanField(_l("An add-on, chosen beside a reward"))
    price = PriceField(_l("Price"), [InputRequired(NEEDED)])
    limit = IntegerField(
        _l("How many there are"), [Optional(), NumberRange(1, 1_000_000)], description=_l("Empty: no end.")
    )
    delivery_month = StringField(
        _l("Month of delivery"), [Length(max=7)], description=_l("For example 2027-03.")
    )
    needs_shipping = BooleanField(_l("It is sent by post"), default=True)
    postage = PriceField(_l("Postage"), [Optional()])
    postage_abroad = PriceField(
        _l("Postage abroad"), [Optional()], description=_l("Empty: it is not sent abroad.")
    )

    def validate_price(self, field: Any) -> None:
        if field.data is not None and field.data < 1:
            raise ValidationError(_("A reward costs more than nothing."))

    def validate_delivery_month(self, field: Any) -> None:
        try:
            self.month = first_of_month(field.data or "")
        except NotValid as wrong:
            raise ValidationError(str(wrong)) from None

    def values(self) -> dict[str, Any]:
        """What is kept of the reward."""
        ships = bool(self.needs_shipping.data)
        return {
            "title": (self.title.data or "").strip(),
            "story": (self.story.data or "").strip(),
            "is_addon": bool(self.is_addon.data),
            "price": self.price.data,
            "limit": self.limit.data,
            "delivery_month": self.month,
            "needs_shipping": ships,
            "postage": (self.postage.data or 0) if ships else 0,
            "postage_abroad": self.postage_abroad.data if ships else None,
        }


class StretchGoalForm(FlaskForm):
    amount = PriceField(_l("Amount"), [InputRequired(NEEDED)])
    title = StringField(_l("What becomes possible"), [InputRequired(NEEDED), Length(max=120)])


class QuestionForm(FlaskForm):
    """An open option for the vote, or a question of the survey."""

    text = StringField(_l("Question"), [InputRequired(NEEDED), Length(max=200)])
    choices = TextAreaField(
        _l("Choices"),
        [Length(max=1600)],
        description=_l("One a line. A survey without choices is answered in words."),
    )
    reward = SelectField(_l("For whom"), coerce=int, default=0, validate_choice=True)

    @property
    def lines(self) -> list[str]:
        """The choices, without doubles."""
        told = (line.strip()[:120] for line in (self.choices.data or "").splitlines())
        return list(dict.fromkeys(line for line in told if line))


class TaskForm(FlaskForm):
    title = StringField(_l("What is to be done"), [InputRequired(NEEDED), Length(max=160)])
    hands = IntegerField(_l("How many hands"), [InputRequired(NEEDED), NumberRange(1, 500)], default=1)


class UpdateForm(FlaskForm):
    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    text = TextAreaField(_l("News"), [InputRequired(NEEDED), Length(max=20_000)], description=_l("Markdown."))
    is_for_backers = BooleanField(_l("Only for backers"))


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(NEEDED), Length(max=400)])


class ContactForm(FlaskForm):
    """Whom the seller writes to about a pledge."""

    name = StringField(_l("Your name"), [InputRequired(NEEDED), Length(max=80)])
    support = StringField(_l("Something on top"), [Length(max=24)])
    to = RadioField(_l("Where shall it go?"), validate_choice=False, default="home")


class AddressForm(FlaskForm):
    """What is written on a parcel."""

    name = StringField(_l("Name on the parcel"), [InputRequired(NEEDED), Length(max=80)])
    phone = StringField(_l("Phone"), [Length(max=32)])
    country = SelectField(_l("Country or region"), default="CN")
    province = StringField(_l("Province or state"), [Length(max=80)])
    city = StringField(_l("City"), [InputRequired(NEEDED), Length(max=80)])
    district = StringField(_l("District"), [Length(max=80)])
    street = StringField(_l("Street, house, flat"), [InputRequired(NEEDED), Length(max=200)])
    postcode = StringField(_l("Postcode"), [Length(max=16)])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.country.choices = [SelectChoice(code, name) for code, name in country_names().items()]


class ShippingForm(FlaskForm):
    carrier = StringField(_l("Carrier"), [InputRequired(NEEDED), Length(max=64)])
