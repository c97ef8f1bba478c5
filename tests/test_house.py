"""The house stands as drawn: who may import whom, how long a file may be, what no tracked file may name."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The rooms that keep rows, from left to right: each may import those before it (payments and ledger not each other).
ROOMS = ("people", "communities", "merchants", "catalog", "listings", "orders", "ledger", "payments", "apps")
SIDE_BY_SIDE = {"ledger", "payments"}

# Deeds that touch several rooms and ask the door; they stand on the floor of the views, which call them.
ACTS = {"quoting", "placing", "settling", "cancelling", "reconciling", "deferring", "renting", "stages"}

# The ground floor: everything may import these, and these import only each other.
GROUND = {
    "answers",
    "clock",
    "config",
    "db",
    "errors",
    "events",
    "hookspecs",
    "limits",
    "money",
    "paging",
    "turns",
}

LONGEST_FILE = 400

# Put together from halves, so that this file does not name them itself.
SECRETS_OF_A_MACHINE = re.compile(
    "|".join(
        re.escape(left + right)
        for left, right in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("registry.", "npmjs"),
            ("deb.", "debian.org"),
            ("crates", ".io"),
            ("/work", "/"),
            ("/tmp", "/wt"),
            ("/root", "/"),
            ("/opt", "/pypi"),
        )
    )
)


def test_core_never_imports_a_plugin():
    assert [line for line in imports_of("shop") if line.module.split(".")[0] == "plugins"] == []


def test_plugins_never_import_each_other():
    strays = [
        line
        for line in imports_of("plugins")
        if line.module.startswith("plugins.") and line.module.split(".")[1] != line.path.split("/")[1]
    ]

    assert strays == []


def test_rooms_look_left_only():
    strays = []
    for line in imports_of("shop"):
        room, other = room_of(line.path.removesuffix(".py").replace("/", ".")), room_of(line.module)
        if room in ROOMS and other in ROOMS and room != other and is_kept_row_code(line.path):
            looks_right = ROOMS.index(other) > ROOMS.index(room)
            if looks_right or {room, other} == SIDE_BY_SIDE:
                strays.append(line)

    assert strays == []


def test_ground_floor_imports_nothing_above_it():
    strays = [
        line
        for line in imports_of("shop")
        if line.path.removeprefix("shop/").removesuffix(".py") in GROUND
        and line.module.startswith("shop.")
        and room_of(line.module) not in GROUND
    ]

    assert strays == []


def test_only_the_top_floor_imports_another_rooms_views_or_forms():
    top = {"shop/app.py", "shop/cli.py", "wsgi.py"}
    strays = [
        line
        for line in (*imports_of("shop"), *imports_of("plugins"))
        if re.fullmatch(r"shop\.\w+\.(views|forms)(\..+)?", line.module)
        and line.path not in top
        and room_of(line.module) != room_of(line.path.replace("/", "."))
    ]

    assert strays == []


def test_nothing_is_imported_inside_a_function():
    strays = [line for folder in ("shop", "plugins", "tests") for line in imports_of(folder) if line.inside]

    assert strays == []


def test_files_for_spreadsheets_are_written_in_one_place():
    """What a spreadsheet would run is made harmless there; Shopify's own format has its own."""
    writers = {
        path
        for path in tracked()
        if path.startswith(("shop/", "plugins/"))
        and path.endswith(".py")
        and "csv.writer(" in (ROOT / path).read_text()
    }

    assert writers == {"shop/sheets.py"}


def test_no_file_is_longer_than_400_lines():
    written = (".py", ".html", ".css", ".js")
    kept = [path for path in tracked() if path.endswith(written) and "migrations/" not in path]
    long = {path: n for path in kept if (n := len(lines(path))) > LONGEST_FILE}

    assert long == {}


def test_no_tracked_file_names_a_registry_or_a_machine():
    named = [
        f"{path}:{number}: {found[0]}"
        for path in tracked()
        for number, line in enumerate(lines(path), 1)
        if (found := SECRETS_OF_A_MACHINE.search(line))
    ]

    assert named == []


class Import(str):
    """One import, shown as `path:line: module`."""

    path: str
    module: str
    inside: bool  # a function

    def __new__(cls, path: str, line: int, module: str, inside: bool) -> "Import":
        made = super().__new__(cls, f"{path}:{line}: {module}")
        made.path, made.module, made.inside = path, module, inside
        return made


def imports_of(folder: str) -> Iterator[Import]:
    """Every import in the Python files under a folder; `from a import b` counts as `a.b`, which may be a name in a."""
    for path in tracked():
        if path.startswith(f"{folder}/") and path.endswith(".py"):
            tree = ast.parse((ROOT / path).read_text())
            yield from _imports_in(tree, path, inside=False)


def _imports_in(node: ast.AST, path: str, inside: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(path, child.lineno, name.name, inside) for name in child.names)
        elif isinstance(child, ast.ImportFrom):
            package = path.split("/")[: -child.level] if child.level else []
            base = ".".join([*package, *([child.module] if child.module else [])])
            yield from (Import(path, child.lineno, f"{base}.{name.name}", inside) for name in child.names)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports_in(child, path, inside or function)


def room_of(module: str) -> str:
    """The room of `shop.orders.models` is `orders`."""
    parts = module.split(".")
    return parts[1] if parts[0] == "shop" and len(parts) > 1 else ""


def is_kept_row_code(path: str) -> bool:
    """Views and forms stand a floor higher and may look at any room's models; so do acts, deeds across rooms."""
    stem = Path(path).stem
    return stem not in ACTS and stem.split("_")[-1] not in ("views", "forms", "hooks")


def tracked() -> list[str]:
    """Every file of the project that Git knows or would take in."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in found if (ROOT / path).is_file()]


def lines(path: str) -> list[str]:
    """The lines of a text file; none of a picture."""
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
