"""The `shop` command: serve, worker, migrate, demo, import, export, check, plugins."""

import sys

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from shop import backup_commands, checking, children, jobs, migrating, plugin_commands, serving
from shop.catalog.commands import export_command, import_command
from shop.db import db
from shop.demo import fill as filling


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True)
@click.option("--worker/--no-worker", default=True, help="without one where workers run by themselves")
@with_appcontext
def serve(host: str, port: int, worker: bool) -> None:
    """Bring the database up to date, then serve web and worker until Ctrl-C."""
    for line in migrating.upgrade_all(_app()):
        click.echo(f"Migrated {line}")
    if _app().config["DEMO"] and _app().config["ENV"] != "production" and filling.is_empty():
        _let_go()
        if code := children.do_aside("demo", _fill):
            sys.exit(code)
    _say_where(f"http://{host}:{port}")
    _let_go()
    sys.exit(serving.serve(host, port, worker=_work if worker else None))


def _let_go() -> None:
    """Children open connections of their own."""
    db.session.remove()
    db.engine.dispose()


def _fill() -> None:
    app = children.another_shop()
    with app.app_context():
        filling.fill(app, click.echo)


def _work() -> None:
    jobs.work_until_told(children.another_shop())


def _say_where(address: str) -> None:
    """The addresses to open, and the demo's sign-ins while they are there."""
    click.echo(f"\n  Tuanzi is at {address}\n")
    for line in filling.told(address):
        click.echo(f"  {line}")
    click.echo("\n  Ctrl-C stops it.\n")


@click.command()
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo communities."""
    if _app().config["ENV"] == "production":
        raise click.ClickException("Production has no demo accounts.")
    if not filling.is_empty():
        raise click.ClickException("The database is not empty; the demo only fills an empty one.")
    filling.fill(_app(), click.echo)


@click.command()
@with_appcontext
def worker() -> None:
    """Do what happens behind the pages: events, mails, pictures, expiries."""
    jobs.work_until_told(_app())


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database of the core and of every plugin up to date."""
    for line in migrating.upgrade_all(_app()) or ["Everything is up to date."]:
        click.echo(line)


@click.command()
@with_appcontext
def check() -> None:
    """Verify the books; says what is wrong and exits with 1, changes nothing."""
    findings = checking.check(_app())
    for finding in findings:
        click.echo(finding)
    click.echo(f"{len(findings)} findings." if findings else "All is well.")
    sys.exit(bool(findings))


def install(app: Flask) -> None:
    """The commands are there for `flask --app wsgi` too."""
    for command in (serve, worker, migrate, demo, import_command, export_command, check):
        app.cli.add_command(command)
    plugin_commands.install(app)
    backup_commands.install(app)
