"""People for tests, and their way in without a form."""

import time
from itertools import count

from flask.testing import FlaskClient

from shop.db import db
from shop.people.models import Person

_numbers = count(1)


def make_person(
    name: str, email: str | None = None, password: str | None = None, **columns: object
) -> Person:
    """Somebody with an account, flushed; without a password (hashing takes its time) unless the test needs one."""
    person = Person(name=name, email=email or f"person{next(_numbers)}@example.com", **columns)
    if password is not None:
        person.set_password(password)
    db.session.add(person)
    db.session.flush()
    return person


def sign_in(client: FlaskClient, person: Person) -> None:
    """Let this browser be the person's, as after the sign-in form."""
    key = person.get_id()
    with client.session_transaction() as session:
        session["_user_id"] = key
        session["_fresh"] = True
        session["fs_paa"] = time.time()


def sign_out(client: FlaskClient) -> None:
    """Nobody is signed in in this browser; the rest of its session stays."""
    with client.session_transaction() as session:
        for name in ("_user_id", "_fresh", "fs_paa"):
            session.pop(name, None)
