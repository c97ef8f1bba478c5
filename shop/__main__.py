"""The `shop` command, also as `python -m shop`."""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from shop import reading
from shop.app import create_app
from shop.config import BadConfig


def read() -> Flask:
    """The shop, with everything that belongs to it."""
    app = create_app()
    reading.done()
    return app


shop = FlaskGroup(
    name="shop", help="Tuanzi: a storefront for communities.", create_app=read, add_version_option=False
)


def main() -> None:
    """Run the command; a bad setting is told in a sentence, not a traceback."""
    try:
        shop.main(prog_name="shop")
    except BadConfig as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
