"""The living style page, and what every template may and may not hold."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined

from shop import assets, style

ROOT = Path(__file__).parent.parent
TEMPLATES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("plugins/*/templates/**/*.html")]
# A mail program reads no style file, so mails alone carry their style in the line.
PAGES = [path for path in TEMPLATES if "mail" not in path.stem and path.parent.name != "mail"]


@pytest.fixture
def app() -> Flask:
    """A shop that has nothing but its face: no `shell`, no token."""
    app = Flask("face", template_folder=ROOT / "templates", static_folder=None)
    app.secret_key = "only for this test"
    app.jinja_env.undefined = StrictUndefined
    Babel(app)
    assets.install(app)
    app.register_blueprint(style.bp)
    return app


@pytest.mark.parametrize("path", ["/style", "/style?toast=1", "/style/desk", "/style/product"])
def test_each_component_stands_without_the_rest_of_the_shop(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)

    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_every_icon_that_a_template_asks_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text("utf-8")))

    asked = {
        (name, path.relative_to(ROOT).as_posix())
        for path in TEMPLATES
        for name in re.findall(r"\b(?:icon\(|icon=|draw\(|sign=)[\"']([\w-]+)[\"']", path.read_text("utf-8"))
    }

    assert {(name, path) for name, path in asked if name not in drawn} == set()


def test_what_is_asked_for_again_has_a_name_that_the_next_page_has_too() -> None:
    """now.js empties a place that the fresh page lacks: once that was the coupon at the counter, after ten seconds."""
    names = [
        name for path in TEMPLATES for name in re.findall(r'data-now="([^"]*)"', path.read_text("utf-8"))
    ]

    assert len(names) > 4
    assert [name for name in names if not re.fullmatch(r"[a-z-]+(\{\{ [\w.]+\.id \}\})?", name)] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_written_into_the_line(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)

    assert (
        re.findall(r"\sstyle=|\son[a-z]+=|javascript:|<style|<script(?![^>]*(?:\bsrc=|ld\+json))", text) == []
    )
