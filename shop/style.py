"""The living style page: each component in each state, for the people who build pages; development only."""

from datetime import timedelta

from flask import Blueprint, flash, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DecimalField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange

from shop import clock
from shop.access import public
from shop.money import Money

bp = Blueprint("style", __name__)


class SampleForm(FlaskForm):
    """One field of every kind."""

    name = StringField(_l("Name"), [InputRequired(_l("Please give it a name.")), Length(max=80)])
    price = DecimalField(_l("Price"), [InputRequired(), NumberRange(min=0)])
    story = TextAreaField(
        _l("Story"), description=_l("Where it comes from, who makes it. Markdown is welcome.")
    )
    kind = SelectField(
        _l("Kind"), choices=[SelectChoice("tea", _l("Tea")), SelectChoice("run", _l("Running"))]
    )
    picture = FileField(_l("Picture"))
    entry = RadioField(
        _l("Entry"),
        choices=[
            SelectChoice("open", _l("Open to everybody")),
            SelectChoice("approval", _l("A manager says yes")),
            SelectChoice("invited", _l("By invitation")),
        ],
        default="open",
    )
    seats = IntegerField(_l("Seats"), [NumberRange(min=1, max=500, message=_l("Between 1 and 500."))])
    accept = BooleanField(_l("I have read the rules of this community"))


@bp.get("/style")
@public
def show() -> str:
    """The page itself; `?toast=1` shows the toasts as well."""
    if "toast" in request.args:
        flash("Taken out of the cart.", f"undo:{request.path}")
        flash("Only two are left.", "bad")
    wrong = sample_form(seats=900)
    wrong.validate()
    soon = clock.now() + timedelta(minutes=14, seconds=9)
    return render_template("style.html", form=sample_form(), wrong=wrong, cny=cny, soon=soon)


@bp.get("/style/desk")
@public
def desk() -> str:
    """The desk with a table, a form and the phone beside it."""
    return render_template("style_desk.html", form=sample_form(), cny=cny)


@bp.get("/style/product")
@public
def product() -> str:
    """A product page as a shopper on a phone sees it."""
    return render_template("style_product.html", cny=cny, soon=clock.now() + timedelta(hours=20))


def sample_form(**given: object) -> SampleForm:
    """A form that nobody sends."""
    return SampleForm(formdata=None, meta={"csrf": False}, **given)


def cny(fen: int) -> Money:
    """A sample price in fen."""
    return Money(fen, "CNY")
