"""Splitting: how large the group is, by what it could be split, whom to ask, and what they said."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.care.forms import SplitForm
from plugins.care.splitting import FULL, PROMPT, CareSplit, bases_of, counts_of, propose
from shop.access import for_managers, me
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db
from shop.people.models import Person
from shop.shell import set_back

bp = Blueprint("care_splits", __name__)
LARGEST_ID = 2**53
MOST = 20


@bp.get("/manage/split")
@for_managers
def show() -> str:
    """The wizard: `?by=` chooses what the proposal is made by."""
    return _page(_form(request.args.get("by", ""), empty=True))


@bp.post("/manage/split")
@for_managers
def create() -> ResponseReturnValue:
    """Ask them; nobody is moved by it."""
    basis = request.form.get("by", "")
    form = _form(basis)
    if not form.validate():
        return _page(form), 422
    target = db.session.get_one(Community, form.target.data)
    words = next((words for code, words, _people in bases_of(g.community) if code == basis), "")
    split = propose(g.community, target, words, form.people.data or [], (form.words.data or "").strip(), me())
    db.session.commit()
    many = len(split.moves)
    flash(ngettext("%(num)s person is asked.", "%(num)s people are asked.", many), "good")
    return redirect(url_for("care_splits.show"), 303)


@bp.post("/manage/split/<int:split_id>/ending")
@for_managers
def create_ending(split_id: int) -> ResponseReturnValue:
    """Nobody can answer it any more; who has said yes stays in both."""
    split = db.session.get(CareSplit, split_id) if split_id < LARGEST_ID else None
    if split is None or split.community_id != g.community.id:
        abort(404)
    split.ended_at = split.ended_at or now()
    db.session.commit()
    flash(_("This proposal has ended."), "good")
    return redirect(url_for("care_splits.show"), 303)


def _form(basis: str, empty: bool = False) -> SplitForm:
    form = SplitForm(formdata=None) if empty else SplitForm()
    mine = (
        select(Community)
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == me().id, Membership.role.in_(("owner", "manager")))
        .where(Community.id != g.community.id, Community.closed_at.is_(None))
        .order_by(Community.name)
        .limit(50)
    )
    form.target.choices = [(each.id, each.name) for each in db.session.scalars(mine)]
    people = next((people for code, _words, people in bases_of(g.community) if code == basis), [])
    named = db.session.scalars(select(Person).where(Person.id.in_(people)).order_by(Person.name)).all()
    form.people.choices = [(person.id, person.name) for person in named]
    if empty:
        form.people.data = [person.id for person in named]
    return form


def _page(form: SplitForm) -> str:
    set_back(url_for("care_manage.show"))
    splits = db.session.scalars(
        select(CareSplit)
        .where(CareSplit.community_id == g.community.id)
        .options(joinedload(CareSplit.target))
        .order_by(CareSplit.id.desc())
        .limit(MOST)
    ).all()
    return render_template(
        "care/split.html",
        bases=bases_of(g.community),
        by=request.values.get("by", ""),
        form=form,
        splits=splits,
        counts=counts_of(splits),
        community=g.community,
        prompt=PROMPT,
        full=FULL,
        role=g.role,
    )
