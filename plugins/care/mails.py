"""Letters of care, written by the worker in the reader's language; each is an event of its own."""

from collections.abc import Callable
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from plugins.care.alerts import CareAlert
from plugins.care.intros import CareIntro
from plugins.care.silence import CareNotice
from plugins.care.splitting import CareMove
from plugins.care.voices import CareVoice
from shop import settings
from shop.communities.models import Community
from shop.db import db
from shop.events import Event
from shop.letters import Letter, address_of, in_language
from shop.people.models import Person

Written = tuple[Person | None, Callable[[], Letter]] | None


def hear(event: Event) -> None:
    """Write what an event means to somebody, if it still does."""
    community = db.session.get(Community, event.community_id) if event.community_id else None
    if event.name not in LETTERS or community is None:
        return
    written = LETTERS[event.name](community, event.payload)
    person, letter = written or (None, None)
    if person is None or letter is None or person.forgotten_at is not None:
        return
    with in_language(person.locale):
        letter().send(person.email, news_of=community.id if event.name in NEWS else None)


def _hello(here: Community, told: dict[str, Any]) -> Written:
    person = db.session.get(Person, int(told["person"]))
    if person is None or here.role_of(person) is None or CareIntro.of(here, person) is not None:
        return None
    url = address_of("care_intros.edit", community=here.slug)
    return person, lambda: Letter(
        _("Say hello in %(name)s?", name=here.name),
        [
            _("Two lines are enough, and only members read them."),
            _("We remind you this once and never again."),
        ],
        (_("Say hello"), url),
    )


def _alerted(here: Community, told: dict[str, Any]) -> Written:
    alert, person = db.session.get(CareAlert, int(told["alert"])), db.session.get(Person, int(told["person"]))
    if alert is None or person is None or here.role_of(person) not in ("owner", "manager"):
        return None
    if alert.mood == "good" and not settings.here("care", here.id).praise:
        return None
    url = address_of("care_alerts.index", community=here.slug)
    return person, lambda: Letter(
        alert.words, [_("Words to begin with:"), alert.template], (_("Read and answer"), url)
    )


def _noticed(here: Community, told: dict[str, Any]) -> Written:
    notice = db.session.get(CareNotice, int(told["notice"]))
    if notice is None or notice.state != "open":
        return None
    url = address_of("care.show", community=here.slug)
    return notice.person, lambda: Letter(
        _("Do you stay in %(name)s?", name=here.name),
        [
            _(
                "The group keeps its seats for those who take part. Why we ask you: %(reason)s",
                reason=notice.reason,
            ),
            _(
                "Say that you stay, or do anything there, until %(day)s: that is enough.",
                day=_day(here, notice),
            ),
            _(
                "Otherwise your seat goes to somebody else. Your orders stay, and you can come back for a year."
            ),
        ],
        (_("I stay"), url),
    )


def _moved(here: Community, told: dict[str, Any]) -> Written:
    notice = db.session.get(CareNotice, int(told["notice"]))
    if notice is None or not notice.may_return:
        return None
    url = address_of("care.show_ticket", community=here.slug, ticket=notice.ticket)
    return notice.person, lambda: Letter(
        _("Your seat in %(name)s is free again", name=here.name),
        [_("With this ticket you come back without asking anybody, for a year, whenever there is a seat.")],
        (_("Come back"), url),
    )


def _asked(here: Community, told: dict[str, Any]) -> Written:
    person = db.session.get(Person, int(told["person"]))
    known = CareVoice.of(here, person) if person else None
    if known is None or known.state != "asked":
        return None
    url = address_of("care.show", community=here.slug)
    return person, lambda: Letter(
        _("%(name)s would like you as a voice of the group", name=here.name),
        [known.words, _("You see how we came to ask you, and may say no.")],
        (_("Read it"), url),
    )


def _split(here: Community, told: dict[str, Any]) -> Written:
    move = db.session.get(CareMove, int(told["move"]))
    if move is None or move.state != "asked" or move.split.ended_at is not None:
        return None
    url = address_of("care.show", community=here.slug)
    return move.person, lambda: Letter(
        _("A smaller group for you: %(name)s", name=move.split.target.name),
        [move.split.words, _("You decide. Your seat in %(name)s stays yours.", name=here.name)],
        (_("Read it"), url),
    )


def _seat(here: Community, told: dict[str, Any]) -> Written:
    person = db.session.get(Person, int(told["person"]))
    url = address_of("communities.show", community=here.slug)
    return person, lambda: Letter(
        _("There is a seat in %(name)s", name=here.name),
        [_("You were next in line. It is not kept: whoever comes first has it.")],
        (_("Join"), url),
    )


def _day(here: Community, notice: CareNotice) -> str:
    return str(format_date(notice.leaves_at.astimezone(here.zone).date(), "medium", rebase=False))


# The others are about somebody's own seat, or a manager's duty.
NEWS = ("care.hello", "care.asked", "care.split")
LETTERS: dict[str, Callable[[Community, dict[str, Any]], Written]] = {
    "care.hello": _hello,
    "care.alerted": _alerted,
    "care.noticed": _noticed,
    "care.moved": _moved,
    "care.asked": _asked,
    "care.split": _split,
    "care.seat": _seat,
}
