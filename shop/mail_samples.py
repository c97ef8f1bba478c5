"""In development: every kind of mail as its reader would see it, read from the code that writes it.

A kind is a subject; what is said around it in the same function are its lines, the words of its one link its action.
Names, days and amounts are samples; a placeholder that has none stands there in brackets, and a test tells.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext, ngettext

from shop.hooks import door
from shop.letters import Letter
from shop.money import Money
from shop.orders.mails import KINDS, subject_of

HERE = Path(__file__).parent
WORDS = ("_", "ngettext")
# What stands in the placeholders of a sample.
SAMPLES: Mapping[str, Any] = {
    "amount": "¥128.00", "app": "Coupons", "community": "山里有茶", "day": "2026-12-24 18:00",
    "hours": 2, "merchant": "青崖茶社", "name": "林小满", "news": "A first cup", "num": 2, "number": "K7Q2M-4TXRA",
    "code": "T7Q2-M4", "place": 1, "prize": "a tea bowl", "voices": 12,
    "product": "白茶饼", "reason": "It was counted twice.", "state": "planned", "text": "Morning cloud",
    "why": "It was counted twice.",
    "title": "Winter tea", "what": "a lid that does not burn", "when": "2026-12-24 18:00", "words": "Thank you!",
}  # fmt: skip


@dataclass(slots=True)
class Kind:
    """One kind of mail: where it is written, and what its sentences are in the code."""

    name: str
    subject: ast.Call
    lines: list[ast.Call] = field(default_factory=list)
    action: ast.Call | None = None

    def letter(self) -> Letter:
        """A sample of it, in the language of this moment."""
        action = (said(self.action), current_app.config["BASE_URL"]) if self.action else None
        return Letter(said(self.subject), [said(line) for line in self.lines], action)


def kinds() -> dict[str, Kind]:
    """Every kind of letter of the core and of the plugins that are here, by name."""
    found: dict[str, Kind] = {}
    for owner, folder in _folders():
        for path in sorted(folder.rglob("*.py")):
            code = path.read_text("utf-8")
            if "import Letter" in code and path.name != "mail_samples.py":
                for kind in _of_module(ast.parse(code), f"{owner}.{path.stem}"):
                    name = kind.name
                    while kind.name in found:
                        kind.name = f"{name}-{sum(each.startswith(name) for each in found) + 1}"
                    found[kind.name] = kind
    return found


def sample(name: str) -> tuple[str, str, str] | None:
    """Subject, text and HTML of a kind; None when there is none of this name."""
    if name in KINDS:
        return _of_order(name)
    kind = kinds().get(name)
    if kind is None:
        return None
    letter = kind.letter()
    told = {"letter": letter, "site": current_app.config["SITE_NAME"]}
    return (
        letter.subject,
        render_template("mail/letter.txt", **told),
        render_template("mail/letter.html", **told),
    )


def said(words: ast.Call) -> str:
    """A sentence of the code in the language of this moment, with samples in its placeholders."""
    parts = [str(arg.value) for arg in words.args if isinstance(arg, ast.Constant)]
    named = {name: SAMPLES.get(name, f"‹{name}›") for part in parts for name in _placeholders(part)}
    if getattr(words.func, "id", "") == "ngettext":
        return str(ngettext(parts[0], parts[1], **{"num": SAMPLES["num"], **named}))
    return str(gettext(parts[0], **named))


def _folders() -> Iterator[tuple[str, Path]]:
    for room in sorted(path for path in HERE.iterdir() if (path / "__init__.py").exists()):
        yield room.name, room
    for name, loaded in sorted(door().plugins.items()):
        if loaded.folder is not None:
            yield name, loaded.folder


def _of_module(tree: ast.Module, where: str) -> Iterator[Kind]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        yield from _of_function(function, f"{where}.{function.name.strip('_')}")


def _of_function(function: ast.FunctionDef, name: str) -> Iterator[Kind]:
    """The kinds that a function writes: one for each subject, with the sentences that stand nearest to it."""
    subjects = sorted(_subjects(function), key=lambda call: call.lineno)
    if not subjects:
        return
    actions = [
        pair.elts[0] if len(pair.elts) == 2 else pair.elts[-1]  # (words, address), or (subject, lines, words)
        for pair in ast.walk(function)
        if isinstance(pair, ast.Tuple) and len(pair.elts) in (2, 3)
    ]
    found = [Kind(name, subject) for subject in subjects]
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and is_words(node)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if any(call is subject for subject in subjects):
            continue
        above = [kind for kind in found if kind.subject.lineno <= call.lineno]
        if any(call is each for each in actions):
            for kind in found:
                kind.action = kind.action or call
        else:
            (above[-1] if above else found[0]).lines.append(call)
    yield from found


def _subjects(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """First in a Letter, put into `subject`, or first of what is returned as the words of one."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Letter" and node.args:
            yield from _words_of(node.args[0])
        elif isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                target, value = target.elts[0], value.elts[0]
            if getattr(target, "id", "") == "subject":
                yield from _words_of(value)
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            yield from _words_of(node.value.elts[0])


def _words_of(value: ast.expr) -> Iterator[ast.Call]:
    if isinstance(value, ast.IfExp):
        yield from _words_of(value.body)
        yield from _words_of(value.orelse)
    elif isinstance(value, ast.Call) and is_words(value):
        yield value


def is_words(node: Any) -> bool:
    """Whether this is a sentence that is translated."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS


def _placeholders(text: str) -> list[str]:
    return [part.partition(")")[0] for part in text.split("%(")[1:]]


def _of_order(name: str) -> tuple[str, str, str]:
    subject = subject_of(name, SAMPLES["number"])
    total = Money(13800, "CNY")
    told = {
        "subject": subject,
        "order": SimpleNamespace(
            money=total,
            merchant=SimpleNamespace(name=SAMPLES["merchant"]),
            community=SimpleNamespace(name=SAMPLES["community"]),
        ),
        "lines": [
            SimpleNamespace(label=SAMPLES["product"], why="", amount=Money(12800, "CNY")),
            SimpleNamespace(label=SAMPLES["title"], why=SAMPLES["text"], amount=Money(1000, "CNY")),
        ],
        "url": current_app.config["BASE_URL"],
    }
    return subject, render_template("orders/mail.txt", **told), render_template("orders/mail.html", **told)
