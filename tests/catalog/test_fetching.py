"""Pictures by address are fetched behind the pages; what cannot be had leaves a placeholder and a note."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from sqlalchemy import delete, select

from shop import outbound
from shop.catalog import fetching
from shop.catalog.models import Picture, Product
from shop.clock import now
from shop.files import files
from shop.outbound import CannotFetch, Fetched
from tests.support import goods

pytestmark = pytest.mark.both_engines


class World:
    """What the addresses of a test answer."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []

    def fetch(self, address: str, **_limits: object) -> Fetched:
        self.asked.append(address)
        answer = self.answers.get(address, CannotFetch("The address does not answer."))
        if isinstance(answer, Exception):
            raise answer
        return Fetched(answer, "image/png", address)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Nothing answers but what the test says."""
    made = World()
    monkeypatch.setattr(outbound, "fetch", made.fetch)
    return made


@pytest.fixture
def tea(db: SQLAlchemy) -> Product:
    """A product with a picture that waits."""
    made = goods.product(goods.merchant(goods.person()))
    wait(made, "https://pictures.example/tea.png")
    db.session.commit()
    return made


def test_picture_is_fetched_and_becomes_the_cover(db: SQLAlchemy, tea: Product, world: World):
    world.answers["https://pictures.example/tea.png"] = png("#cc5533")

    fetching.fetch_due()

    picture = tea.pictures[0]
    assert (picture.state, picture.width, picture.height, picture.colour) == ("stored", 40, 30, "#cc5533")
    assert (picture.note, picture.due_at) == ("", None)
    assert tea.cover["key"] == picture.key
    assert files.exists(f"{picture.key}-40.webp")


def test_picture_that_cannot_be_had_leaves_a_note_and_is_tried_again(
    db: SQLAlchemy, tea: Product, world: World
):
    fetching.fetch_due()
    fetching.fetch_due()
    picture = tea.pictures[0]
    assert (picture.state, picture.note) == ("missing", "The address does not answer.")
    assert len(world.asked) == 1

    world.answers["https://pictures.example/tea.png"] = png("#cc5533")
    db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=2)):
        fetching.fetch_due()

    assert (picture.state, picture.note) == ("stored", "")


def test_picture_that_never_answers_is_given_up(db: SQLAlchemy, tea: Product, world: World):
    for hours in range(0, 50, 10):
        with time_machine.travel(now() + timedelta(hours=hours)):
            fetching.fetch_due()

    assert len(world.asked) == 4
    assert (tea.pictures[0].state, tea.pictures[0].due_at) == ("missing", None)


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (b"<html>Not here</html>", "This is not a picture we can show. Send a JPEG, PNG, WebP, GIF or AVIF."),
        (b"", "This is not a picture we can show. Send a JPEG, PNG, WebP, GIF or AVIF."),
    ],
)
def test_what_is_no_picture_is_not_asked_for_again(
    db: SQLAlchemy, tea: Product, world: World, answer: bytes, note: str
):
    world.answers["https://pictures.example/tea.png"] = answer

    fetching.fetch_due()

    assert (tea.pictures[0].state, tea.pictures[0].note, tea.pictures[0].due_at) == ("missing", note, None)


def test_private_address_is_refused(db: SQLAlchemy, tea: Product):
    inside = wait(tea, "http://127.0.0.1:8000/healthz")
    wait(tea, "http://169.254.169.254/latest/meta-data/")
    tea.pictures[0].due_at = None
    db.session.commit()

    fetching.fetch_due()

    assert [p.state for p in tea.pictures] == ["waiting", "missing", "missing"]
    assert inside.note != ""


def test_failure_of_one_picture_stops_no_other(db: SQLAlchemy, tea: Product, world: World):
    cup = wait(tea, "https://pictures.example/cup.png")
    world.answers["https://pictures.example/tea.png"] = RuntimeError("nobody expected this")
    world.answers["https://pictures.example/cup.png"] = png("#334455")
    db.session.commit()

    fetching.fetch_due()

    assert [p.state for p in tea.pictures] == ["missing", "stored"]
    assert tea.pictures[0].note == "Something went wrong while it was fetched."
    assert tea.cover["key"] == cup.key


def test_picture_of_this_very_site_is_copied_and_not_fetched(
    app: Flask, db: SQLAlchemy, tea: Product, world: World
):
    world.answers["https://pictures.example/tea.png"] = png("#cc5533")
    fetching.fetch_due()
    key = tea.pictures[0].key
    copy = wait(tea, f"{app.config['BASE_URL']}/files/{key}-40.webp")
    db.session.commit()

    fetching.fetch_due()

    assert (copy.state, copy.key, copy.width) == ("stored", key, 40)
    assert world.asked == ["https://pictures.example/tea.png"]


def test_picture_that_is_deleted_meanwhile_is_let_go(
    db: SQLAlchemy, tea: Product, monkeypatch: pytest.MonkeyPatch
):
    def delete_and_answer(address: str, **_limits: object) -> Fetched:
        db.session.execute(delete(Picture))
        db.session.commit()
        return Fetched(png("#cc5533"), "image/png", address)

    monkeypatch.setattr(outbound, "fetch", delete_and_answer)

    fetching.fetch_due()

    assert db.session.scalar(select(Picture.id)) is None


def wait(product: Product, source: str) -> Picture:
    picture = Picture(state="waiting", source=source, due_at=now(), position=len(product.pictures) + 1)
    product.pictures.append(picture)
    return picture


def png(colour: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "PNG")
    return stream.getvalue()
