"""Flask-Security, set up for this house: its hashing, its tokens, its sessions; the pages are our own."""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, current_app, request, session
from flask_security import RoleMixin, Security, UserDatastore, login_user, logout_user
from flask_security.recoverable import reset_password_token_status
from sqlalchemy import bindparam, select

from shop.clock import now
from shop.db import db
from shop.people.models import Person, key_of

# A mailed link to a new password works so long, and once.
RECOVERY_HOURS = 24
# OWASP's first choice for Argon2id; libpass's own (64 MB, four lanes) took seven times the work, and eight
# people who sign in at once would have taken half a gigabyte.
COSTS = {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}
CHEAP = {"memory_cost": 64, "time_cost": 1, "parallelism": 1}  # for tests
# So long the password counts while the code of the second step is looked up.
HALF_IN_SECONDS = 600
# Signed out, these stay in the browser: its language and the group it knows.
KEPT = ("lang", "home")


BY_STAMP = select(Person).where(Person.fs_uniquifier == bindparam("stamp"))


class People(UserDatastore):
    """Where Flask-Security looks for people; addresses are compared in their one form, by the index."""

    def __init__(self) -> None:
        super().__init__(Person, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **given: Any) -> Person | None:
        [(name, value)] = given.items()
        wanted = key_of(str(value)) if name == "email" else value
        if name == "fs_uniquifier":  # asked on every page of who is signed in
            return db.session.scalars(BY_STAMP, {"stamp": wanted}).first()
        return db.session.scalars(select(Person).where(getattr(Person, name) == wanted)).first()

    def put(self, model: Person) -> Person:
        db.session.add(model)
        return model


def install(app: Flask) -> None:
    """Set up Flask-Security without any of its pages."""
    app.config.update(
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_PASSWORD_CONFIRM_REQUIRED=False,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=RECOVERY_HOURS),
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    costs = CHEAP if app.config["ENV"] == "test" else COSTS
    app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = {f"argon2__{name}": n for name, n in costs.items()}
    security = Security(app, People(), register_blueprint=False)
    # Flask-Login's check of the browser's name only marks sessions stale, which nothing here asks about.
    security.login_manager.session_protection = None
    # Signing in by a token in the address is not offered.
    security.login_manager.request_loader(None)
    # Flask-Principal would ask who is signed in for every file; the gate asks when a page wants to know.
    before = app.before_request_funcs[None]
    before[:] = [ask for ask in before if getattr(ask, "__self__", None) is not security.principal]


def security() -> Security:
    """Flask-Security of the present application."""
    return cast(Security, current_app.extensions["security"])


def enter(person: Person) -> None:
    """Sign the person in: the session keeps its visit, its cart and its orders, and gets a new form token."""
    login_user(person, remember=False)
    for stale in ("csrf_token", "fs_cc", "_id", "half_in"):
        session.pop(stale, None)
    session.permanent = True
    if person.locale:
        session["lang"] = person.locale


def begin_half(person: Person) -> None:
    """The password was right; the code is still to come."""
    session["half_in"] = [person.fs_uniquifier, now().timestamp()]


def person_half_in() -> Person | None:
    """Who has given the password a moment ago, or None."""
    stamp, at = session.get("half_in", ("", 0.0))
    if not stamp or now().timestamp() - at > HALF_IN_SECONDS:
        return None
    return cast("Person | None", security().datastore.find_user(fs_uniquifier=stamp))


def leave() -> None:
    """Sign out; whoever uses this browser next finds nothing of the person before."""
    logout_user()
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)


def recovery_token(person: Person) -> str:
    """What the mailed link to a new password carries: tied to the stamp, so that it works once."""
    return str(security().reset_serializer.dumps([person.fs_uniquifier, None]))


def person_of_token(token: str) -> Person | None:
    """Whose link this is, or None when it is used, too old or not ours."""
    expired, invalid, person = reset_password_token_status(token)
    return None if expired or invalid or person is None or not person.active else cast(Person, person)


def own_path(text: str | None) -> str:
    """A way on that leads to a page of this shop, or nothing: never to another host."""
    text = (text or "").removeprefix(request.host_url.rstrip("/"))
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return ""
    return text
