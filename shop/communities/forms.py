"""The forms of communities and their links."""

from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from shop import pictures
from shop.communities.links import CHANNELS
from shop.errors import NotValid, TooLarge
from shop.text import LONGEST_STORY

KIND_WORDS = {
    "product": _l("Around a product"),
    "interest": _l("Around an interest"),
    "knowledge": _l("For learning"),
    "resource": _l("For sharing resources"),
    "project": _l("For a project"),
    "mixed": _l("A bit of everything"),
}
ENTRY_WORDS = {
    "open": _l("Open to everybody"),
    "approval": _l("A manager says yes first"),
    "invitation": _l("Only by an invitation link"),
}
ROLE_WORDS = {"owner": _l("Owner"), "manager": _l("Manager"), "member": _l("Member")}
CHANNEL_WORDS = dict(
    zip(
        CHANNELS,
        (_l("WeChat"), _l("Telegram"), _l("A web page"), _l("Mail"), _l("On paper"), _l("Elsewhere")),
        strict=True,
    )
)
# What fits into a phone's list of zones: places, not the technical names.
ZONES = {
    zone: zone.replace("_", " ")
    for zone in sorted(available_timezones())
    if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
}


def choices(words: dict[str, Any]) -> list[SelectChoice]:
    """What a field lets people choose from, in order."""
    return [SelectChoice(code, label) for code, label in words.items()]


def stripped(text: str | None) -> str:
    return (text or "").strip()


class CommunityForm(FlaskForm):
    """What a community says of itself, and who comes in."""

    name = StringField(
        _l("Name"), [DataRequired(_l("Please give it a name.")), Length(max=80)], filters=[stripped]
    )
    promise = StringField(
        _l("Promise"),
        [DataRequired(_l("Say in one sentence what people get here.")), Length(max=160)],
        filters=[stripped],
        description=_l("One sentence: what do people get here?"),
    )
    kind = SelectField(_l("Kind"), choices=choices(KIND_WORDS), default="interest")
    entry = RadioField(_l("Entry"), choices=choices(ENTRY_WORDS), default="open")
    size = IntegerField(
        _l("Size limit"),
        [
            InputRequired(_l("How many people fit in?")),
            NumberRange(min=1, max=100_000, message=_l("Between 1 and 100000.")),
        ],
        default=150,
        description=_l("How many people fit in. Small groups talk more."),
    )
    time_zone = SelectField(_l("Time zone"), choices=choices(ZONES), default="Asia/Shanghai")
    picture = FileField(_l("Picture"))

    def kept_picture(self) -> dict[str, Any] | None:
        """The picture that was sent, kept; None when there was none. Raises NotValid or TooLarge, with its sentence."""
        upload = self.picture.data
        if not upload or not upload.filename:
            return None
        try:
            return asdict(pictures.accept(upload.stream))
        except (NotValid, TooLarge) as refusal:
            self.picture.errors = [str(refusal)]
            raise


class OpeningForm(CommunityForm):
    """A new community, with its first rules."""

    rules = TextAreaField(
        _l("Rules"),
        [Length(max=LONGEST_STORY)],
        filters=[stripped],
        description=_l("What holds here. Members accept them when they join. Markdown is welcome."),
    )


class RulesForm(FlaskForm):
    """A new version of the rules."""

    text = TextAreaField(
        _l("Rules"),
        [DataRequired(_l("Please write the rules.")), Length(max=LONGEST_STORY)],
        filters=[stripped],
    )


class JoinForm(FlaskForm):
    """Joining, or asking to."""

    accepts_rules = BooleanField(_l("I have read the rules and keep to them"))
    reason = StringField(_l("Why do you want to join?"), [Length(max=400)], filters=[stripped])


class ReasonForm(FlaskForm):
    """An act that is explained to whoever it is about."""

    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Please give a reason.")), Length(max=400)],
        filters=[stripped],
    )


class AnswerForm(FlaskForm):
    """Yes or no to a request or a proposal, with words."""

    decision = RadioField(choices=choices({"accept": _l("Accept"), "decline": _l("Decline")}))
    words = StringField(_l("Your words"), [Length(max=400)], filters=[stripped])


class LinkForm(FlaskForm):
    """A named link into the community."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Please give it a name.")), Length(max=64)],
        filters=[stripped],
        description=_l("Only you and the managers see it: “Thursday group”, “Lin's friends”."),
    )
    opens = SelectField(_l("Leads to"), choices=[])
    channel = SelectField(_l("Where you will share it"), choices=choices(CHANNEL_WORDS))
    days = IntegerField(
        _l("Ends after so many days"),
        [Optional(), NumberRange(min=1, max=3650, message=_l("Between 1 and 3650."))],
        description=_l("Empty: it does not end by itself. After its end it still leads there."),
    )
    seats = IntegerField(
        _l("Seats"),
        [Optional(), NumberRange(min=1, max=99_999, message=_l("Between 1 and 99999."))],
        description=_l("So many people may join through it. Empty: no limit of its own."),
    )
    invites = BooleanField(_l("Lets people in without asking"))

    def leave_out_invites(self) -> None:
        """Only managers make invitations."""
        del self.invites
