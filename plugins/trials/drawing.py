"""Drawing: an order by lot that anybody can do again with a hash and a list. Needs no shop.

Before: SHA-256 of the seed is published (the commitment). After: the seed and the tickets that took part. The place of
a ticket is the order of SHA-256("<seed>:<ticket>") as text; the first so many win, the others wait in that order.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "tuanzi-trial-draw-1"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a published draw came to; no `faults`: it is right."""

    order: tuple[str, ...]
    faults: tuple[str, ...]


def commitment_of(seed: str) -> str:
    """What is told of a seed before the draw."""
    return hashlib.sha256(seed.encode()).hexdigest()


def drawn(seed: str, tickets: Iterable[str]) -> list[str]:
    """The tickets in the order of the draw."""
    return sorted(
        tickets, key=lambda ticket: (hashlib.sha256(f"{seed}:{ticket}".encode()).hexdigest(), ticket)
    )


def file_of(batch: int, units: int, seed: str, commitment: str, tickets: Sequence[str]) -> dict[str, Any]:
    """What is published after a draw."""
    return {
        "format": FORMAT,
        "batch": batch,
        "units": units,
        "commitment": commitment,
        "seed": seed,
        "tickets": sorted(tickets),
        "order": drawn(seed, tickets),
    }


def verify(file: Mapping[str, Any], commitment: str = "") -> Verdict:
    """Draw a published file again; `commitment` is one that was noted before. ValueError when it is none."""
    if file.get("format") != FORMAT:
        raise ValueError("not a file of a draw")
    seed, tickets = str(file["seed"]), [str(ticket) for ticket in file["tickets"]]
    order, faults = drawn(seed, tickets), []
    if commitment_of(seed) != (commitment or file["commitment"]):
        faults.append("the seed is not the one that was committed to")
    if len(set(tickets)) != len(tickets):
        faults.append("a ticket is there twice")
    if list(file["order"]) != order:
        faults.append("the published order differs")
    return Verdict(tuple(order), tuple(faults))
