"""Commands for the people of a site, and the demo accounts that production does not start with."""

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import inspect, select

from shop.config import BadConfig
from shop.db import db, writing
from shop.letters import address_of
from shop.people.accounts import recovery_token, security
from shop.people.models import Person, key_of, new_stamp


@click.command()
@click.argument("email")
@with_appcontext
def operator(email: str) -> None:
    """Make somebody the operator of this site; who has no account gets one, and a link to a password."""
    try:
        email = security().mail_util.validate(email)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong), param_hint="EMAIL") from wrong
    person = db.session.scalars(select(Person).where(Person.email == key_of(email))).first()
    if person is None:
        person = Person(name=email.partition("@")[0][:80], email=email, fs_uniquifier=new_stamp())
        db.session.add(person)
    person.is_operator = True
    db.session.commit()
    click.echo(f"{person.email} is the operator of this site.")
    if person.password is None:
        click.echo("Choose a password here (the link works once, for a day):")
        click.echo(address_of("people.edit_recovery", token=recovery_token(person)))


@click.command("retire-demo")
@with_appcontext
def retire_demo() -> None:
    """Lock the demo accounts for good; what they showed stays."""
    people = db.session.scalars(select(Person).where(Person.is_demo)).all()
    for person in people:
        person.active, person.is_demo, person.is_operator = False, False, False
        person.password, person.fs_uniquifier = None, new_stamp()
    db.session.commit()
    click.echo(f"{len(people)} demo accounts are locked.")


def install(app: Flask) -> None:
    app.cli.add_command(operator)
    app.cli.add_command(retire_demo)
    if app.config["ENV"] == "production":
        _refuse_demo(app)


def _refuse_demo(app: Flask) -> None:
    with app.app_context(), writing(False):
        try:
            if not inspect(db.engine).has_table("person"):
                return
            email = db.session.scalar(select(Person.email).where(Person.is_demo).limit(1))
        finally:
            db.session.remove()
            db.engine.dispose()
    if email is not None:
        raise BadConfig(
            f"Production does not start with demo accounts, whose passwords everybody knows ({email}). Give it a "
            "database of its own (SHOP_DATABASE_URL), or lock them with: SHOP_ENV=development shop retire-demo"
        )
