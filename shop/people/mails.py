"""Mails about an account, written by the worker in the person's language."""

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.db import db
from shop.events import Event
from shop.letters import Letter, address_of, in_language
from shop.people.accounts import RECOVERY_HOURS, recovery_token
from shop.people.models import Person


def install(app: Flask) -> None:
    """Write when something happened to an account."""
    for name, write in (
        ("joined", _welcome),
        ("recovery_asked", _recovery),
        ("known_already", _known_already),
        ("password_changed", _password_changed),
    ):
        jobs.listens(app, f"people.mail.{name}", f"person.{name}", write)


def _welcome(event: Event) -> None:
    person = db.session.get_one(Person, event.payload["person"])
    if not person.active:
        return
    with in_language(person.locale):
        Letter(
            _("Welcome, %(name)s", name=person.name),
            [_("Your account is ready. Your groups, your orders and your data are all in one place.")],
            (_("My page"), address_of("people.show")),
        ).send(person.email)


def _recovery(event: Event) -> None:
    """Nothing is sent to an address without an account; the token is made here, so that no table keeps it."""
    person = db.session.scalars(select(Person).where(Person.email == event.payload["email"])).first()
    if person is None or not person.active:
        return
    with in_language(person.locale):
        Letter(
            _("A new password"),
            [_("Somebody, hopefully you, asked for a new password for this address.")],
            (_("Choose a new password"), address_of("people.edit_recovery", token=recovery_token(person))),
            [
                _("The link works once, within %(hours)s hours.", hours=RECOVERY_HOURS),
                _("If it was not you, do nothing: your password stays as it is."),
            ],
        ).send(person.email)


def _known_already(event: Event) -> None:
    person = db.session.get_one(Person, event.payload["person"])
    if not person.active:
        return
    with in_language(person.locale):
        Letter(
            _("You have an account already"),
            [
                _(
                    "Somebody, hopefully you, wanted to open an account with this address. There is one already."
                )
            ],
            (_("Sign in"), address_of("people.sign_in")),
            [_("If you have forgotten the password, the sign-in page helps you to a new one.")],
        ).send(person.email)


def _password_changed(event: Event) -> None:
    person = db.session.get_one(Person, event.payload["person"])
    if not person.active:
        return
    with in_language(person.locale):
        Letter(
            _("Your password was changed"),
            [_("Everybody who was signed in with the old one has been signed out.")],
            (_("It was not me"), address_of("people.new_recovery")),
        ).send(person.email)
