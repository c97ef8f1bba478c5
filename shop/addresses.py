"""Rules of the address map whose builders are written when an address is first built, not all at the start.

Werkzeug writes two Python functions for each rule as it is mounted. Of our 800 rules (twice each: every plugin's pages
are tried on a scratch application first) that was four fifths of what `create_app` cost.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

# What a page answers to: its address with the arguments' names taken out, and its methods.
Claim = tuple[str, frozenset[str]]


class LateRule(Rule):
    """A rule that answers like any other and learns to build its address when somebody asks for it."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        written: Callable[..., tuple[str, str]] | None = None
        write = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal written
            if written is None:
                written = write(append_unknown)
            return written(rule, **values)

        return build
