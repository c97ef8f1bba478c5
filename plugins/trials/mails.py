"""Letters of trials, written by the worker in the reader's language; each person's is an event of its own."""

from collections.abc import Callable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from shop.communities.models import Community, Membership
from shop.db import db
from shop.events import Event, record
from shop.letters import Letter, address_of, in_language
from shop.people.models import Person


def hear(event: Event) -> None:
    """Write what an event means to somebody; the same event may come twice."""
    if event.name in OF_BATCHES:
        tell_managers(event)
    elif event.name == "trials.asked":
        write_to_manager(event)
    elif event.name in LETTERS:
        write(event)


def tell_managers(event: Event) -> None:
    """A trial waits for a manager, or its applicants do."""
    batch = db.session.get_one(TrialBatch, int(event.payload["batch"]))
    managers = select(Membership.person_id).where(
        Membership.community_id == batch.community_id, Membership.role.in_(("owner", "manager"))
    )
    for person_id in db.session.scalars(managers).all():
        record("trials.asked", batch.community_id, batch=batch.id, person=person_id)


def write_to_manager(event: Event) -> None:
    batch = db.session.get_one(TrialBatch, int(event.payload["batch"]))
    person = db.session.get(Person, int(event.payload["person"]))
    if person is None or person.forgotten_at is not None or batch.state not in ("review", "selecting"):
        return
    with in_language(person.locale):
        if batch.state == "review":
            subject = _("A trial waits for you: %(title)s", title=batch.title)
            line = _("You compose the rules; it begins when you accept it.")
        else:
            subject = _("Applicants wait for you: %(title)s", title=batch.title)
            line = _("Choose who gets a unit, with a reason for each.")
        url = address_of("trials_reviews.show", community=_slug(batch), batch_id=batch.id)
        Letter(subject, [line], (_("Look at it"), url)).send(person.email)


def write(event: Event) -> None:
    """To the person of an application: offered, on its way, due, overdue."""
    each = db.session.get(TrialApplication, int(event.payload["application"]))
    person = each.person if each else None
    state, words = LETTERS[event.name]
    if each is None or person is None or each.state != state:
        return
    with in_language(person.locale):
        subject, lines, label = words(each)
        url = address_of("trials_batches.show", community=_slug(each.batch), batch_id=each.batch_id)
        Letter(subject, lines, (label, url)).send(person.email)


def _offered(each: TrialApplication) -> tuple[str, list[str], str]:
    lines = [_("Please confirm by %(day)s, or it goes to somebody else.", day=_day(each, each.confirm_until))]
    if each.chosen_reason:
        lines.append(_("Why you were chosen: %(reason)s", reason=each.chosen_reason))
    return _("A unit is yours: %(title)s", title=each.batch.title), lines, _("Confirm")


def _shipped(each: TrialApplication) -> tuple[str, list[str], str]:
    lines = [f"{each.carrier} {each.tracking}".strip(), _("Please tell when it is there.")]
    return _("On its way to you: %(title)s", title=each.batch.title), lines, _("To the trial")


def _due(each: TrialApplication) -> tuple[str, list[str], str]:
    lines = [_("Your report is due on %(day)s. Negative reports are welcome.", day=_day(each, each.due_at))]
    return _("Your report, please: %(title)s", title=each.batch.title), lines, _("Write the report")


def _overdue(each: TrialApplication) -> tuple[str, list[str], str]:
    lines = [
        _("Your report was due on %(day)s.", day=_day(each, each.due_at)),
        _("As long as it is missing you cannot apply where reports must not be overdue. Late is fine."),
    ]
    return _("Your report is overdue: %(title)s", title=each.batch.title), lines, _("Write the report")


Words = Callable[[TrialApplication], tuple[str, list[str], str]]
OF_BATCHES = ("trials.review", "trials.selecting")
# event -> the state in which the application still must be, and what is written.
LETTERS: dict[str, tuple[str, Words]] = {
    "trials.application_offered": ("offered", _offered),
    "trials.application_shipped": ("shipped", _shipped),
    "trials.due": ("received", _due),
    "trials.overdue": ("received", _overdue),
}


def _day(each: TrialApplication, instant: datetime | None) -> str:
    return f"{instant.astimezone(each.batch.community.zone):%Y-%m-%d %H:%M}" if instant else ""


def _slug(batch: TrialBatch) -> str:
    return db.session.get_one(Community, batch.community_id).slug
