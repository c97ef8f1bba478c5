"""The forms of reviews."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import InputRequired, Length, NumberRange

from plugins.reviews.moderating import REASONS
from plugins.reviews.reviews import LONGEST


@dataclass(frozen=True)
class Here:
    """What a community's managers set."""

    invites: bool = field(
        default=True,
        metadata={
            "label": _l("Ask buyers what they think"),
            "help": _l("By mail, once for an order that was received. Everybody is asked the same."),
        },
    )
    invite_after_days: int = field(
        default=5, metadata={"label": _l("Days between receipt and the question"), "least": 0, "most": 60}
    )


class ReviewForm(FlaskForm):
    """Stars, words and pictures; where they come from is not asked, the shop knows."""

    stars = IntegerField(
        _l("Your stars"),
        [
            InputRequired(_l("Please give one to five stars.")),
            NumberRange(1, 5, _l("Please give one to five stars.")),
        ],
    )
    text = TextAreaField(
        _l("Your words"),
        [Length(max=LONGEST)],
        description=_l("What is good, what is not, for whom is it? Bad news is as welcome as good."),
    )
    pictures = MultipleFileField(_l("Pictures"), description=_l("Up to six, of what you got."))


class AnswerForm(FlaskForm):
    """The seller's answer."""

    text = TextAreaField(_l("Your answer"), [InputRequired(_l("Please fill this in.")), Length(max=2000)])


class ReasonForm(FlaskForm):
    """Why a review may not stand here: a reason of the list, and words."""

    reason = SelectField(_l("Reason"), choices=[SelectChoice(code, words) for code, words in REASONS.items()])
    words = TextAreaField(_l("In your words"), [Length(max=400)])


class AppealForm(FlaskForm):
    """Why a hiding was wrong."""

    words = TextAreaField(
        _l("Why should it be shown?"), [InputRequired(_l("Please fill this in.")), Length(max=1000)]
    )


class JudgementForm(FlaskForm):
    """The answer to an appeal."""

    words = TextAreaField(_l("Your answer"), [InputRequired(_l("Please fill this in.")), Length(max=400)])
