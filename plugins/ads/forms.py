"""Forms of advertisers, managers and the operator."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from plugins.ads.aims import AIMS, KIND_WORDS, LANGUAGE_WORDS, TIER_WORDS, size_words
from plugins.ads.campaigns import HIGHEST, Flight
from plugins.ads.creatives import TEXT, TITLE, Creative
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import KINDS as COMMUNITY_KINDS
from shop.communities.models import Community
from shop.communities.stages import STAGE_WORDS
from shop.fields import InstantField, PriceField, WordsField

TERM_WORDS = {
    "cpc": _l("For each click"),
    "cpm": _l("For 1,000 views"),
    "flat": _l("For a day in a community"),
}
SHAPE_WORDS = {"text": _l("Words"), "picture": _l("A picture"), "product": _l("One of my products")}
FREE_WORDS = {
    "partner": _l("A partner, for nothing"),
    "community": _l("Another community, for nothing"),
    "house": _l("The house: fills what is empty"),
}


class Boxes(SelectMultipleField):
    """Several of some choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(FlaskForm):
    """A campaign's name."""

    name = StringField(
        _l("Name of the campaign"), [InputRequired(_l("Please give it a name.")), Length(max=80)]
    )


class BudgetForm(FlaskForm):
    """How much to pay in."""

    amount = PriceField(_l("Pay in"), [InputRequired(_l("How much would you like to pay in?"))])


class FlightForm(FlaskForm):
    """A flight: price, period, caps and aims."""

    name = StringField(_l("Name"), [InputRequired(_l("Please give it a name.")), Length(max=80)])
    term = RadioField(_l("What you pay for"), choices=[], default="cpc")
    price = PriceField(_l("Price"), [InputRequired(_l("Please say what you pay."))])
    starts_at = InstantField(_l("Begins"), [InputRequired(_l("When does it begin?"))])
    ends_at = InstantField(_l("Stops"), [InputRequired(_l("When does it end?"))])
    is_even = BooleanField(_l("Spend it evenly until the end"), default=True)
    day_cap = PriceField(_l("At most a day"), [Optional()])
    often = IntegerField(_l("At most so many views a day for one person"), [Optional(), NumberRange(1, 100)])
    priority = IntegerField(_l("Priority"), [InputRequired(), NumberRange(1, HIGHEST)], default=5)
    communities = Boxes(_l("Only in these communities"), coerce=int)
    excluded = Boxes(_l("Never in these communities"), coerce=int)
    kinds = Boxes(_l("Only in communities"))
    sizes = Boxes(_l("Only in communities of"))
    tiers = Boxes(_l("Only for"))
    stages = Boxes(_l("Only in communities that are"))
    not_stages = Boxes(_l("Never in communities that are"))
    languages = Boxes(_l("Only in these languages"))
    tags = WordsField(_l("Only beside these tags"), [Length(max=400)])
    not_tags = WordsField(_l("Never beside these tags"), [Length(max=400)])

    def __init__(self, communities: list[Community], flight: Flight | None = None, **options: Any) -> None:
        super().__init__(**({"data": _typed(flight)} if flight else {}), **options)
        zone = communities[0].zone if communities else ZoneInfo("Asia/Shanghai")
        self.starts_at.zone = self.ends_at.zone = zone
        self.zone = zone
        there = [SelectChoice(c.id, c.name) for c in communities]
        self.communities.choices, self.excluded.choices = there, list(there)
        self.term.choices = choices_of(TERM_WORDS)
        self.kinds.choices = choices_of({kind: KIND_WORDS[kind] for kind in COMMUNITY_KINDS})
        self.stages.choices, self.not_stages.choices = choices_of(STAGE_WORDS), choices_of(STAGE_WORDS)
        self.tiers.choices = choices_of(TIER_WORDS)
        self.languages.choices = choices_of(LANGUAGE_WORDS)
        self.sizes.choices = choices_of(size_words())
        if flight is None and not self.is_submitted():
            self.starts_at.data = now().replace(second=0, microsecond=0)
            self.ends_at.data = self.starts_at.data + timedelta(days=14)

    @property
    def is_aimed(self) -> bool:
        return any(self[aim].data for aim in ("communities", "excluded", *AIMS))

    def values(self) -> dict[str, Any]:
        """What `Flight.begin` and `Flight.change` take."""
        return {
            "name": (self.name.data or "").strip(),
            "term": self.term.data,
            "price": self.price.data or 0,
            "starts_at": self.starts_at.data,
            "ends_at": self.ends_at.data,
            "is_even": bool(self.is_even.data),
            "day_cap": self.day_cap.data,
            "often": self.often.data,
            "priority": self.priority.data,
            "aim": {aim: list(self[aim].data) for aim in AIMS if self[aim].data},
        }


class CreativeForm(FlaskForm):
    """What people see."""

    shape = RadioField(_l("Kind of ad"), default="text", choices=[])
    title = StringField(_l("Headline"), [InputRequired(_l("Please write a headline.")), Length(max=TITLE)])
    text = StringField(_l("Text"), [Length(max=TEXT)])
    picture = FileField(_l("Picture"))
    alt = StringField(_l("What the picture shows"), [Length(max=160)])
    product = SelectField(_l("Product"), coerce=int, choices=[], validate_choice=False)
    url = StringField(_l("Where it leads"), [Length(max=400)])

    def __init__(self, products: list[Product], creative: Creative | None = None, **options: Any) -> None:
        super().__init__(**({"data": _shown(creative)} if creative else {}), **options)
        self.shape.choices = choices_of(SHAPE_WORDS)
        self.product.choices = [SelectChoice(0, "–"), *(SelectChoice(p.id, p.name) for p in products)]
        self.title.flags.required = True


class NoticeForm(FlaskForm):
    """An ad that costs nothing: a community's own words, or the house's."""

    kind = RadioField(_l("Whose"), default="house", choices=[])
    by = StringField(_l("Who speaks"), [Length(max=80)])
    title = StringField(_l("Headline"), [InputRequired(_l("Please write a headline.")), Length(max=TITLE)])
    text = StringField(_l("Text"), [Length(max=TEXT)])
    picture = FileField(_l("Picture"))
    alt = StringField(_l("What the picture shows"), [Length(max=160)])
    url = StringField(_l("Where it leads"), [InputRequired(_l("Where does it lead?")), Length(max=400)])
    days = IntegerField(_l("For so many days"), [InputRequired(), NumberRange(1, 365)], default=30)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kind.choices = choices_of(FREE_WORDS)


class ReasonForm(FlaskForm):
    """Why not."""

    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Please give a reason.")), Length(max=400)])


def choices_of(words: dict[str, Any]) -> list[Any]:
    return [SelectChoice(value, word) for value, word in words.items()]


def _typed(flight: Flight) -> dict[str, Any]:
    """A flight as its form shows it."""
    plain = ("name", "term", "price", "starts_at", "ends_at", "is_even", "day_cap", "often", "priority")
    return {
        **{field: getattr(flight, field) for field in plain},
        **flight.aim,
        "communities": [p.community_id for p in flight.places if not p.is_excluded],
        "excluded": [p.community_id for p in flight.places if p.is_excluded],
    }


def _shown(creative: Creative) -> dict[str, Any]:
    return {
        "shape": creative.shape,
        "title": creative.title,
        "text": creative.text,
        "url": creative.url,
        "product": creative.product_id or 0,
        "alt": (creative.picture or {}).get("alt", ""),
    }
