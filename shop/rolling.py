"""Which steps of a migration the previous version of the shop would not survive.

Machines are brought up to date one after the other, so for a while the old version works on the new tables. A step
expands (a table, an index, a column that may be empty or brings its default), and the next version contracts: it
drops what nobody reads any more, and says so with `contracts = "why the previous version does not miss it"`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

# What takes something away that the previous version may still ask for, or asks of it what it does not send.
TAKES_AWAY = {
    "drop_table", "drop_column", "rename_table", "create_unique_constraint", "create_check_constraint",
    "create_foreign_key",
}  # fmt: skip


def narrowing(migration: Path) -> list[str]:
    """The steps of `upgrade` in this file that narrow, as `line: what`; empty when the file says why it may."""
    tree = ast.parse(migration.read_text())
    if any(isinstance(node, ast.Assign) and _names(node) == ["contracts"] for node in tree.body):
        return []
    upgrade = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "upgrade"), None)
    return [] if upgrade is None else [f"{line}: {what}" for line, what in _narrowing(upgrade)]


def _narrowing(upgrade: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    made = {_text(call.args[0]) for call in _calls(upgrade) if _verb(call) == "create_table" and call.args}
    for block, call in _calls_with_table(upgrade):
        verb, table = _verb(call), block or (_text(call.args[0]) if call.args else "")
        if table in made:
            continue
        if verb in TAKES_AWAY:
            yield call.lineno, verb
        elif verb == "add_column" and _must_be_filled(call):
            yield call.lineno, "add_column that must be filled and has no server_default"
        elif verb == "create_index" and _is(call, "unique", True) and not _on(call, block, made):
            yield call.lineno, "create_index that is unique"
        elif verb == "alter_column" and (_is(call, "nullable", False) or _has(call, "new_column_name")):
            yield call.lineno, "alter_column that the previous version does not know"


def _calls_with_table(upgrade: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    """Each call, with the table of the `batch_alter_table` that it stands in."""
    inside: dict[ast.AST, str] = {}
    for node in ast.walk(upgrade):
        if isinstance(node, ast.With):
            opened = node.items[0].context_expr
            if isinstance(opened, ast.Call) and _verb(opened) == "batch_alter_table" and opened.args:
                inside |= {call: _text(opened.args[0]) for call in _calls(node)}
    for call in _calls(upgrade):
        yield inside.get(call, ""), call


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


def _on(index: ast.Call, block: str, made: set[str]) -> bool:
    """Whether an index stands on a table that is new, too."""
    return bool({block, *(_text(a) for a in index.args[:2])} & made)


def _must_be_filled(add: ast.Call) -> bool:
    columns = [a for a in add.args if isinstance(a, ast.Call)]
    return any(_is(c, "nullable", False) and not _has(c, "server_default") for c in columns)


def _verb(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _has(call: ast.Call, name: str) -> bool:
    return any(k.arg == name for k in call.keywords)


def _is(call: ast.Call, name: str, value: object) -> bool:
    return any(
        k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is value for k in call.keywords
    )


def _names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]
