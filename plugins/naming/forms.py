"""Naming's forms."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange

from plugins.naming.rounds import LONGEST_DAYS

NEEDED = _l("Please fill this in.")
KIND_WORDS = {
    "name": _l("A name"),
    "colour": _l("A colour"),
    "flavour": _l("A flavour"),
    "option": _l("An option"),
}


class RoundForm(FlaskForm):
    """What is chosen, by which rules, and how long it takes."""

    title = StringField(_l("Title"), [InputRequired(NEEDED), Length(max=120)])
    kind = RadioField(
        _l("What is chosen"),
        choices=[SelectChoice(code, words) for code, words in KIND_WORDS.items()],
        default="name",
        description=_l("A name becomes the product's name by itself; anything else becomes one of its tags."),
    )
    text = TextAreaField(
        _l("What you look for"),
        [InputRequired(NEEDED), Length(max=8000)],
        description=_l("What is the product like, and what shall its name tell? Markdown."),
    )
    each = IntegerField(
        _l("Proposals of one member"),
        [InputRequired(NEEDED), NumberRange(0, 5)],
        default=3,
        description=_l("0: members only choose among what you propose."),
    )
    longest = IntegerField(
        _l("Letters of a proposal"), [InputRequired(NEEDED), NumberRange(2, 80)], default=24
    )
    propose_days = IntegerField(
        _l("Days for proposals"), [InputRequired(NEEDED), NumberRange(1, LONGEST_DAYS)], default=7
    )
    vote_days = IntegerField(
        _l("Days of voting"), [InputRequired(NEEDED), NumberRange(1, LONGEST_DAYS)], default=7
    )

    def values(self) -> dict[str, object]:
        """What is kept of the round."""
        told = {name: value for name, value in self.data.items() if name != "csrf_token"}
        return told | {"title": (self.title.data or "").strip(), "text": (self.text.data or "").strip()}


class ProposalForm(FlaskForm):
    text = StringField(lazy_pgettext("naming", "Proposal"), [InputRequired(NEEDED), Length(max=200)])
    story = TextAreaField(
        _l("Its story"), [Length(max=600)], description=_l("Why this one? Others read it before they vote.")
    )


class ReasonForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(NEEDED), Length(max=400)])


class ScreeningForm(FlaskForm):
    verdict = RadioField(choices=[SelectChoice("accept", ""), SelectChoice("decline", "")])
    reason = TextAreaField(_l("Reason"), [Length(max=400)])


class ThanksForm(FlaskForm):
    thanks = TextAreaField(
        _l("Thank you"),
        [InputRequired(NEEDED), Length(max=600)],
        description=_l("It stands on the product's page beside who found it, and is sent by mail."),
    )
