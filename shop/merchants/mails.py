"""The mail that invites somebody to the staff, sent by the worker."""

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.db import db
from shop.events import Event
from shop.letters import Letter, address_of, in_language
from shop.merchants.models import StaffInvitation
from shop.people.models import Person


def install(app: Flask) -> None:
    jobs.listens(app, "merchants.invitation_mail", "staff.invited", _write)


def _write(event: Event) -> None:
    """In the language of the invited person, or else of whoever invites; nothing when it was taken back meanwhile."""
    invitation = db.session.get(StaffInvitation, event.payload["invitation"])
    if invitation is None or invitation.accepted_at is not None:
        return
    by = db.session.get_one(Person, invitation.by_id)
    invited = db.session.scalars(select(Person).where(Person.email == invitation.email)).first()
    said = {"name": by.name, "merchant": invitation.merchant.name}
    with in_language((invited and invited.locale) or by.locale):
        Letter(
            _("%(name)s invites you to the staff of %(merchant)s", **said),
            [
                _(
                    "%(name)s invites you to work with %(merchant)s. Open this page, signed in with this address, "
                    "and accept:",
                    **said,
                )
            ],
            (_("Look at the invitation"), address_of("invitations.show", token=invitation.token)),
        ).send(invitation.email)
