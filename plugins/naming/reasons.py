"""Why a round ended, kept as it is written here and told in the language of whoever reads it."""

from flask_babel import gettext as _

TOO_FEW = "There were fewer than two proposals to choose from."


def in_words(reason: str) -> str:
    """One of the reasons of ours in the present language; what people wrote stays as it is."""
    told = {TOO_FEW: _("There were fewer than two proposals to choose from.")}
    return str(told.get(reason, reason))


def why_out(why: str) -> str:
    """Why a name went out of the count."""
    told = {
        "fewest": _("fewest votes"),
        "earlier": _("equal here, and fewer votes in an earlier round"),
        "latest": _("equal in every round, and proposed last"),
    }
    return str(told.get(why, why))
