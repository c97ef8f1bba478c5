"""The five elements of a community: same hobby, structure, output, operation, replication; two facts for each.

Only what can be checked is asked, so a fact is met or not, and the sum is a number of facts and no grade.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from plugins.pulse.deeds import SPOKEN, Deed
from plugins.pulse.steps import Facts

# Of so many members one should say something, or publish a word, in four weeks (our own rule of thumb).
ONE_OF = 10


@dataclass(frozen=True, slots=True)
class Element:
    """One of the five, and what can be checked of it: words, and whether it is so."""

    title: str
    facts: tuple[tuple[str, bool], ...]

    @property
    def met(self) -> int:
        return sum(is_met for _words, is_met in self.facts)


def elements_of(
    kind: str, facts: Facts, deeds: Sequence[Deed], managed: int, shared: int, deepest: int
) -> list[Element]:
    """From the last four weeks' deeds; `managed` are the managers' of two weeks."""
    words = [deed for deed in deeds if deed.what in SPOKEN]
    speakers = len({deed.person_id for deed in words} - {None})
    answered = len({deed.ref.rpartition(":")[0] for deed in deeds if deed.what == "voice"})
    needed = max(1, facts.members // ONE_OF)
    return [
        Element(
            _("Something in common"),
            (
                (_("It has a subject: it is not a community of mixed kind"), kind != "mixed"),
                (
                    ngettext(
                        "%(num)s member wrote something in four weeks (aim: %(needed)s)",
                        "%(num)s members wrote something in four weeks (aim: %(needed)s)",
                        speakers, needed=needed,
                    ),
                    speakers >= needed,
                ),
            ),
        ),
        Element(
            _("Structure"),
            (
                (_("There are rules in writing"), facts.has_rules),
                (_("There are as many managers as its size asks for"), facts.managers >= facts.band.managers),
            ),
        ),
        Element(
            _("Output"),
            (
                (
                    ngettext(
                        "%(num)s review, report, feedback or article in four weeks (aim: %(needed)s)",
                        "%(num)s reviews, reports, feedback or articles in four weeks (aim: %(needed)s)",
                        len(words), needed=needed,
                    ),
                    len(words) >= needed,
                ),
                (
                    _("At least half of what was written got an answer"),
                    answered > 0 and answered * 2 >= len(words),
                ),
            ),
        ),
        Element(
            _("Operation"),
            (
                (_("Managers did something for it in two weeks"), managed > 0),
                (_("Nobody waits to be let in"), facts.waiting == 0),
            ),
        ),
        Element(
            _("Replication"),
            (
                (_("Somebody who came by a link made one in four weeks"), shared > 0),
                (_("Somebody joined by a link of somebody who joined by a link"), deepest > 1),
            ),
        ),
    ]  # fmt: skip
