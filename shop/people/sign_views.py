"""Signing up, in and out."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from shop.access import current_person, public
from shop.communities.visits import give_visit_to, is_visit_under_way
from shop.db import db, set_writing
from shop.db import writing as db_writing
from shop.errors import Refused
from shop.events import record
from shop.people.accounts import begin_half, enter, leave, own_path
from shop.people.forms import SignInForm, SignUpForm
from shop.people.models import Person
from shop.people.pages import bp, the_address
from shop.security import limiter


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The form; `?next=` may name a page of this shop to go on to."""
    if own_path(request.args.get("next")):
        session["after_sign_in"] = own_path(request.args["next"])
    if current_person():
        return redirect(_way_on(), 303)
    return render_template("people/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@public
@limiter.limit("30 per 10 minutes")
@limiter.limit("20 per hour", key_func=the_address)
def create_sign_in() -> ResponseReturnValue:
    """Check the password; nobody waits for the database meanwhile."""
    set_writing(False)
    form = SignInForm()
    if not form.validate():
        return render_template("people/sign_in.html", form=form), 422
    if form.user.asks_for_code:
        begin_half(form.user)
        return redirect(url_for("people.new_code"), 303)
    return admit(form.user)


@bp.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    if own_path(request.args.get("next")):
        session["after_sign_in"] = own_path(request.args["next"])
    if current_person():
        return redirect(_way_on(), 303)
    return render_template("people/sign_up.html", form=SignUpForm())


@bp.post("/sign-up")
@public
@limiter.limit("20 per hour")
@limiter.limit("5 per hour", key_func=the_address)
def create_sign_up() -> ResponseReturnValue:
    """Open an account; an address that has one gets a mail instead, and the answer does not say so."""
    with db_writing(False):
        form = SignUpForm()
        is_valid = form.validate()
        known_id = form.existing_email_user.id if form.existing_email_user else None
        db.session.rollback()
    if not is_valid and not form.is_only_known_already:
        if known_id:
            form.email.errors = []
        return render_template("people/sign_up.html", form=form), 422
    person = Person(name=form.name.data, email=form.email.data, locale=str(get_locale()))
    person.set_password(form.password.data or "")
    if known_id:
        return _known_already(known_id)
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError as twice:
        raise Refused(_("This account was opened a moment ago. Please sign in.")) from twice
    record("person.joined", person=person.id)
    db.session.commit()
    flash(_("Welcome, %(name)s.", name=person.name), "good")
    return admit(person)


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Leave this browser as if nobody had been here."""
    leave()
    flash(_("You are signed out."), "good")
    return redirect("/", 303)


def admit(person: Person) -> ResponseReturnValue:
    """Sign the person in, let the visit know who it was, and go on to where they wanted."""
    person_id = person.id
    enter(person)
    if is_visit_under_way():  # what was credited to a link stays credited
        db.session.rollback()
        with db_writing():
            give_visit_to(person_id)
            db.session.commit()
    return redirect(_way_on(), 303)


def _known_already(person_id: int) -> ResponseReturnValue:
    record("person.known_already", person=person_id)
    db.session.commit()
    flash(_("Please look into your mail: if this address has an account already, a letter is on its way."))
    return redirect(url_for("people.sign_in"), 303)


def _way_on() -> str:
    return own_path(session.pop("after_sign_in", None)) or url_for("people.show")
