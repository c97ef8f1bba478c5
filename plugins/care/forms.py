"""What managers decide of care, and the forms of its pages."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

NEEDED = _l("Please fill this in.")


@dataclass(frozen=True)
class Here:
    """Settings in a community."""

    reminds: bool = field(
        default=True,
        metadata={
            "label": _l("Remind newcomers to say hello"),
            "help": _l("One line after 48 hours, once; never again."),
        },
    )
    praise: bool = field(
        default=True,
        metadata={
            "label": _l("Write to the managers about praise, too"),
            "help": _l("Complaints are always written about. Both stand on the desk in any case."),
        },
    )
    silent_days: int = field(
        default=90,
        metadata={
            "label": _l("Silent days"),
            "help": _l("Who has done nothing for so long may be asked whether they stay."),
            "least": 30,
            "most": 730,
        },
    )
    grace_days: int = field(
        default=14,
        metadata={
            "label": _l("Grace days"),
            "help": _l("So long somebody who was asked has time to answer, or to do anything at all."),
            "least": 7,
            "most": 90,
        },
    )
    moves_out: bool = field(
        default=True,
        metadata={
            "label": _l("Free the seats of who did not answer"),
            "help": _l("Off: everybody who was asked stays."),
        },
    )


class IntroForm(FlaskForm):
    """A short card."""

    brings = StringField(_l("What brings you here?"), [InputRequired(NEEDED), Length(max=200)])
    likes = StringField(
        _l("What do you like?"),
        [Length(max=200)],
        description=_l("A few words with commas: whoever likes the same finds you."),
    )
    offers = StringField(_l("What can others ask you about?"), [Length(max=200)])


class ObjectionForm(FlaskForm):
    """My sum is wrong."""

    text = TextAreaField(_l("What is wrong?"), [InputRequired(NEEDED), Length(max=600)])


class AnswerForm(FlaskForm):
    """A manager's answer."""

    answer = TextAreaField(_l("Your answer"), [InputRequired(NEEDED), Length(max=600)])


class AskForm(FlaskForm):
    """Ask a member to be a voice of the group."""

    words = StringField(_l("Why, and what for?"), [InputRequired(NEEDED), Length(max=400)])


class TicketForm(FlaskForm):
    """Come back, with the rules that hold now."""

    accepts_rules = BooleanField(_l("I have read the rules and keep to them"))


class SplitForm(FlaskForm):
    """To which group, whom, and in which words."""

    target = SelectField(_l("The other group"), coerce=int)
    people = SelectMultipleField(_l("Whom to ask"), coerce=int)
    words = StringField(_l("Your words to them"), [InputRequired(NEEDED), Length(max=400)])
