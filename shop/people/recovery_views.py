"""Passwords: a new one by a mailed link, another one from one's own page."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.access import me, public
from shop.db import db
from shop.db import writing as db_writing
from shop.events import record
from shop.people.accounts import enter, leave, person_of_token
from shop.people.forms import NewPasswordForm, PasswordForm, RecoveryForm
from shop.people.models import Person, key_of
from shop.people.pages import bp, the_address
from shop.security import limiter
from shop.shell import set_back


@bp.get("/recovery")
@public
def new_recovery() -> str:
    set_back(url_for("people.sign_in"))
    return render_template("people/new_recovery.html", form=RecoveryForm())


@bp.post("/recovery")
@public
@limiter.limit("20 per hour")
@limiter.limit("5 per hour", key_func=the_address)
def create_recovery() -> ResponseReturnValue:
    """Ask for a link; whether the address has an account is looked up by the worker, so the answer cannot tell."""
    form = RecoveryForm()
    if not form.validate():
        set_back(url_for("people.sign_in"))
        return render_template("people/new_recovery.html", form=form), 422
    record("person.recovery_asked", email=key_of(form.email.data or ""))
    db.session.commit()
    flash(_("If this address has an account, a letter with a link is on its way."), "good")
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/recovery/<token>")
@public
def edit_recovery(token: str) -> ResponseReturnValue:
    """The form behind the mailed link."""
    if person_of_token(token) is None:
        return _used_up()
    return render_template("people/edit_recovery.html", form=NewPasswordForm(), token=token)


@bp.post("/recovery/<token>")
@public
@limiter.limit("20 per hour")
def update_recovery(token: str) -> ResponseReturnValue:
    """Set the new password; every session ends, this link too, and the person signs in with it."""
    with db_writing(False):
        form = NewPasswordForm()
        form.user = person_of_token(token)
        is_valid = form.user is not None and form.validate()
        hashed = Person()
        if is_valid:
            hashed.set_password(form.password.data or "")
        db.session.rollback()
    if form.user is None:
        return _used_up()
    if not is_valid:
        return render_template("people/edit_recovery.html", form=form, token=token), 422
    person = person_of_token(token)
    if person is None:
        return _used_up()
    person.password, person.fs_uniquifier = hashed.password, hashed.fs_uniquifier
    record("person.password_changed", person=person.id)
    db.session.commit()
    after = session.get("after_sign_in")
    leave()
    if after:
        session["after_sign_in"] = after
    flash(_("Your new password is set. Sign in with it."), "good")
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/me/password")
def edit_password() -> str:
    set_back(url_for("people.show"))
    return render_template("people/edit_password.html", form=PasswordForm())


@bp.post("/me/password")
@limiter.limit("20 per hour")
def update_password() -> ResponseReturnValue:
    """Another password; the other sessions end, this one goes on."""
    form = PasswordForm()
    if not form.validate():
        set_back(url_for("people.show"))
        return render_template("people/edit_password.html", form=form), 422
    person = me()
    person.set_password(form.new.data or "")
    record("person.password_changed", person=person.id)
    db.session.commit()
    enter(person)
    flash(_("Your password is changed. Everywhere else you are signed out."), "good")
    return redirect(url_for("people.show"), 303)


def _used_up() -> ResponseReturnValue:
    flash(_("This link has been used or is too old. Ask for a new one."), "bad")
    return redirect(url_for("people.new_recovery"), 303)
