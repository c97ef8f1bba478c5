"""`shop import` and `shop export`: the same as the pages, for a terminal."""

import sys
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from shop.catalog.exchange.outgoing import exported
from shop.catalog.exchange.plan import Plan, import_file, plan_of
from shop.catalog.exchange.shapes import VERDICTS, Step
from shop.db import db, writing
from shop.errors import Refused
from shop.events import record
from shop.merchants.models import Merchant


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--merchant", "slug", help="Whose catalogue; may be left out where there is only one merchant.")
@click.option("--apply", "really", is_flag=True, help="Do it, all or nothing, and not only say it.")
@click.option("--quiet", is_flag=True, help="Say nothing about products that stay as they are.")
@with_appcontext
def import_command(file: Path, slug: str | None, really: bool, quiet: bool) -> None:
    """Take in a product FILE of Shopify or WooCommerce; first look, then --apply."""
    merchant = _merchant(slug)

    def tell(steps: list[Step], done: int, rows: int) -> None:
        for step in steps:
            if step.verdict != "same" or not quiet:
                click.echo(_line(step))
        if sys.stderr.isatty():
            click.echo(f"\r{done} / {rows}", nl=done == rows, err=True)

    try:
        if really:
            plan = import_file(merchant, file, tell)
            record("import.applied", merchant=merchant.id)
            db.session.commit()
        else:
            with plan_of(merchant, file, tell) as plan:
                pass
    except Refused as no:
        db.session.rollback()
        raise click.ClickException(str(no)) from None
    _sum_up(plan, really)


@click.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), default="-")
@click.option("--merchant", "slug", help="Whose catalogue; may be left out where there is only one merchant.")
@with_appcontext
def export_command(file: IO[str], slug: str | None) -> None:
    """Write the catalogue as Shopify's product file to FILE, or to the terminal."""
    with writing(False):
        file.writelines(exported(_merchant(slug)))


def _merchant(slug: str | None) -> Merchant:
    """The merchant with this slug, or the only one."""
    found = db.session.scalars(select(Merchant).order_by(Merchant.slug).limit(50)).all()
    if slug is None and len(found) == 1:
        return found[0]
    named = db.session.scalars(select(Merchant).where(Merchant.slug == slug)).first() if slug else None
    if named is None:
        slugs = ", ".join(merchant.slug for merchant in found) or "none yet"
        raise click.ClickException(f"Say whose catalogue: --merchant SLUG. There are: {slugs}")
    return named


def _line(step: Step) -> str:
    """What becomes of a product, and below it what its rows were told."""
    head = f"row {step.row:>6}  {step.verdict:8} {step.name or step.handle}"
    told = [
        f"row {r['row']:>6}    {r['column']}{': ' if r['column'] else ''}{r['words']}" for r in step.remarks
    ]
    return "\n".join([f"{head}: {step.words}" if step.words else head, *told])


def _sum_up(plan: Plan, really: bool) -> None:
    for remark in plan.remarks:
        click.echo(remark.words)
    counts = ", ".join(f"{plan.counts[verdict]} {verdict}" for verdict in VERDICTS)
    click.echo(f"{plan.format}, {plan.rows} rows: {counts}")
    if plan.counts["wrong"]:
        raise click.ClickException("Nothing was imported. Correct the rows above and try again.")
    click.echo("Done." if really else "Nothing has happened yet. Run it again with --apply.")
