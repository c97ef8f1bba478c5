"""What feedback is, and how it moves: the one table of its states."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

KINDS: dict[str, Any] = {
    "idea": _l("Idea"),
    "complaint": _l("Complaint"),
    "question": lazy_pgettext("feedback", "Question"),
}
STATES: dict[str, Any] = {
    "received": lazy_pgettext("feedback", "Received"),
    "planned": lazy_pgettext("feedback", "Planned"),
    "done": lazy_pgettext("feedback", "Done"),
    "declined": lazy_pgettext("feedback", "Declined"),
    "merged": lazy_pgettext("feedback", "Merged"),
}
# To a state, from these. What is done, declined or merged stays so.
MOVES: dict[str, tuple[str, ...]] = {
    "planned": ("received",),
    "done": ("received", "planned"),
    "declined": ("received", "planned"),
    "merged": ("received", "planned"),
}
ANSWERS = ("planned", "done", "declined")  # what somebody answers with words of their own
OPEN = ("received", "planned")


def words_for(kind: str, state: str) -> Any:
    """A state in words: a question that is done is answered."""
    return lazy_pgettext("feedback", "Answered") if (kind, state) == ("question", "done") else STATES[state]
