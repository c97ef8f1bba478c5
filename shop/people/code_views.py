"""The second step: asked for at the door, set up and ended on one's own page."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from segno import make_qr

from shop.access import me, public
from shop.db import db
from shop.people import codes
from shop.people.accounts import person_half_in
from shop.people.forms import CodeForm, ConfirmedForm
from shop.people.pages import bp
from shop.people.sign_views import admit
from shop.security import limiter
from shop.shell import set_back


def the_person_half_in() -> str:
    """Guesses are counted for the account, not for the machine that guesses."""
    return f"half in:{session.get('half_in', ['nobody'])[0]}"


@bp.get("/sign-in/code")
@public
def new_code() -> ResponseReturnValue:
    if person_half_in() is None:
        return redirect(url_for("people.sign_in"), 303)
    set_back(url_for("people.sign_in"))
    return render_template("people/new_code.html", form=CodeForm())


@bp.post("/sign-in/code")
@public
@limiter.limit("10 per 10 minutes", key_func=the_person_half_in)
def create_code() -> ResponseReturnValue:
    """The password was right a moment ago; the code lets the person in."""
    form, person = CodeForm(), person_half_in()
    if person is None:
        flash(_("That took too long. Please begin again."), "bad")
        return redirect(url_for("people.sign_in"), 303)
    if form.validate() and codes.use(form.code.data or "", person):
        db.session.commit()
        return admit(person)
    form.form_errors = [_("This code is not right, or was used already.")]
    set_back(url_for("people.sign_in"))
    return render_template("people/new_code.html", form=form), 422


@bp.get("/me/second-step")
def edit_second_step() -> str:
    """The QR code for the authenticator app; or, where it is on, how to end it."""
    set_back(url_for("people.show"))
    if me().asks_for_code:
        return render_template("people/second_step.html", form=ConfirmedForm())
    session.setdefault("code_secret", codes.new_secret())
    return _setting_up(CodeForm())


@bp.post("/me/second-step")
@limiter.limit("20 per 10 minutes")
def update_second_step() -> ResponseReturnValue:
    """The app shows the right code: from now on it is asked for."""
    form, person, secret = CodeForm(), me(), session.get("code_secret")
    set_back(url_for("people.show"))
    if secret is None or person.asks_for_code:
        return redirect(url_for("people.edit_second_step"), 303)
    if not form.validate() or not codes.is_right(form.code.data or "", secret, person):
        form.form_errors = [_("The app shows another code. Take the newest one.")]
        return _setting_up(form), 422
    spare = codes.begin(person, secret)
    db.session.commit()
    session.pop("code_secret")
    return render_template("people/spare_codes.html", spare=spare)


@bp.post("/me/second-step/end")
@limiter.limit("20 per hour")
def destroy_second_step() -> ResponseReturnValue:
    """Ask for the password alone again."""
    form = ConfirmedForm()
    if not form.validate():
        set_back(url_for("people.show"))
        return render_template("people/second_step.html", form=form), 422
    codes.end(me())
    db.session.commit()
    flash(_("From now on your password is enough."), "good")
    return redirect(url_for("people.show"), 303)


def _setting_up(form: CodeForm) -> str:
    uri, key = codes.how_to_set_up(session["code_secret"], me())
    qr = make_qr(uri, error="m").svg_data_uri(scale=6, border=2, light="#ffffff", dark="#000000")
    return render_template("people/edit_second_step.html", form=form, qr=qr, key=key)
