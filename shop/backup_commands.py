"""`shop backup FILE` and `shop restore FILE`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from shop import backups


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the database and the files into one archive while the shop serves; verified before it is called good."""
    try:
        findings = backups.backup(_app(), file)
    except backups.BadBackup as why:
        raise click.ClickException(str(why)) from why
    _tell(findings)
    click.echo(f"{file} is good." if not findings else f"{file} is whole, but its books have findings.")
    sys.exit(bool(findings))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Put a backup in the place of what is there now, which is kept aside in an archive of its own."""
    try:
        with backups.opened(_app(), file) as copy:
            _tell(copy.findings)
            click.echo(f"A whole backup of {copy.label['made_at']}, with {len(copy.findings)} findings.")
            if not yes:
                click.confirm("Replace the shop that is there now by it?", abort=True)
            kept = backups.restore(_app(), copy)
    except backups.BadBackup as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"Restored. What was there before is kept in {kept}")
    click.echo("Payments since then are asked about again; run `shop check` in a few minutes.")


def install(app: Flask) -> None:
    app.cli.add_command(backup)
    app.cli.add_command(restore)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]


def _tell(findings: list[str]) -> None:
    for finding in findings:
        click.echo(finding)
