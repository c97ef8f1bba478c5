"""Brings the catalogues up to date with the code: extract, update, compile, for the core and for every plugin."""

import sys
import tempfile
from pathlib import Path

from babel.messages.frontend import CommandLineInterface

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans_CN",)  # English is in the code itself

# Who owns words: the folder of its catalogues, and the folders that its words stand in.
CORE = (ROOT / "shop" / "translations", (ROOT / "shop", ROOT / "templates"))
KEYWORDS = ("_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2")


def main() -> None:
    """Refresh the catalogue of the core and of every plugin named on the command line, or of all."""
    owners = {"shop": CORE} | {
        folder.name: (folder / "translations", (folder,))
        for folder in sorted((ROOT / "plugins").iterdir())
        if (folder / "__init__.py").exists()
    }
    for name in sys.argv[1:] or owners:
        refresh(*owners[name])


def refresh(catalogues: Path, sources: tuple[Path, ...]) -> None:
    """Extract the words of `sources`, merge them into each language's catalogue, and compile it."""
    keywords = [f"--keyword={word}" for word in KEYWORDS]
    existing = [str(source.relative_to(ROOT)) for source in sources if source.exists()]
    with tempfile.TemporaryDirectory() as folder:
        template = str(Path(folder) / "messages.pot")
        babel("extract", "--mapping=babel.cfg", *keywords, "--add-location=file", "--sort-by-file",
              "--project=tuanzi", "--omit-header", f"--output={template}", *existing)  # fmt: skip
        for language in LANGUAGES:
            catalogue = catalogues / language / "LC_MESSAGES" / "messages.po"
            if catalogue.exists():
                babel("update", f"--input-file={template}", f"--locale={language}", f"--output-file={catalogue}",
                      "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")  # fmt: skip
            elif 'msgid "' in Path(template).read_text():
                catalogue.parent.mkdir(parents=True)
                babel(
                    "init", f"--input-file={template}", f"--locale={language}", f"--output-file={catalogue}"
                )
            if catalogue.exists():
                babel("compile", f"--input-file={catalogue}", f"--output-file={catalogue.with_suffix('.mo')}")


def babel(*arguments: str) -> None:
    """Run one command of pybabel, inside the project's folder."""
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])


if __name__ == "__main__":
    main()
