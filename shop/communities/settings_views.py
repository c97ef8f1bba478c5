"""Settings of a community; closing, reopening and handing it over are its owner's."""

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shop.access import for_managers, for_owner, me
from shop.communities.forms import CommunityForm
from shop.communities.models import Membership
from shop.db import db
from shop.errors import NotValid, Refused, TooLarge
from shop.events import record
from shop.paging import page_of
from shop.people.models import Person, key_of
from shop.shell import set_back

bp = Blueprint("community_settings", __name__)
PAGE = 30


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/c/<community>/manage/settings")
@for_managers
def edit() -> str:
    here = g.community
    return _page(
        CommunityForm(
            name=here.name,
            promise=here.promise,
            kind=here.kind,
            entry=here.entry,
            size=here.seats.size,
            time_zone=here.time_zone,
        )
    )


@bp.post("/c/<community>/manage/settings")
@for_managers
def update() -> ResponseReturnValue:
    """Change what the community says of itself, how many fit in, and how one comes in; its address stays."""
    form = CommunityForm()
    if not form.validate():
        return _page(form), 422
    try:
        picture = form.kept_picture()
    except (NotValid, TooLarge) as refusal:
        return _page(form), refusal.status
    here = g.community
    try:
        here.seats.resize(form.size.data)
    except Refused:
        form.size.errors = [_("%(n)s people are members already.", n=here.member_count)]
        return _page(form), 409
    here.name, here.promise, here.kind = form.name.data, form.promise.data, form.kind.data
    here.entry, here.time_zone = form.entry.data, form.time_zone.data
    if picture is not None:
        here.picture = picture
    here.touch()
    record("community.changed", here.id, by=me().id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("community_settings.edit"), 303)


@bp.post("/c/<community>/manage/closing")
@for_owner
def create_closing() -> ResponseReturnValue:
    """Close: nobody joins or orders any more; what was ordered goes on."""
    g.community.close(me())
    g.community.touch()
    record("community.closed", g.community.id, by=me().id)
    db.session.commit()
    flash(_("%(name)s is closed. What was ordered goes on.", name=g.community.name), "good")
    return redirect(url_for("community_settings.edit"), 303)


@bp.post("/c/<community>/manage/closing/end")
@for_owner
def destroy_closing() -> ResponseReturnValue:
    """Open again."""
    g.community.reopen()
    g.community.touch()
    record("community.reopened", g.community.id, by=me().id)
    db.session.commit()
    flash(_("%(name)s is open again.", name=g.community.name), "good")
    return redirect(url_for("community_settings.edit"), 303)


@bp.get("/c/<community>/manage/handover")
@for_owner
def new_handover() -> str:
    """Choose who shall own the community; `?to=7` is the second look before it is done."""
    set_back(url_for("community_settings.edit"))
    words = key_of(request.args.get("q", ""))[:80]
    chosen = request.args.get("to", type=int)
    others = (
        select(Membership)
        .options(joinedload(Membership.person))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.community_id == g.community.id, Membership.role != "owner")
    )
    if chosen is not None:
        others = others.where(Membership.id == chosen)
    if words:
        others = others.where(Person.name.icontains(words, autoescape=True))
    page = page_of(others, [Membership.role, Membership.id], size=PAGE)  # managers come first
    return render_template(
        "communities/desk/handover.html", page=page, is_chosen=chosen is not None, words=words
    )


@bp.post("/c/<community>/manage/handover")
@for_owner
def create_handover() -> ResponseReturnValue:
    """Make another member the owner; the name of the community, typed, confirms it."""
    if request.form.get("name", "").strip() != g.community.name:
        raise NotValid(_("Type the name of the community to confirm."))
    membership = db.session.get(Membership, request.form.get("membership", 0, type=int))
    if membership is None or membership.community_id != g.community.id:
        raise Refused(_("Choose a member of this community."))
    g.community.hand_over(me(), membership.person)
    record("community.handed_over", g.community.id, to=membership.person_id, by=me().id)
    db.session.commit()
    flash(_("%(name)s owns the community now. You are a manager.", name=membership.person.name), "good")
    return redirect(url_for("community_desk.show"), 303)


def _page(form: CommunityForm) -> str:
    set_back(url_for("community_desk.show"))
    return render_template("communities/desk/settings.html", form=form, community=g.community, role=g.role)
