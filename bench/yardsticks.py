"""What the machine can do at best: a Flask hello, and a bare page of one query, 24 rows and one template."""

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import DictLoader
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, select

PAGE = (Path(__file__).parent / "bare.html").read_text()


def hello() -> Flask:
    """A Flask application that says hello."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def transaction(folder: Path) -> Flask:
    """The rows that a checkout writes, and nothing else: 2 selects, 5 inserts, 2 conditional updates, one commit."""
    engine = create_engine(f"sqlite:///{folder / 'raw.db'}")
    row = Table(
        "row", MetaData(), Column("id", Integer, primary_key=True), Column("word", String), Column("left", Integer)
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            raw.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        row.metadata.create_all(connection)
        connection.execute(row.insert(), [{"word": f"row {n}", "left": 1_000_000_000} for n in range(24)])
    app = Flask("raw")

    def write() -> str:
        with engine.begin() as connection:
            for n in (1, 2):
                connection.execute(select(row).where(row.c.id == n)).all()
            for n in range(5):
                connection.execute(row.insert(), {"word": f"line {n}", "left": 0})
            for n in (1, 2):
                take = row.update().where(row.c.id == n, row.c.left > 0).values(left=row.c.left - 1)
                assert connection.execute(take).rowcount == 1
        return "written"

    app.add_url_rule("/", "write", write)
    return app


def bare_page(folder: Path) -> Flask:
    """No session, no guards, no cart: one SQLAlchemy Core query and one Jinja template of about 9 KB."""
    path = folder / "bare.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE product (id INTEGER PRIMARY KEY, handle TEXT, name TEXT, picture TEXT, price INTEGER)"
        )
        connection.executemany(
            "INSERT INTO product (handle, name, picture, price) VALUES (?, ?, ?, ?)",
            [(f"product-{n}", f"Product number {n}", f"pictures/ab/{n:040d}", 1000 + n) for n in range(1000)],
        )
    engine = create_engine(f"sqlite:///{path}")
    product = Table(
        "product", MetaData(), Column("id", Integer), Column("handle", String), Column("name", String),
        Column("picture", String), Column("price", Integer),
    )  # fmt: skip
    query = select(product).order_by(product.c.id).limit(24)
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    template = app.jinja_env.get_template("page.html")

    def page() -> str:
        with engine.connect() as connection:
            return template.render(title="A shelf", rows=connection.execute(query).all())

    app.add_url_rule("/", "page", page)
    return app
