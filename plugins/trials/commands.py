"""`shop trials`: anybody who has the file of a draw can draw again."""

import json
from typing import TextIO

import click

from plugins.trials.drawing import verify


@click.group()
def cli() -> None:
    """Free trials: draw a published draw again."""


@cli.command("verify")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--commitment", default="", help="the one that stood on the page before the draw")
def verify_file(file: TextIO, commitment: str) -> None:
    """Draws a published FILE again and says whether the order is right."""
    try:
        whole = json.load(file)
        verdict = verify(whole, commitment)
        units = int(whole["units"])
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise click.ClickException(f"This is no file of a draw: {wrong}") from None
    for number, ticket in enumerate(verdict.order, 1):
        click.echo(f"{number}. {ticket}{'' if number > units else ' wins'}")
    if verdict.faults:
        raise click.ClickException("; ".join(verdict.faults))
    click.echo("The draw is right.")
