"""Joining a community, asking to, leaving it, and accepting its rules."""

from flask import Blueprint, Flask, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.access import for_members, me
from shop.clock import now
from shop.communities.forms import JoinForm
from shop.communities.links import end_links_of
from shop.communities.models import Membership, Rules
from shop.communities.visits import give_visit_to, link_into
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record

bp = Blueprint("memberships", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.post("/c/<community>/membership")
def create() -> ResponseReturnValue:
    """Join, or ask to: as the entry says, or at once with an invitation that is still live."""
    form = JoinForm()
    if not form.validate():
        raise NotValid(_("Please say it in at most 400 characters."))
    _must_have_seen(g.community.rules())
    link = link_into(g.community)
    is_invited = link is not None and link.invites and link.is_live
    seat = g.community.join(
        me(),
        accepts_rules=form.accepts_rules.data,
        invited=is_invited,
        reason=form.reason.data,
        link_id=link.id if link else None,
    )
    give_visit_to(me().id)
    if isinstance(seat, Membership):
        if link is not None:
            link.admit() if is_invited else link.count_in()
        record("member.joined", g.community.id, person=me().id, link=seat.link_id)
        said = _("Welcome to %(name)s!", name=g.community.name)
    else:
        record("join.requested", g.community.id, person=me().id, request=seat.id)
        said = _("A manager will answer you. You find the answer on this page.")
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("communities.show"), 303)


@bp.post("/c/<community>/membership/end")
@for_members
def destroy() -> ResponseReturnValue:
    """Leave; what was ordered goes on, the links that one made end."""
    g.community.leave(me())
    end_links_of(me(), g.community)
    record("member.left", g.community.id, person=me().id)
    db.session.commit()
    flash(_("You have left %(name)s.", name=g.community.name), "good")
    return redirect(url_for("communities.show"), 303)


@bp.post("/c/<community>/membership/mute")
@for_members
def create_mute() -> ResponseReturnValue:
    """No news of this group any more; the toast offers to take it back."""
    g.community.membership_of(me()).muted_at = now()
    db.session.commit()
    undo = url_for("memberships.destroy_mute", to=request.args.get("to"))
    said = _("%(name)s is muted. What is yours still comes: orders, money, your seat.", name=g.community.name)
    flash(said, f"undo:{undo}")
    return _back()


@bp.post("/c/<community>/membership/mute/end")
@for_members
def destroy_mute() -> ResponseReturnValue:
    """News of this group again."""
    g.community.membership_of(me()).muted_at = None
    db.session.commit()
    flash(_("You get the news of %(name)s again.", name=g.community.name), "good")
    return _back()


@bp.post("/c/<community>/rules/acceptance")
@for_members
def create_acceptance() -> ResponseReturnValue:
    """A member accepts the rules that hold now."""
    rules = g.community.rules()
    if rules is None:
        raise Refused(_("This community has no rules."))
    _must_have_seen(rules)
    rules.accept(me())
    record("rules.accepted", g.community.id, person=me().id, version=rules.number)
    db.session.commit()
    flash(_("Thank you. You have accepted the rules, version %(n)s.", n=rules.number), "good")
    return redirect(url_for("communities.show"), 303)


def _back() -> ResponseReturnValue:
    """To the page where the button was: my own, or the group's."""
    mine = request.args.get("to") == "me"
    return redirect(url_for("people.show" if mine else "communities.show"), 303)


def _must_have_seen(rules: Rules | None) -> None:
    """Nobody accepts a version that came while they read the one before."""
    if rules is not None and request.form.get("rules") != str(rules.number):
        raise Refused(_("The rules have changed meanwhile. Please read them once more."))
