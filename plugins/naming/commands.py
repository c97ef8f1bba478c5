"""`shop naming`: anybody who has a ballots file can count it again."""

import json
from typing import Any, TextIO

import click

from plugins.naming.counting import Count, recount


@click.group()
def cli() -> None:
    """Naming rounds: count the published ballots again."""


@cli.command("recount")
@click.argument("file", type=click.File(encoding="utf-8"))
def recount_file(file: TextIO) -> None:
    """Counts a ballots FILE again and says whether the published count is right."""
    try:
        whole = json.load(file)
        again = recount(whole)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise click.ClickException(f"This is no file of ballots: {wrong}") from None
    texts = {int(each["id"]): str(each["text"]) for each in whole["names"]}
    for line in told(again, texts):
        click.echo(line)
    if whole.get("count") != again.plain():
        raise click.ClickException("The published count differs.")
    click.echo("The published count is the same.")


def told(again: Count, texts: dict[int, Any]) -> list[str]:
    """A count as lines of text."""
    lines = [f"{again.ballots} ballots"]
    for number, step in enumerate(again.steps, 1):
        counts = ", ".join(f"{texts[name]} {n}" for name, n in step.counts.items())
        out = f"; out: {texts[step.out]} ({step.why})" if step.out is not None else ""
        lines.append(f"{number}. {counts}; exhausted {step.exhausted}{out}")
    lines.append(f"Chosen: {texts[again.winner]}" if again.winner is not None else "Nobody has voted.")
    return lines
