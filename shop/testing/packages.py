"""Plugins written for one test: a folder of files that the loader takes for a plugin."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from unittest.mock import patch

from shop import migrating, plugins

MANIFEST = """
from shop.manifest import Job, Manifest, OfferKind, Pages
manifest = Manifest(name="{name}", title="{name}", summary="A test.", version="1"{more})
"""


@contextmanager
def installed(folder: Path, **packages: Mapping[str, str]) -> Iterator[None]:
    """Inside, these packages (name -> path -> text) are there beside the bundled plugins, as if in plugins/."""
    really = plugins.candidates()
    sys.path.insert(0, str(folder))
    try:
        found = dict(really)
        for name, files in packages.items():
            _forget(f"try_{name}")
            write(folder / f"try_{name}", files)
            found[name] = ("bundled", f"try_{name}")
        importlib.invalidate_caches()
        with (
            patch.object(plugins, "candidates", lambda: found),
            patch.object(migrating, "candidates", lambda: found),
        ):
            yield
    finally:
        sys.path.remove(str(folder))


def _forget(package: str) -> None:
    """A package that an earlier test called the same is another one: neither its modules nor its tables stay."""
    for module in [m for m in sys.modules if m == package or m.startswith(f"{package}.")]:
        del sys.modules[module]
    plugins.forget(package)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write a package's files."""
    for path, text in files.items():
        where = folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(dedent(text), "utf-8")


def manifest(name: str, **more: str) -> str:
    """The text of a package's __init__.py; `more` are further arguments, as code."""
    return MANIFEST.format(name=name, more="".join(f", {key}={value}" for key, value in more.items()))
