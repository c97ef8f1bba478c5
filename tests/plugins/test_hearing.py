"""What bundled plugins say they hear is what they do something about, and it is told of nothing else."""

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

from shop.config import ROOT
from shop.db import db
from shop.events import record
from shop.jobs import run_until_idle
from shop.testing.packages import installed, manifest
from tests.support import apps

HEARING = [
    path.parent for path in (ROOT / "plugins").glob("*/hooks.py") if "def event_happened(" in path.read_text()
]


def words_of(files: Iterable[Path]) -> Iterator[tuple[str, bool]]:
    """Every text in some modules, and whether it names an event that is recorded there."""
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        recorded = {
            id(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and call.args and ast.unparse(call.func).endswith("record")
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, id(node) in recorded


RECORDED = {
    word for room in ("shop", "plugins") for word, told in words_of((ROOT / room).rglob("*.py")) if told
}


# How names begin that are put together, as record(f"trials.{state}") does.
BEGUN = {
    start.value
    for path in (ROOT / "plugins").rglob("*.py")
    for call in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(call, ast.Call)
    and ast.unparse(call.func) == "record"
    and isinstance(call.args[0], ast.JoinedStr)
    for start in call.args[0].values[:1]
    if isinstance(start, ast.Constant)
}


def may_be_recorded(word: str) -> bool:
    """Whether an event can be called so."""
    ends = [word.removeprefix(start) for start in BEGUN if word.startswith(start) and word not in BEGUN]
    return word in RECORDED or any(end.replace("_", "a").isalpha() and end.islower() for end in ends)


@pytest.mark.parametrize("folder", HEARING, ids=lambda folder: folder.name)
def test_a_plugin_says_what_it_does_something_about(folder: Path):
    modules = [path for path in folder.rglob("*.py") if path.name not in ("__init__.py", "demo.py")]

    named = {word for word, told in words_of(modules) if may_be_recorded(word) and not told}

    assert sorted(import_module(f"plugins.{folder.name}").manifest.hears) == sorted(named)


def test_a_plugin_is_told_of_what_it_hears_and_of_nothing_else(database_url, tmp_path):
    hooks = """
    from shop.hookspecs import hookimpl
    heard = []
    @hookimpl
    def event_happened(event):
        heard.append(event.name)
    """
    site = {"level": "'site'"}
    files = {
        "keen": {"__init__.py": manifest("keen", **site), "hooks.py": hooks},
        "calm": {"__init__.py": manifest("calm", hears="('tea.ready',)", **site), "hooks.py": hooks},
    }

    with installed(tmp_path, **files):
        app = apps.make(database_url, tmp_path)
        with app.app_context():
            record("tea.ready")
            record("tea.cold")
            db.session.commit()
        run_until_idle(app)
        heard = {name: import_module(f"try_{name}.hooks").heard for name in files}

    assert heard == {"keen": ["tea.ready", "tea.cold"], "calm": ["tea.ready"]}
    apps.put_away(app)
