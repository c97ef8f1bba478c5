"""Writes docs/plugins/hooks.md from shop/hookspecs.py and events.md from the core's `record(…)` calls.

A test fails when they are not current.
"""

import ast
import inspect
import re
from pathlib import Path

from shop import hookspecs
from shop.hookspecs import HOOKS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "plugins" / "hooks.md"
EVENTS = ROOT / "docs" / "plugins" / "events.md"
WHEN = {
    "skip": "While a page is built. It may read, not write, within SHOP_HOOK_BUDGET_MS.",
    "stop": "Inside the transaction of the act. It may write its own rows, and refuse with `Refused`.",
    "retry": "By the worker, after the commit, from the outbox, in a transaction of its own that it may commit.",
    "left out": "Once, while the application starts.",
}
FAILURE = {
    "skip": "The page is shown without its piece; the failure is written down and counted.",
    "stop": "The act is stopped with a 503: never sell at a wrong price because a plugin died.",
    "retry": "It is told again, 2, 4, 8 … seconds later, ten times; then it waits for a human. Be idempotent.",
    "left out": "The plugin is left out, with its reason on the operator's page.",
}
TO = {
    "owner": "the plugin that owns the thing (the offer, the line, the switch)",
    "all": "every plugin that is switched on here, by priority, then name",
}
ANSWERS = ("Panel", "Piece", "NavItem", "Price", "Change", "Cut", "Section", "Happening", "Deed", "Problem")


def page() -> str:
    """The whole page."""
    parts = [
        "# Hooks",
        "Made from shop/hookspecs.py by `python -m tools.hooks_page`; do not edit. A hook takes any of the arguments "
        "below, in any order, and leaves out those it does not need.",
    ]
    parts += [_hook(name) for name in HOOKS]
    parts += ["# What hooks return", "Dataclasses of shop.hookspecs. A field of the wrong type is a failure."]
    parts += [_answer(name) for name in ANSWERS]
    return "\n\n".join(parts) + "\n"


def events_page() -> str:
    """Every event of the core with what it carries."""
    told: dict[str, tuple[set[str], bool]] = {}
    for path in sorted((ROOT / "shop").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    carried, in_community = told.get(first.value, (set(), False))
                    carried |= {word.arg for word in node.keywords if word.arg and word.arg != "community_id"}
                    told[first.value] = (carried, in_community or len(node.args) > 1)
    rows = [
        f"| `{name}` | {', '.join(f'`{c}`' for c in sorted(carried)) or '–'} | {'yes' if inside else 'no'} |"
        for name, (carried, inside) in sorted(told.items())
    ]
    return EVENTS_HEAD + "\n".join(rows) + "\n" + EVENTS_FOOT


EVENTS_HEAD = """# Events

Made from the core's `record(…)` calls by `python -m tools.hooks_page`; do not edit. An event is written in the same
transaction as what happened and told to `event_happened` after the commit, again until you succeed: be idempotent.
`event.payload` holds plain values (numbers of rows, order numbers), never rows; read what you need. An event of a
community is told to the plugins that are or were switched on there (so that what is open runs off), any other to
site-wide plugins.

Your own: `record("<your name>.<word>", community_id, **plain_values)`, told to yourself like every other.

| event | carries | in a community |
|---|---|---|
"""


def _hook(name: str) -> str:
    promise, function = HOOKS[name], getattr(hookspecs, name)
    signature = re.sub(r"(shop\.hookspecs|collections\.abc|typing)\.", "", str(inspect.signature(function)))
    retiring = f"\n- **Retiring:** {promise.retiring}" if promise.retiring else ""
    return (
        f"## {name}\n\n```python\ndef {name}{signature}\n```\n\n{_text(function)}\n\n"
        f"- **When:** {WHEN[promise.failure]}\n- **Who is asked:** {TO[promise.to]}\n"
        f"- **When it fails:** {FAILURE[promise.failure]}\n- **Since:** version {promise.since}{retiring}"
    )


def _answer(name: str) -> str:
    kind = getattr(hookspecs, name)
    fields = str(inspect.signature(kind)).replace(" -> None", "").replace("<factory>", "{}")
    fields = fields.replace("Annotated[Any, <class 'shop.answers.Words'>]", "str | LazyString").replace(
        "typing.", ""
    )
    return f"## {name}\n\n```python\n{name}{fields}\n```\n\n{_text(kind)}"


def _text(thing: object) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


BETWEEN_PLUGINS = (
    ("trials.applied", "a member applies for a trial", "`application`, `person`, `product`"),
    (
        "trials.reported",
        "a member sends the report of a trial",
        "`person`, `product`, `report`, `title`, `path`",
    ),
    (
        "naming.closed",
        "a round is counted and its winner stands",
        "`round`, `product`, `title`, `path`, `name` (what won), `namer` (a person or null), `voters` (people)",
    ),
    (
        "reviews.published",
        "a review is on the page for the first time",
        "`person`, `product`, `review`, `origin` (`purchase`, `trial`), `title`, `path`; never the stars",
    ),
    (
        "reviews.felt",
        "a review is very good or bad, or was changed into that: whoever cares may answer",
        "`review`, `mood` (good, bad), `title`, `path`",
    ),
    (
        "reviews.voted",
        "somebody found a review helpful, or not any more",
        "`review`, `voices` (how many there are now)",
    ),
    ("affiliate.published", "an article can be read", "`article`, `person` (its author, or null)"),
    ("coupons.claimed", "somebody claims a coupon", "`claim`, `person`"),
    ("reviews.hidden", "a manager has hidden a review's words", "`review`, `hiding`"),
    ("reviews.judged", "an appeal was answered, or it is shown again", "`review`, `hiding`, `shows`"),
    (
        "feedback.filed",
        "a member says what should be better",
        "`person`, `product` (or null), `ticket`, `kind` (idea, complaint, question), `title`, `path`",
    ),
    ("feedback.followed", "somebody follows it, or not any more", "`ticket`, `voices` (its author left out)"),
    ("feedback.done", "what a member asked for was done", "`person`, `product` (or null), `ticket`"),
    (
        "feedback.noted",
        "“You said, we did” is published",
        "`product` (or null), `note`, `people` (who are thanked)",
    ),
)
EVENTS_FOOT = """
## What bundled plugins tell each other

Plugins never import each other: one records, another that is on in the same community hears it, or nobody does.
What the payload holds is kept as it stands here: numbers of rows; `path` is the address without the host, `title`
a few words for a link to it.

| event | told when | carries |
|---|---|---|
""" + "".join(f"| `{name}` | {when} | {carried} |\n" for name, when, carried in BETWEEN_PLUGINS)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    EVENTS.write_text(events_page(), "utf-8")
