"""Selecting: applications, who gets a unit and why, who waits, and who comes next when a unit is free again."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from plugins.trials.applications import HOLDS, TrialApplication
from plugins.trials.batches import TrialBatch, household_of
from plugins.trials.drawing import drawn
from plugins.trials.eligibility import Facts, facts_of, is_eligible, judge
from shop.clock import now
from shop.db import db
from shop.errors import NotValid, Refused, SoldOut
from shop.events import record
from shop.people.models import Person

CONFIRM_DAYS = 3


def apply(batch: TrialBatch, by: Person, reason: str, answers: Sequence[str]) -> TrialApplication:
    """Somebody applies, once; first come, first served gets a unit at once, or a place on the waiting list."""
    held = select(TrialBatch).where(TrialBatch.id == batch.id).with_for_update(read=True, of=TrialBatch)
    batch = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if not batch.takes_applications:  # and none comes in behind the selection
        raise Refused(_("Applications are closed."))
    unmet = next((rule for rule in judge(batch, by) if rule.met is False), None)
    if unmet is not None:
        raise Refused(_("This rule is not met: %(rule)s", rule=unmet.words))
    if len(answers) != len(batch.questions) or not all(answers):
        raise NotValid(_("Please answer every question."), field="answers")
    if TrialApplication.of(batch, by) is not None:
        raise Refused(_("You have applied already."))
    made = TrialApplication(batch=batch, person_id=by.id, reason=reason, answers=list(answers))
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as twice:
        raise Refused(_("You have applied already.")) from twice
    record("trials.applied", batch.community_id, application=made.id, person=by.id, product=batch.product_id)
    if batch.way == "first" and not offer(made, place=made.id):
        made.move("waiting", place=made.id)
    return made


def offer(application: TrialApplication, *, place: int, reason: str = "", by: Person | None = None) -> bool:
    """Give a unit of the batch, if one is left; the rest of the story is theirs."""
    batch = application.batch
    if batch.limit is None:
        return False
    try:
        batch.limit.take(1)
    except SoldOut:
        return False
    until = now() + timedelta(days=CONFIRM_DAYS)
    won = application.try_move(
        "offered", place=place, confirm_until=until, chosen_reason=reason, chosen_by_id=by.id if by else None
    )
    if not won:
        batch.limit.give_back(1)
    return won


def close(batch: TrialBatch) -> None:
    """Applications are over: by draw or by rules it is decided now; managers who choose are asked."""
    if batch.way == "manager":
        batch.move("selecting")
        return
    if batch.way == "first":
        batch.move("running")
        return
    batch.move("running", drawn_at=now() if batch.way == "draw" else None)
    applied = TrialApplication.in_state(batch, "applied")
    facts = facts_of(batch, [each.person_id for each in applied if each.person_id is not None])
    fit = [each for each in applied if each.person_id in facts and is_eligible(batch, facts[each.person_id])]
    for each in applied:
        if each not in fit:
            each.try_move("refused")
    order = _by_lot(batch, fit) if batch.way == "draw" else _by_rules(fit, facts)
    give_out(order)


def give_out(order: Sequence[TrialApplication]) -> None:
    """Units to the first of an order, the waiting list to the others."""
    for place, each in enumerate(order, 1):
        if not offer(each, place=place):
            each.try_move("waiting", place=place)


def choose(application: TrialApplication, reason: str, by: Person) -> None:
    """A manager chooses somebody, and says why; the reason is kept and shown to them."""
    batch = application.batch
    if batch.state != "selecting":
        raise Refused(_("Nobody is chosen now."))
    if not reason:
        raise NotValid(_("Please say why: the reason is kept."), field="reason")
    last = db.session.scalar(
        select(func.max(TrialApplication.place)).where(TrialApplication.batch_id == batch.id)
    )
    if not offer(application, place=(last or 0) + 1, reason=reason, by=by):
        raise Refused(_("All units are given."))


def finish(batch: TrialBatch, by: Person) -> None:
    """The managers have chosen; the others wait in the order in which they applied."""
    batch.move("running", by)
    chosen = len(TrialApplication.in_state(batch, *HOLDS))
    for place, each in enumerate(TrialApplication.in_state(batch, "applied"), chosen + 1):
        each.try_move("waiting", place=place)


def confirm(application: TrialApplication, address: dict[str, str]) -> None:
    """Yes, I would like it: where it goes, or the code for the counter."""
    batch = application.batch
    if application.confirm_until is not None and application.confirm_until <= now():
        raise Refused(_("The time to confirm is over; somebody else is next."))
    values: dict[str, object] = {}
    if batch.kind == "meal":
        values["code"] = secrets.token_hex(4).upper()
    else:
        values["address"] = address
        if "household" in batch.rules:
            values["household"] = household_of(batch, address["city"] + address["street"])
    try:
        application.move("confirmed", **values)
    except IntegrityError as same:
        raise Refused(_("Somebody at this address has a unit already: one for each household.")) from same


def withdraw(application: TrialApplication) -> None:
    """No, thank you; a unit that was kept goes to whoever waits."""
    held = application.state in ("offered", "confirmed")
    application.move("withdrawn", address={}, household=None)
    if held:
        free(application.batch)


def lapse(application: TrialApplication) -> None:
    """Not confirmed in time."""
    if application.try_move("lapsed"):
        free(application.batch)


def free(batch: TrialBatch) -> None:
    """A unit is free again: the next who waits and still meets the rules gets it."""
    if batch.limit is not None:
        batch.limit.give_back(1)
        offer_next(batch)


def offer_next(batch: TrialBatch) -> None:
    """Whoever waits longest, while units are left."""
    waiting = TrialApplication.in_state(batch, "waiting")
    facts = facts_of(batch, [each.person_id for each in waiting if each.person_id is not None])
    for each in waiting:
        if each.person_id is None or not is_eligible(batch, facts[each.person_id]):
            each.try_move("refused")
        elif not offer(each, place=each.place or 0):
            return


def receive(application: TrialApplication) -> None:
    """It is here, or was eaten: from now on a report is due."""
    due = now() + timedelta(days=application.batch.report_days)
    application.move("received", received_at=now(), due_at=due)


def _by_lot(batch: TrialBatch, fit: Sequence[TrialApplication]) -> list[TrialApplication]:
    """By the seed that was committed to."""
    tickets = {each.ticket: each for each in fit}
    batch.tickets = sorted(tickets)
    return [tickets[ticket] for ticket in drawn(batch.seed, tickets)]


def _by_rules(fit: Sequence[TrialApplication], facts: dict[int, Facts]) -> list[TrialApplication]:
    """Whoever has reported fewest trials here first, then the longest members; so it goes round."""
    return sorted(
        fit,
        key=lambda each: (
            facts[each.person_id or 0].reports,
            facts[each.person_id or 0].member_since or now(),
            each.id,
        ),
    )
