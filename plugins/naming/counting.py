"""Counting: an instant-runoff that anybody can do again, by hand or with `shop naming recount`. Needs no shop.

Each ballot counts for the first of its names that is still in. Whoever has more than half of the ballots that still
count is chosen; else one name goes out, and its ballots pass on. One at a time: names that are last together never go
out together. Who of them goes is decided by the rule in `TIE_RULE`, which is told before the vote begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TIE_RULE = "backwards-then-latest"
FORMAT = "tuanzi-naming-ballots-1"


@dataclass(frozen=True, slots=True)
class Step:
    """One round of the count: votes by name, ballots that count for nobody any more, and who went out and why."""

    counts: dict[int, int]
    exhausted: int
    out: int | None = None
    tied: tuple[int, ...] = ()
    # fewest; earlier: fewer votes in an earlier round; latest: equal all the way back, and proposed last
    why: str = ""

    def plain(self) -> dict[str, Any]:
        """As it is kept and published."""
        return {
            "counts": {str(name): n for name, n in self.counts.items()},
            "exhausted": self.exhausted,
            "out": self.out,
            "tied": list(self.tied),
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Count:
    """The whole count; `winner` is None when nobody has voted."""

    steps: tuple[Step, ...]
    winner: int | None
    ballots: int

    def plain(self) -> dict[str, Any]:
        return {
            "rule": TIE_RULE,
            "ballots": self.ballots,
            "winner": self.winner,
            "steps": [step.plain() for step in self.steps],
        }


def count(names: Sequence[int], ballots: Sequence[Sequence[int]]) -> Count:
    """Count ballots (each a list of names, the liked best first) on names in the order in which they were proposed."""
    left, steps = list(names), list[Step]()
    if not any(name in left for ballot in ballots for name in ballot):
        return Count((), None, len(ballots))
    while True:
        counts = dict.fromkeys(left, 0)
        for ballot in ballots:
            first = next((name for name in ballot if name in counts), None)
            if first is not None:
                counts[first] += 1
        counting = sum(counts.values())
        exhausted = len(ballots) - counting
        best = max(counts, key=lambda name: counts[name])
        if 2 * counts[best] > counting or len(left) == 1:
            return Count((*steps, Step(counts, exhausted)), best, len(ballots))
        out, tied, why = _goes_out(counts, steps)
        steps.append(Step(counts, exhausted, out, tied, why))
        left.remove(out)


def recount(file: Mapping[str, Any]) -> Count:
    """Count the ballots of a published file; ValueError when it is none."""
    if file.get("format") != FORMAT:
        raise ValueError("not a file of ballots")
    names = [int(each["id"]) for each in file["names"]]
    ballots = [[int(name) for name in each["ranks"]] for each in file["ballots"]]
    known = set(names)
    if any(len(set(ranks)) != len(ranks) or not set(ranks) <= known for ranks in ballots):
        raise ValueError("a ballot names something twice, or what is not there")
    return count(names, ballots)


def _goes_out(counts: dict[int, int], before: Sequence[Step]) -> tuple[int, tuple[int, ...], str]:
    """Fewest votes; of equals fewer in the round before, and so on back; of equals the one proposed last."""
    fewest = min(counts.values())
    last = [name for name in counts if counts[name] == fewest]
    tied = tuple(last) if len(last) > 1 else ()
    if not tied:
        return last[0], (), "fewest"
    for step in reversed(before):
        fewest = min(step.counts[name] for name in last)
        last = [name for name in last if step.counts[name] == fewest]
        if len(last) == 1:
            return last[0], tied, "earlier"
    return last[-1], tied, "latest"
