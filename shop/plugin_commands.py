"""`shop plugins`: list, status, check, upgrade, revision, new, reseal, activate, deactivate, purge."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from shop import migrating, settings, vault
from shop.admin import actions
from shop.config import ROOT
from shop.db import db
from shop.errors import Refused
from shop.hooks import door
from shop.plugins import resolve
from shop.scaffold import write_plugin


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]


@click.group()
def plugins() -> None:
    """Look at plugins, switch them on and off for the site, bring their tables up to date."""


@plugins.command("list")
@with_appcontext
def list_them() -> None:
    """Every plugin that is there, and how it stands."""
    for standing in actions.standings():
        manifest = standing.loaded.manifest
        version = manifest.version if manifest else "-"
        state = f"{standing.state}: {standing.why}" if standing.why else standing.state
        click.echo(f"{standing.loaded.name:16} {version:8} {standing.loaded.origin:10} {state}")


@plugins.command()
@click.argument("name", required=False)
@with_appcontext
def status(name: str | None) -> None:
    """What waits, what is open and what failed, of one plugin or of all."""
    for standing in actions.standings():
        if name in (None, standing.loaded.name):
            click.echo(f"{standing.loaded.name}: {standing.state} {standing.why}".rstrip())
            steps = migrating.steps_of(standing.loaded.name)
            if steps:
                click.echo(f"  migrations that wait: {', '.join(steps)}")
            still = actions.open_words(standing.loaded.name)
            if still:
                click.echo("  open: " + ", ".join(f"{n} {what}" for what, n in still.items()))
            if standing.failures:
                click.echo(f"  failures within an hour: {standing.failures}")
                click.echo(f"  the last: {actions.last_failure(standing.loaded.name)}")


@plugins.command()
@click.argument("name", required=False)
@with_appcontext
def check(name: str | None) -> None:
    """Find what is wrong with one plugin or with all: loading, migrations, models that differ from their tables."""
    wrong = False
    for standing in actions.standings():
        if name not in (None, standing.loaded.name) or standing.state == "listed":
            continue
        problems = [standing.why] if standing.why else []
        if standing.state == "needs_migration":
            problems.append("its tables wait for a migration: shop plugins upgrade " + standing.loaded.name)
        elif standing.loaded.is_loaded:
            problems += migrating.differences(standing.loaded.name)
        if lost := settings.unreadable(standing.loaded.name):
            problems.append(f"secrets that no key opens: {', '.join(lost)}")
        wrong = wrong or bool(problems)
        click.echo(f"{standing.loaded.name}: {'; '.join(problems) or 'good'}")
    if wrong:
        sys.exit(1)


@plugins.command()
@click.argument("name", required=False)
@with_appcontext
def upgrade(name: str | None) -> None:
    """Bring the tables of one plugin, or of all, up to date; the core's come first."""
    if name not in (None, migrating.CORE) and migrating.CORE in migrating.pending(_app()):
        raise click.ClickException("The core's own tables come first: shop migrate")
    told = migrating.upgrade_all(_app(), only=name)
    for line in told or ["Everything is up to date."]:
        click.echo(line)
    if any(": FAILED" in line for line in told):
        sys.exit(1)


@plugins.command()
@click.argument("name")
@click.option("-m", "--message", required=True)
@with_appcontext
def revision(name: str, message: str) -> None:
    """Write a migration for a plugin (or for `core`) from its models."""
    migrating.revision(_app(), name, message)


@plugins.command()
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "plugins", help="where to write it")
@with_appcontext
def new(name: str, folder: Path) -> None:
    """Write a working plugin: a mode with a table, a page, a setting, a job, tests and a translation."""
    for path in _or_say(lambda: write_plugin(folder, name)):
        click.echo(path)


@plugins.command()
@with_appcontext
def reseal() -> None:
    """Seal every secret in settings with the newest SECRET_KEY; then older ones may go from SECRET_KEY_FALLBACKS."""
    try:
        count = settings.reseal_all()
    except vault.Unreadable as unreadable:
        db.session.rollback()
        raise click.ClickException(str(unreadable)) from None
    db.session.commit()
    click.echo(f"{count} sealed anew.")


@plugins.command()
@click.argument("name")
@with_appcontext
def activate(name: str) -> None:
    """From the next start the plugin is loaded."""
    _or_say(lambda: actions.activate(name))
    db.session.commit()
    click.echo(f"{name} is loaded with the next start. If it brings tables: shop plugins upgrade {name}")


@plugins.command()
@click.argument("name")
@with_appcontext
def deactivate(name: str) -> None:
    """The plugin is asked nothing more; refused while anything of it is open."""
    _or_say(lambda: actions.deactivate(name))
    db.session.commit()
    click.echo(f"{name} is asked nothing more.")


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="do not ask")
@with_appcontext
def purge(name: str, yes: bool) -> None:
    """Drop a plugin's tables, settings and switches; refused while anything of it is open."""
    if not yes:
        click.confirm(f"Drop every table and setting of {name}?", abort=True)
    for table in _or_say(lambda: actions.purge(_app(), name)):
        click.echo(f"dropped {table}")


def install(app: Flask) -> None:
    """The commands, and those that plugins bring, under their names."""
    app.cli.add_command(plugins)
    for loaded in door(app).working():
        for reference in loaded.manifest.cli if loaded.manifest else ():
            app.cli.add_command(resolve(reference), loaded.name)


def _or_say(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Refused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None
