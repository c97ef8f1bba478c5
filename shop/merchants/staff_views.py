"""The staff of a merchant, and how people come to it."""

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shop.access import for_staff, me
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.merchants.forms import GIVEN_ROLES, InvitationForm
from shop.merchants.models import Staff, StaffInvitation
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("staff", __name__)
invitations = Blueprint("invitations", __name__)
PAGE = 50


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(invitations)


@bp.get("/desk/<merchant>/staff")
@for_staff("manager")
def index() -> str:
    return _page(InvitationForm())


@bp.post("/desk/<merchant>/staff/<int:staff_id>")
@for_staff("manager")
def update(staff_id: int) -> ResponseReturnValue:
    """Give somebody another role."""
    staff = _find(staff_id)
    g.merchant.appoint(staff, request.form.get("role", ""), me())
    db.session.commit()
    flash(_("%(name)s has another role now.", name=staff.person.name), "good")
    return redirect(url_for("staff.index"), 303)


@bp.post("/desk/<merchant>/staff/<int:staff_id>/dismissal")
@for_staff("manager")
def destroy(staff_id: int) -> ResponseReturnValue:
    """Take somebody off the staff."""
    staff = _find(staff_id)
    name = staff.person.name
    g.merchant.dismiss(staff, me())
    db.session.commit()
    flash(_("%(name)s is not on the staff any more.", name=name), "good")
    return redirect(url_for("staff.index"), 303)


@invitations.post("/desk/<merchant>/invitations")
@for_staff("manager")
def create() -> ResponseReturnValue:
    """Invite somebody; the mail is on its way, and the link stands on the page."""
    form = InvitationForm()
    if not form.validate():
        return _page(form), 422
    try:
        invitation = g.merchant.invite(form.email.data, form.role.data, me())
    except Refused as refusal:
        db.session.rollback()
        form.email.errors = [str(refusal)]
        return _page(form), refusal.status
    db.session.flush()
    record("staff.invited", invitation=invitation.id)
    db.session.commit()
    flash(_("A mail is on its way to %(email)s.", email=invitation.email), "good")
    return redirect(url_for("staff.index"), 303)


@invitations.post("/desk/<merchant>/invitations/<int:invitation_id>/withdrawal")
@for_staff("manager")
def destroy_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back that nobody has used."""
    mine = g.merchant.open_invitations().where(StaffInvitation.id == invitation_id)
    db.session.delete(db.session.scalars(mine).first() or abort(404))
    db.session.commit()
    flash(_("The invitation does not work any more."), "good")
    return redirect(url_for("staff.index"), 303)


@invitations.get("/desk/invitations/<token>")
def show(token: str) -> str:
    """What the invited person sees."""
    invitation = _invitation(token)
    set_back(url_for("desk.index"))
    mine = me().email == invitation.email
    return render_template(
        "merchants/invitation.html", invitation=invitation, mine=mine, roles=dict(GIVEN_ROLES)
    )


@invitations.post("/desk/invitations/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Join the staff."""
    invitation = _invitation(token)
    invitation.accept(me())
    record("staff.joined", merchant=invitation.merchant_id, person=me().id)
    slug = invitation.merchant.slug
    db.session.commit()
    flash(_("Welcome to the staff."), "good")
    return redirect(url_for("desk.show", merchant=slug), 303)


def _page(form: InvitationForm) -> str:
    set_back(url_for("desk.show"))
    wanted = select(Staff).where(Staff.merchant_id == g.merchant.id).options(joinedload(Staff.person))
    page = page_of(wanted, [Staff.id], size=PAGE)
    invited = page_of(g.merchant.open_invitations(), [StaffInvitation.id], size=PAGE, name="after_invitation")
    return render_template(
        "merchants/staff.html", page=page, form=form, invitations=invited, roles=dict(GIVEN_ROLES)
    )


def _find(staff_id: int) -> Staff:
    wanted = select(Staff).where(Staff.id == staff_id, Staff.merchant_id == g.merchant.id)
    return db.session.scalars(wanted).first() or abort(404)


def _invitation(token: str) -> StaffInvitation:
    return db.session.scalars(
        select(StaffInvitation).where(StaffInvitation.token == token[:64])
    ).first() or abort(404)
