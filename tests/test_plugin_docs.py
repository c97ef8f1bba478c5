"""Nothing at the door is undocumented, never asked, or answered by nobody."""

import re
from dataclasses import fields
from pathlib import Path

from shop.asks import ASKS
from shop.hookspecs import HOOKS
from shop.manifest import Manifest
from shop.pieces import SLOTS
from shop.plugin_checks import SCOPES
from tools import hooks_page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "plugins"


def text_of(*patterns: str) -> str:
    return "\n".join(path.read_text("utf-8") for pattern in patterns for path in sorted(ROOT.glob(pattern)))


def test_the_page_of_hooks_is_current():
    assert hooks_page.PAGE.read_text("utf-8") == hooks_page.page(), "run: python -m tools.hooks_page"


def test_every_hook_is_asked_by_the_core():
    core = text_of("shop/**/*.py")

    assert [h for h in HOOKS if not re.search(rf'ask_(all|owner)\([^)]*?"{h}"', core, re.DOTALL)] == []


def test_every_hook_is_answered_by_a_bundled_plugin():
    answered = set(re.findall(r"^def (\w+)\(", text_of("plugins/*/hooks.py"), re.MULTILINE))

    assert [hook for hook in HOOKS if hook not in answered] == []


def test_every_slot_is_filled_by_a_bundled_plugin():
    plugins = text_of("plugins/*/*.py")

    assert [slot for slot in SLOTS if f'"{slot}"' not in plugins] == []


def test_every_slot_is_documented_gathered_and_shown():
    """Most are on pages of the core; a plugin with pages of its own (articles) may open one there for the others."""
    page = (DOCS / "slots.md").read_text("utf-8")
    core = text_of("shop/**/*.py", "plugins/*/*.py")
    templates = text_of("templates/**/*.html", "plugins/*/templates/**/*.html")

    assert [slot for slot in SLOTS if f"`{slot}`" not in page] == []
    assert [slot for slot in SLOTS if f'gather("{slot}"' not in core] == []
    assert [slot for slot in SLOTS if f'slot("{slot}"' not in templates] == []
    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", page)) <= set(SLOTS)


def test_the_page_of_events_is_current():
    assert hooks_page.EVENTS.read_text("utf-8") == hooks_page.events_page(), "run: python -m tools.hooks_page"


def test_every_word_of_the_manifest_every_scope_and_everything_it_asks_for_is_told():
    told = {name: (DOCS / f"{name}.md").read_text("utf-8") for name in ("manifest", "page", "packaging")}

    assert [field.name for field in fields(Manifest) if f"`{field.name}`" not in told["manifest"]] == []
    assert [scope for scope in SCOPES if f"| {scope} |" not in told["page"]] == []
    assert [word for word in ASKS if f"| `{word}` |" not in told["packaging"]] == []


def test_every_command_is_told(app):
    page = (DOCS / "install.md").read_text("utf-8")

    assert [name for name in app.cli.commands["plugins"].commands if f"{name}" not in page] == []


def test_every_page_is_linked_from_the_first_one():
    first = (DOCS / "README.md").read_text("utf-8")

    assert [
        p.name for p in sorted(DOCS.glob("*.md")) if p.name != "README.md" and f"({p.name})" not in first
    ] == []
