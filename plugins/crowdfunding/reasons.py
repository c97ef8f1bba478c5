"""Why a campaign ended, kept as it is written here and told in the language of whoever reads it."""

from flask_babel import gettext as _

MISSED = "The goal was not reached."
NOBODY = "Nobody has backed it."
TOO_LATE = "Too many payments did not arrive in time."
ENDED = "The seller has ended it."


def in_words(reason: str) -> str:
    """One of the reasons of ours in the present language; what people wrote stays as it is."""
    told = {
        MISSED: _("The goal was not reached."),
        NOBODY: _("Nobody has backed it."),
        TOO_LATE: _("Too many payments did not arrive in time."),
        ENDED: _("The seller has ended it."),
    }
    return str(told.get(reason, reason))
