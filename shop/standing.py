"""How each plugin stands, and what its hooks have cost: what the door knows of those who may answer it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

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
            self.is_site_wide = re.search(r"level\s*=\s*[\"']site", package.read_text("utf-8")) is not None


@dataclass(slots=True)
class Tally:
    """What a plugin's hook has cost and how often it failed, in this process."""

    calls: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: int = 0
