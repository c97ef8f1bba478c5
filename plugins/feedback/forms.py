"""The forms of feedback."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length

from plugins.feedback.states import ANSWERS, KINDS, STATES
from plugins.feedback.tickets import LONGEST, LONGEST_TITLE

NEEDED = _l("Please fill this in.")


class TicketForm(FlaskForm):
    """What should be better."""

    kind = RadioField(
        _l("What is it?"),
        choices=[SelectChoice(code, words) for code, words in KINDS.items()],
        default="idea",
    )
    title = StringField(_l("In one sentence"), [InputRequired(NEEDED), Length(max=LONGEST_TITLE)])
    text = TextAreaField(
        _l("More about it"),
        [Length(max=LONGEST)],
        description=_l("What happened, what would you like instead? Everybody can read it."),
    )


class AnswerForm(FlaskForm):
    """Where it goes, and the answer that everybody reads."""

    state = SelectField(
        _l("What becomes of it?"), choices=[SelectChoice(code, STATES[code]) for code in ANSWERS]
    )
    answer = TextAreaField(_l("Your answer"), [InputRequired(NEEDED), Length(max=2000)])


class NoteForm(FlaskForm):
    """What was changed."""

    title = StringField(_l("What did you change?"), [InputRequired(NEEDED), Length(max=120)])
    text = TextAreaField(_l("More about it"), [Length(max=LONGEST)])
