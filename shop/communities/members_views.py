"""Members and those who ask to become one, at the manager's desk."""

from flask import Blueprint, Flask, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shop.access import for_managers, me
from shop.communities.forms import ROLE_WORDS, AnswerForm, ReasonForm
from shop.communities.links import end_links_of
from shop.communities.models import JoinRequest, Membership
from shop.db import db
from shop.errors import NotValid
from shop.events import record
from shop.paging import page_of
from shop.people.models import Person, key_of
from shop.sheets import as_file
from shop.shell import set_back
from shop.sorting import Columns, sorting

bp = Blueprint("community_members", __name__)
requests = Blueprint("join_requests", __name__)

PAGE_SIZE = 30
SORTS: Columns = {"since": [Membership.id], "name": [Person.name, Membership.id]}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(requests)


@bp.get("/c/<community>/manage/members")
@for_managers
def index() -> str:
    """Everybody who has a seat, the newest first or sorted; `?role=` shows only managers."""
    set_back(url_for("community_desk.show"))
    members, words, order = *_asked_for(), sorting(SORTS, "-since")
    page = page_of(members, order.keys, size=PAGE_SIZE, descending=order.descending)
    return render_template(
        "communities/desk/members.html",
        page=page,
        words=words,
        order=order,
        me=me(),
        role=g.role,
        role_words=ROLE_WORDS,
    )


@bp.get("/c/<community>/manage/members.csv")
@for_managers
def export() -> Response:
    """The same members for a spreadsheet: names and roles, no addresses."""
    members, _words = _asked_for()
    found = db.session.scalars(members.order_by(Membership.id))
    rows = ([s.person.name, s.role, f"{s.at.astimezone(g.community.zone):%Y-%m-%d}"] for s in found)
    return as_file([("name", "role", "since"), *rows], f"members-{g.community.slug}")


def _asked_for() -> tuple[Select[Membership], str]:
    """Whom the page's search and filter ask for, and the words of the search."""
    words = key_of(request.args.get("q", ""))[:80]
    members = (
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .options(joinedload(Membership.person))
        .where(Membership.community_id == g.community.id)
    )
    if words:
        members = members.where(Person.name.icontains(words, autoescape=True))
    if request.args.get("role") == "manager":
        members = members.where(Membership.role != "member")
    return members, words


@bp.post("/c/<community>/manage/members/<int:membership_id>/role")
@for_managers
def update(membership_id: int) -> ResponseReturnValue:
    """Appoint a manager, or make a manager a member again."""
    membership = _find(membership_id)
    role = request.form.get("role", "")
    g.community.appoint(membership.person, role, me())
    record("member.appointed", g.community.id, person=membership.person_id, role=role, by=me().id)
    db.session.commit()
    if role == "manager":
        flash(_("%(name)s is a manager now.", name=membership.person.name), "good")
    else:
        flash(_("%(name)s is a member again.", name=membership.person.name), "good")
    if membership.person_id == me().id:
        return redirect(url_for("communities.show"), 303)
    return redirect(url_for("community_members.index"), 303)


@bp.post("/c/<community>/manage/members/<int:membership_id>/removal")
@for_managers
def create_removal(membership_id: int) -> ResponseReturnValue:
    """Take a member's seat away, with a reason that is kept."""
    membership, form = _find(membership_id), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please give a reason, in at most 400 characters."))
    person = membership.person
    g.community.remove(person, me(), form.reason.data)
    end_links_of(person, g.community)
    record("member.removed", g.community.id, person=person.id, by=me().id, reason=form.reason.data)
    db.session.commit()
    flash(_("%(name)s is no longer a member. Their orders stay.", name=person.name), "good")
    return redirect(url_for("community_members.index"), 303)


@requests.get("/c/<community>/manage/requests", endpoint="index")
@for_managers
def index_requests() -> str:
    """Who asks to become a member, the longest waiting first."""
    set_back(url_for("community_desk.show"))
    waiting = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.person))
        .where(JoinRequest.community_id == g.community.id, JoinRequest.decided_at.is_(None))
    )
    page = page_of(waiting, [JoinRequest.id], size=PAGE_SIZE)
    return render_template("communities/desk/requests.html", page=page, community=g.community)


@requests.post("/c/<community>/manage/requests/<int:request_id>/answer", endpoint="create_answer")
@for_managers
def create_answer(request_id: int) -> ResponseReturnValue:
    """Let somebody in, or decline in kind words."""
    asked = db.session.get(JoinRequest, request_id)
    if asked is None or asked.community_id != g.community.id:
        abort(404)
    form = AnswerForm()
    if not form.validate():
        raise NotValid(_("Choose accept or decline; at most 400 characters."))
    if form.decision.data == "accept":
        asked.accept(me(), form.words.data or "")
        record("member.joined", g.community.id, person=asked.person_id, link=asked.link_id)
        said = _("%(name)s is a member now.", name=asked.person.name)
    else:
        asked.decline(me(), form.words.data or "")
        record("join.declined", g.community.id, person=asked.person_id, words=form.words.data)
        said = _("%(name)s will read your words.", name=asked.person.name)
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("join_requests.index"), 303)


def _find(membership_id: int) -> Membership:
    membership = db.session.get(Membership, membership_id, options=[joinedload(Membership.person)])
    if membership is None or membership.community_id != g.community.id:
        abort(404)
    return membership
