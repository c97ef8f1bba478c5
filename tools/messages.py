"""Brings the catalogues up to date with the code: extract, update, compile, for the core and for every plugin."""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans_CN",)  # English is in the code itself
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "_n": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}

# Who owns words: the folder of its catalogues, and the folders that its words stand in.
CORE = (ROOT / "shop" / "translations", (ROOT / "shop", ROOT / "templates"))


def main() -> None:
    """Refresh the catalogue of the core and of every plugin named on the command line, or of all."""
    everybody = owners()
    for name in sys.argv[1:] or everybody:
        refresh(*everybody[name])


def owners() -> dict[str, tuple[Path, tuple[Path, ...]]]:
    """The core and every plugin of this tree, with the folder of its catalogues and those of its words."""
    return {"shop": CORE} | {
        folder.name: (folder / "translations", (folder,))
        for folder in sorted((ROOT / "plugins").iterdir())
        if (folder / "__init__.py").exists()
    }


def refresh(catalogues: Path, sources: tuple[Path, ...]) -> None:
    """Extract the words of `sources`, merge them into each language's catalogue, and compile it."""
    template = extracted(sources)
    for language in LANGUAGES:
        path = catalogues / language / "LC_MESSAGES" / "messages.po"
        catalogue = read(path, language)
        catalogue.update(template, no_fuzzy_matching=True)
        if not len(catalogue):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, catalogue)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    """Keep a catalogue, without dates and line numbers, so that only words make a difference."""
    head = [f"Language: {catalogue.locale}", f"Plural-Forms: {catalogue.plural_forms}",
            "Content-Type: text/plain; charset=utf-8"]  # fmt: skip
    with path.open("wb") as file:
        lines = "\n".join([f'"{line}\\n"' for line in head])
        file.write(f'msgid ""\nmsgstr ""\n{lines}\n\n'.encode())
        write_po(file, catalogue, width=110, omit_header=True, sort_by_file=True, ignore_obsolete=True,
                 include_lineno=False)  # fmt: skip


def read(path: Path, language: str) -> Catalog:
    """The catalogue at `path` as it is, or an empty one."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extracted(sources: tuple[Path, ...]) -> Catalog:
    """Every word in the Python and the templates of `sources`, with the files that it stands in."""
    found = Catalog()
    for path in sorted(path for source in sources for path in words_in(source)):
        method = "python" if path.suffix == ".py" else "jinja2"
        for line, message, comments, context in extract_from_file(
            method, path, KEYWORDS, options={"silent": "false"}
        ):
            place = [(str(path.relative_to(ROOT)), line)]
            found.add(message, None, place, auto_comments=comments, context=context)
    return found


def words_in(folder: Path) -> Iterator[Path]:
    """The files of a folder that words may stand in: Python, and templates of pages and mails."""
    yield from folder.rglob("*.py")
    for path in [*folder.rglob("*.html"), *folder.rglob("*.txt")]:
        if (
            "templates" in path.parts and ".html." not in path.name
        ):  # what `shop plugins new` writes is an author's
            yield path


if __name__ == "__main__":
    main()
