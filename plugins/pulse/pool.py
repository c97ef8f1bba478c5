"""The reward pool, worked out and not paid: what the group would earn, and who would get what of it.

Pure arithmetic on whole numbers, so that a file of its inputs gives the same result on any machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from plugins.pulse.forms import EACH, GROUP, Here
from shop.money import precision, share_out

VERSION = 1


@dataclass(frozen=True, slots=True)
class Part:
    """What one member would get, in minor units, and the points it comes from."""

    member: int
    name: str
    done: dict[str, int]
    points: int
    amount: int
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The pool that the group would earn, its parts, and what nobody gets because of the bound; in minor units."""

    points: int
    pool: int
    parts: tuple[Part, ...]
    left: int

    def plain(self) -> dict[str, Any]:
        """As plain values, without names."""
        parts = [{"member": p.member, "points": p.points, "amount": p.amount} for p in self.parts]
        return {"points": self.points, "pool": self.pool, "left": self.left, "parts": parts}


def worked_out(here: Here, group: Mapping[str, int], members: Sequence[Mapping[str, Any]]) -> Result:
    """Tier 1: points of the group against its goal make the pool. Tier 2: members share it by their points."""
    points = sum(getattr(here, name) * int(group.get(name.removeprefix("group_"), 0)) for name in GROUP)
    whole = here.pool * 10 ** precision(here.currency)
    pool = whole * min(points, here.goal) // here.goal
    earned = [
        sum(getattr(here, name) * int(each["done"][name.removeprefix("each_")]) for name in EACH)
        for each in members
    ]
    most = pool * here.most_share // 100
    amounts, left = divided(pool, earned, most)
    parts = [
        Part(
            int(each["member"]),
            str(each["name"]),
            dict(each["done"]),
            mine,
            amount,
            amount == most and amount > 0,
        )
        for each, mine, amount in zip(members, earned, amounts, strict=True)
        if mine
    ]
    parts.sort(key=lambda part: (-part.amount, part.member))
    return Result(points, pool, tuple(parts), left)


def divided(pool: int, weights: Sequence[int], most: int) -> tuple[list[int], int]:
    """Share out by weights, nobody more than `most`; what is above goes to the others, and the rest to nobody.

    The parts and the rest always sum to the pool (largest remainder; of equals the earlier).
    """
    parts = [0] * len(weights)
    free = [n for n, weight in enumerate(weights) if weight > 0]
    rest = pool
    while free:
        shares = dict(zip(free, share_out(rest, [weights[n] for n in free]), strict=True))
        above = [n for n in free if shares[n] > most]
        if not above:
            for n in free:
                parts[n] = shares[n]
            return parts, 0
        for n in above:
            parts[n] = most
            rest -= most
        free = [n for n in free if n not in above]
    return parts, rest


def file_of(
    where: str, month: str, here: Here, group: Mapping[str, int], members: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Everything that anybody needs to work it out again, and what came out."""
    return {
        "what": "tuanzi reward pool, a simulation: nothing was paid",
        "version": VERSION,
        "community": where,
        "month": month,
        "formula": asdict(here),
        "group": dict(group),
        "members": [dict(each) for each in members],
        "result": worked_out(here, group, members).plain(),
    }


def again(whole: Mapping[str, Any]) -> Result:
    """Work out a file again, from its inputs alone; ValueError, KeyError or TypeError when it is no such file."""
    if whole["version"] != VERSION:
        raise ValueError(f"version {whole['version']}")
    return worked_out(Here(**whole["formula"]), whole["group"], whole["members"])
