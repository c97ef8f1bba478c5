"""The mail that invites somebody to the staff, sent by the worker."""

from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.db import db
from shop.events import Event
from shop.mail import send
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
    with force_locale((invited and invited.locale) or by.locale or "en"):
        subject = _(
            "%(name)s invites you to the staff of %(merchant)s",
            name=by.name,
            merchant=invitation.merchant.name,
        )
        text = _(
            "%(name)s invites you to work with %(merchant)s. Open this page, signed in with this address, and accept:",
            name=by.name,
            merchant=invitation.merchant.name,
        )
    address = f"{current_app.config['BASE_URL']}/desk/invitations/{invitation.token}"
    to = invitation.email
    db.session.commit()  # the mail server is not waited for inside a transaction
    send(to, subject, f"{text}\n\n{address}\n")
