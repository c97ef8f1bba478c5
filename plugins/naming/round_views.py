"""Rounds as members see them: the list, the page, a proposal, the vote, the ballots for anybody to count."""

import random
from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.naming.ballots import Ballot, cast, electorate, file_of, how_many, ranks_of
from plugins.naming.finding import proposal_of, round_here
from plugins.naming.forms import KIND_WORDS, ProposalForm
from plugins.naming.proposals import Proposal
from plugins.naming.reasons import in_words, why_out
from plugins.naming.rounds import PUBLIC, Round
from shop.access import current_person, for_members, me, public, runs_off
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of
from shop.people.models import Person
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("naming_rounds", __name__)
PAGE = 20


@bp.get("/rounds")
@public
def index() -> str:
    """What was and is named together here, the newest first."""
    here = select(Round).where(Round.community_id == g.community.id, Round.state.in_(PUBLIC))
    page = page_of(here.options(joinedload(Round.product)), [Round.id], size=PAGE, descending=True)
    won = select(Proposal).where(Proposal.round_id.in_([each.id for each in page.rows]), Proposal.is_winner)
    winners = {each.round_id: each for each in db.session.scalars(won)}
    set_back(url_for("listings.index"))
    return render_template("naming/index.html", page=page, winners=winners, kind_words=KIND_WORDS)


@bp.get("/rounds/<int:round_id>")
@public
@runs_off
def show(round_id: int) -> str:
    """One round: what is looked for, the proposals, one's ballot, and after the close the count."""
    return _page(round_here(round_id), ProposalForm(formdata=None))


@bp.post("/rounds/<int:round_id>/proposals")
@for_members
@limiter.limit("60 per hour")
def create_proposal(round_id: int) -> ResponseReturnValue:
    """A member proposes, with its story."""
    round, form = round_here(round_id), ProposalForm()
    if not form.validate():
        return _page(round, form), 422
    try:
        Proposal.make(round, form.text.data or "", (form.story.data or "").strip(), me())
    except Refused as refusal:
        if refusal.field != "text":
            raise
        db.session.rollback()
        form.text.errors = [str(refusal)]
        return _page(round_here(round_id), form), refusal.status
    db.session.commit()
    flash(_("It is on the list. It comes onto the ballot once it was looked at."), "good")
    return _back(round, "proposals")


@bp.post("/rounds/<int:round_id>/proposals/<int:proposal_id>/removal")
@for_members
def destroy_proposal(round_id: int, proposal_id: int) -> ResponseReturnValue:
    """Take back one's own proposal."""
    round = round_here(round_id)
    proposal = proposal_of(round, proposal_id)
    if proposal.person_id != me().id:
        abort(404)
    proposal.take_back()
    db.session.commit()
    flash(_("It is off the list."), "good")
    return _back(round, "proposals")


@bp.post("/rounds/<int:round_id>/ballots")
@for_members
def create_ballot(round_id: int) -> ResponseReturnValue:
    """Vote, or change the vote."""
    round = round_here(round_id)
    cast(round, ranks_of(request.form, Proposal.of(round, "accepted")), me())
    db.session.commit()
    flash(_("Your ballot counts. You can change it until the vote closes."), "good")
    return _back(round, "ballot")


@bp.get("/rounds/<int:round_id>/ballots.json")
@public
@runs_off
def export(round_id: int) -> Response:
    """All ballots without names, once they are counted."""
    round = round_here(round_id)
    if not round.is_counted:
        abort(404)
    answer = Response(file_of(round, Proposal.of(round, "accepted")), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="ballots-{round.id}.json"'
    return answer


def _page(round: Round, form: ProposalForm) -> str:
    set_back(url_for("naming_rounds.index"))
    person = current_person()
    everything = Proposal.of(round)
    ballot = Ballot.of(round, person)
    texts = {each.id: each.text for each in everything}
    steps = (round.count or {}).get("steps", [])
    return render_template(
        "naming/show.html",
        round=round,
        kind_words=KIND_WORDS,
        form=form,
        accepted=[each for each in everything if each.state == "accepted"],
        declined=[each for each in everything if each.state == "declined"],
        own=[each for each in everything if person is not None and each.person_id == person.id],
        waiting=sum(each.is_waiting for each in everything),
        on_ballot=_on_ballot(everything, person, ballot),
        ballot=ballot,
        places={each: place for place, each in enumerate(ballot.ranks, 1)} if ballot else {},
        may_vote=round.may_vote(person) if round.takes_votes else False,
        is_member=g.community.role_of(person) is not None,
        steps=[_drawn(step, texts) for step in steps],
        winner=next((each for each in everything if each.is_winner), None),
        texts=texts,
        turnout=(how_many(round), electorate(round)) if round.state in ("voting", "counted") else None,
        in_words=in_words,
        why_out=why_out,
    )


def _on_ballot(
    everything: Sequence[Proposal], person: Person | None, ballot: Ballot | None
) -> list[Proposal]:
    """One's ranking first, then the rest in an order of one's own, so that nobody's name always stands on top."""
    accepted = [each for each in everything if each.state == "accepted"]
    random.Random(f"{accepted[0].round_id if accepted else 0}-{person.id if person else 0}").shuffle(accepted)  # noqa: S311 (an order, not a secret)
    ranks = ballot.ranks if ballot else []
    return sorted(accepted, key=lambda each: ranks.index(each.id) if each.id in ranks else len(ranks))


def _drawn(step: dict[str, object], texts: dict[int, str]) -> dict[str, object]:
    """A round of the count as bars, the most votes first."""
    counts = {int(name): int(str(n)) for name, n in dict(step["counts"]).items()}  # type: ignore[call-overload]
    ordered = sorted(counts, key=lambda name: -counts[name])
    bars = [{"label": texts.get(name, "–"), "value": counts[name]} for name in ordered]
    return {**step, "bars": bars, "sum": sum(counts.values())}


def _back(round: Round, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("naming_rounds.show", round_id=round.id, _anchor=anchor), 303)
