"""`shop pulse`: anybody who has the file of a simulation can work it out again."""

import json
from typing import TextIO

import click

from plugins.pulse.pool import again


@click.group()
def cli() -> None:
    """Pulse: work out a reward pool again."""


@cli.command()
@click.argument("file", type=click.File(encoding="utf-8"))
def replay(file: TextIO) -> None:
    """Works out the FILE of a reward pool again, from its inputs alone, and says whether its result is right."""
    try:
        whole = json.load(file)
        result, told = again(whole).plain(), whole.get("result")
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise click.ClickException(f"This is no file of a reward pool: {wrong}") from None
    shared = sum(part["amount"] for part in result["parts"])
    click.echo(f"{result['points']} points of the group, a pool of {result['pool']} in minor units")
    click.echo(f"{len(result['parts'])} members share {shared}, {result['left']} stay in the pool")
    if told != result:
        raise click.ClickException("The result in the file differs.")
    click.echo("The result in the file is the same.")
