"""How each plugin stands, and what its hooks have cost: what the door knows of those who may answer it."""

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from shop.manifest import Manifest


@dataclass(slots=True)
class Loaded:
    """A plugin as it stands: loaded, or with the error that kept it out."""

    name: str
    origin: str  # bundled or installed
    manifest: Manifest | None = None
    folder: Path | None = None
    error: str | None = None
    is_active: bool = True
    needs_migration: bool = False
    # The hooks that its hooks.py names, read as text, so that it is known also when it cannot be imported.
    doorbells: frozenset[str] = field(default_factory=frozenset)
    is_site_wide: bool = False
    # What its manifest says, read as text before anything of it runs: title, summary, version, asks.
    told: dict[str, Any] = field(default_factory=dict)
    uses: set[str] = field(default_factory=set)

    @property
    def asks(self) -> list[str]:
        """What it asks for, or may be seen to use when it says nothing of it."""
        said = self.manifest.asks if self.manifest else self.told.get("asks")
        return sorted(self.uses if said is None else said)

    @property
    def is_loaded(self) -> bool:
        """Whether its code is here: its tables can be migrated, its pages are mounted."""
        return self.manifest is not None and self.error is None and self.is_active

    @property
    def works(self) -> bool:
        """Whether it is asked at all."""
        return self.is_loaded and not self.needs_migration

    @property
    def state(self) -> str:
        """listed, failed, needs_migration or active."""
        if not self.is_active:
            return "listed"
        if self.error is not None:
            return "failed"
        return "needs_migration" if self.needs_migration else "active"

    def read_ahead(self, folder: Path) -> None:
        """Learn from the text of its files, before they run, what it would answer."""
        self.folder = folder
        hooks, package = folder / "hooks.py", folder / "__init__.py"
        if hooks.is_file():
            self.doorbells = frozenset(re.findall(r"^def (\w+)\(", hooks.read_text("utf-8"), re.MULTILINE))
        if package.is_file():
            text = package.read_text("utf-8")
            self.is_site_wide = re.search(r"level\s*=\s*[\"']site", text) is not None
            self.told = dict(_told_in(text))


@lru_cache(maxsize=64)
def _told_in(text: str) -> dict[str, Any]:
    """The plain words of `manifest = Manifest(...)`; nothing when the file cannot be read as Python."""
    try:
        calls = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)]
    except (SyntaxError, ValueError):
        return {}
    made = next((c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "Manifest"), None)
    told = {}
    for word in made.keywords if made else ():
        value = word.value
        if isinstance(value, ast.Call) and value.args:  # _l("…")
            value = value.args[0]
        try:
            told[str(word.arg)] = ast.literal_eval(value)
        except ValueError:
            continue
    return told


@dataclass(slots=True)
class Tally:
    """What a plugin's hook has cost and how often it failed, in this process."""

    calls: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: int = 0
