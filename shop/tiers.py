"""Tiers: how members stand in a community, as the plugin that knows of it tells; 0 where nobody does."""

from collections.abc import Sequence
from typing import Any

from shop.hooks import door


def tiers_of(community: Any, people: Sequence[int]) -> dict[int, int]:
    """The tier of each of these people here, asked for all at once; the highest that somebody tells."""
    told = dict.fromkeys(people, 0)
    if people:
        asked = door().asked_in(community.id)
        for _plugin, tiers in door().ask_all("member_tiers", asked, community=community, people=people):
            told |= {person: max(told[person], tier) for person, tier in tiers.items() if person in told}
    return told
