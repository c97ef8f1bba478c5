"""The forms of affiliate content, and a community's settings."""

from dataclasses import dataclass, field
from typing import Any, Literal

from babel import Locale
from flask import g
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.affiliate.articles import KINDS, OBTAINED, RIGHTS
from plugins.affiliate.programmes import Programme, read_hosts
from shop import money
from shop.errors import NotValid
from shop.listings.models import Listing
from shop.merchants.models import CURRENCIES

LEVELS = {
    "0": _l("Nobody"),
    "1": _l("Whoever shared the link"),
    "2": _l("Whoever shared it, and who brought them here"),
}


@dataclass(frozen=True)
class Here:
    """A community's settings."""

    levels: Literal["0", "1", "2"] = field(
        default="0",
        metadata={
            "label": _l("Who earns by sales of this shop"),
            "words": LEVELS,
            "help": _l(
                "Only by merchants who have a programme for sharers. Two levels are the most there are."
            ),
        },
    )
    members_write: bool = field(
        default=True, metadata={"label": _l("Members may write; a manager publishes")}
    )
    on_shelf: bool = field(default=True, metadata={"label": _l("Show the newest articles on the shelf")})


def stripped(text: str | None) -> str:
    return (text or "").strip()


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(code, label) for code, label in words.items()]


class ArticleForm(FlaskForm):
    """An article or a report."""

    kind = RadioField(_l("Kind"), choices=_choices(KINDS), default="article")
    title = StringField(
        _l("Title"), [InputRequired(_l("Give it a title.")), Length(max=120)], filters=[stripped]
    )
    lead = StringField(_l("In one sentence"), [Length(max=240)], filters=[stripped])
    body = TextAreaField(
        _l("Words"),
        [Length(max=40_000)],
        description=_l(
            "Markdown. A line with nothing but [card 1] or [picture 1] is where the first card or picture stands."
        ),
    )
    verdict = TextAreaField(
        _l("Verdict"), [Length(max=400)], description=_l("Of a report: what is good, what is not, for whom.")
    )
    obtained = SelectField(
        _l("How the author came by it"),
        choices=[SelectChoice("", _l("It is no report")), *_choices(OBTAINED)],
        default="",
    )
    byline = StringField(
        _l("Byline"), [Length(max=120)], filters=[stripped], description=_l("Empty: your name.")
    )
    rights = SelectField(_l("Rights"), choices=_choices(RIGHTS), default="own")
    source = StringField(_l("Source"), [Length(max=200)], filters=[stripped])
    source_url = StringField(_l("Address of the source"), [Length(max=500)], filters=[stripped])
    picture = FileField(_l("Picture"), description=_l("JPEG, PNG, WebP, GIF or AVIF."))

    def validate_source_url(self, field: Field) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("An address begins with https://."))


class PictureForm(FlaskForm):
    """A picture between the words."""

    file = FileField(_l("Picture"), description=_l("JPEG, PNG, WebP, GIF or AVIF."))
    alt = StringField(
        _l("What the picture shows"),
        [InputRequired(_l("Say what it shows, for those who cannot see it.")), Length(max=160)],
        filters=[stripped],
    )

    def validate_file(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Please choose a picture."))


class CardForm(FlaskForm):
    """One product card: at a partner, or in this community."""

    target = SelectField(_l("Leads to"), validate_choice=True)
    title = StringField(
        _l("Name of the thing"), [InputRequired(_l("Say what it is.")), Length(max=120)], filters=[stripped]
    )
    note = StringField(_l("Why you recommend it"), [Length(max=400)], filters=[stripped])
    url = StringField(
        _l("Address at the partner"),
        [Length(max=1000)],
        filters=[stripped],
        description=_l("https only, at one of the partner's own hosts. Not for things of this community."),
    )
    product = StringField(_l("The partner's number of it"), [Length(max=64)], filters=[stripped])
    price = StringField(
        _l("Price as you saw it"), [Length(max=24)], filters=[stripped], description=_l("Shown with the day.")
    )
    picture = FileField(_l("Picture"))

    def offer(self, programmes: list[Programme], listings: list[Listing]) -> None:
        """What a card may lead to."""
        self.programmes = {f"p{p.id}": p for p in programmes}
        self.listings = {f"l{each.id}": each for each in listings}
        self.target.choices = [
            *(SelectChoice(key, p.name) for key, p in self.programmes.items()),
            *(SelectChoice(key, each.product.name) for key, each in self.listings.items()),
        ]

    @property
    def programme(self) -> Programme | None:
        return self.programmes.get(self.target.data or "")

    @property
    def listing(self) -> Listing | None:
        return self.listings.get(self.target.data or "")

    def validate_url(self, field: Field) -> None:
        programme = self.programme
        if programme is not None and not programme.leads_to(field.data or ""):
            raise ValidationError(
                _(
                    "This address does not belong to %(programme)s (%(hosts)s), or is not https.",
                    programme=programme.name,
                    hosts=", ".join(programme.hosts),
                )
            )

    def validate_price(self, field: Field) -> None:
        self.minor: int | None = None
        if field.data and self.programme is not None:
            try:
                self.minor = money.parse(field.data, self.programme.currency)
            except NotValid as wrong:
                raise ValidationError(str(wrong)) from None


class AnswerForm(FlaskForm):
    """A manager's answer, with words."""

    words = StringField(_l("Reason"), [Length(max=400)], filters=[stripped])


class PauseForm(FlaskForm):
    """Why a promoter earns nothing for now."""

    reason = StringField(
        _l("Reason"), [InputRequired(_l("Say why: they read it.")), Length(max=400)], filters=[stripped]
    )


class Percent(StringField):
    """A rate as people write it, such as 8 or 2.5; kept in basis points."""

    def __init__(self, label: Any = None, most: int = 90, **options: Any) -> None:
        super().__init__(label, [Length(max=8)], filters=[stripped], **options)
        self.most = most
        self.points = 0

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        try:
            self.points = money.parse(self.data or "0", "CNY")  # two decimals, as basis points have
        except NotValid:
            raise ValidationError(_("A rate is a number such as 8 or 2.5.")) from None
        if self.points > self.most * 100:
            raise ValidationError(_("At most %(most)s %%.", most=self.most))


class Amount(StringField):
    """An amount of the form's currency; empty is none."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, [Length(max=24)], filters=[stripped], **options)
        self.minor: int | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not self.data:
            return
        try:
            self.minor = money.parse(self.data, form.money_of)
        except NotValid as wrong:
            raise ValidationError(str(wrong)) from None
        if self.minor > 1_000_000_000:
            raise ValidationError(_("That is more than fits."))


class ProgrammeForm(FlaskForm):
    """A programme of a partner, or one for sharers of a merchant's own sales."""

    kind = RadioField(
        _l("What it pays for"),
        choices=[
            SelectChoice("partner", _l("Sales at a partner's shop")),
            SelectChoice("sales", _l("Sales in this shop, by shared links")),
        ],
        default="partner",
    )
    currency = SelectField(
        _l("Currency"),
        description=_l("What the partner pays in, and tells its sales in. It stays."),
        default="CNY",
    )
    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=80)], filters=[stripped])
    hosts = TextAreaField(
        _l("Where its links may lead"),
        [Length(max=1000)],
        description=_l("Host names, one a line, such as shop.example.com."),
    )
    param = StringField(
        _l("Parameter that carries the click"), [Length(max=32)], default="click", filters=[stripped]
    )
    points = Percent(_l("The promoter earns"), default="5")
    fixed = Amount(_l("And a fixed amount for each sale"))
    community_points = Percent(_l("The community earns"), default="0")
    second_points = Percent(_l("Who brought the sharer earns"), most=30, default="0")
    window = IntegerField(
        _l("Window"),
        [InputRequired(), NumberRange(1, 24 * 365)],
        default=30,
        description=_l("How long after a click a sale counts."),
    )
    window_in = SelectField(
        _l("Counted in"),
        choices=[SelectChoice("days", _l("days")), SelectChoice("hours", _l("hours"))],
        default="days",
    )
    touch = RadioField(
        _l("Whose click counts"),
        choices=[SelectChoice("last", _l("The last one")), SelectChoice("first", _l("The first one"))],
        default="last",
    )
    hold_days = IntegerField(
        _l("Hold in days"),
        [InputRequired(), NumberRange(0, 365)],
        default=14,
        description=_l("So long a commission waits, because goods may come back."),
    )
    budget = Amount(_l("It pays at most"), description=_l("All commissions together. Empty: no cap."))
    person_cap = Amount(_l("One person earns at most"), description=_l("Empty: no cap."))

    def __init__(self, currency: str = "", **options: Any) -> None:
        """The terms in a currency that stands already, or (without one) in one that is chosen."""
        super().__init__(**options)
        if currency:
            del self.currency
            self.money_of = currency
            return
        names = (get_locale() or Locale("en")).currencies
        self.currency.choices = [
            SelectChoice(code, f"{code} · {names.get(code, code)}") for code in CURRENCIES
        ]
        self.money_of = self.currency.data if self.currency.data in CURRENCIES else CURRENCIES[0]

    @property
    def hours(self) -> int:
        """The window in hours."""
        return (self.window.data or 1) * (24 if self.window_in.data == "days" else 1)

    def validate_window(self, field: Field) -> None:
        if self.hours > 24 * 365:
            raise ValidationError(_("At most a year."))

    def validate_hosts(self, field: Field) -> None:
        self.read_hosts: list[str] = []
        if self.kind.data == "partner":
            try:
                self.read_hosts = read_hosts(field.data or "")
            except NotValid as wrong:
                raise ValidationError(str(wrong)) from None

    def validate_param(self, field: Field) -> None:
        word = field.data or ""
        if not word.replace("_", "").replace("-", "").isalnum() or not word.isascii():
            raise ValidationError(_("A parameter has letters, digits, - and _."))

    def validate_kind(self, field: Field) -> None:
        if field.data == "sales" and g.get("merchant") is None:
            raise ValidationError(_("Only a merchant pays for its own sales."))


class RateForm(FlaskForm):
    """Another rate."""

    product = StringField(
        _l("Product"), [Length(max=64)], filters=[stripped], description=_l("Its number; empty: every one.")
    )
    community = StringField(
        _l("Community"),
        [Length(max=64)],
        filters=[stripped],
        description=_l("The name in its address; empty: every one."),
    )
    person = StringField(
        _l("Person"),
        [Length(max=254)],
        filters=[stripped],
        description=_l("Their e-mail address; empty: everybody."),
    )
    points = Percent(_l("Rate"))
    fixed = Amount(_l("Fixed amount"))
    priority = IntegerField(_l("Priority"), [Optional(), NumberRange(-100, 100)], default=0)

    def __init__(self, currency: str, **options: Any) -> None:
        self.money_of = currency
        super().__init__(**options)


class ReportForm(FlaskForm):
    """A partner's report."""

    file = FileField(
        _l("Report of the partner"), description=_l("CSV with the columns ref, click and amount.")
    )
