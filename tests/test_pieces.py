"""Pieces of plugins on pages: a template is got ready on nobody's time."""

from jinja2 import ChoiceLoader, DictLoader

from shop.db import hook_running
from shop.hookspecs import Piece
from tests.support.sales import open_stall
from tests.test_sabotage import add_plugin

DRAWN = {
    "early/piece.html": '{% from "early/_word.html" import word %}{{ word() }}',
    "early/_word.html": "{% macro word() %}drawn early{% endmacro %}",
}


def test_a_template_is_compiled_before_the_plugins_time_begins(app, db, client, monkeypatch):
    """Otherwise the first page after a start on a slow machine would miss the piece."""
    open_stall()
    app.jinja_env.loader = ChoiceLoader([DictLoader(DRAWN), app.jinja_env.loader])
    app.jinja_env.bytecode_cache = None
    really, compiled = app.jinja_env.compile, []

    def watched(source, name=None, *more, **options):
        compiled.append((name, hook_running.get()))
        return really(source, name, *more, **options)

    def page_pieces(slot, subjects, community, viewer):
        return [Piece("early/piece.html")] if slot == "shelf.top" else []

    monkeypatch.setattr(app.jinja_env, "compile", watched)
    add_plugin(app, "early", page_pieces=page_pieces)

    page = client.get("/c/tea").text

    assert "drawn early" in page
    ours = [at for at in compiled if str(at[0]).startswith("early/")]
    assert ours == [("early/piece.html", None), ("early/_word.html", None)]


def test_a_template_that_is_no_template_costs_only_its_piece(app, db, client):
    open_stall()
    wrong = DictLoader({"wrong/piece.html": "{% if %}"})
    app.jinja_env.loader = ChoiceLoader([wrong, app.jinja_env.loader])
    made = add_plugin(app, "wrong", page_pieces=lambda slot, subjects: [Piece("wrong/piece.html")])

    page = client.get("/c/tea")

    assert (page.status_code, "Oolong" in page.text) == (200, True)
    assert made.tallies["wrong", "template wrong/piece.html"].failures > 0
