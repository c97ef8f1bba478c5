"""The demo's pulse: nothing is made up, the deeds of the others are counted."""

from plugins.pulse.counting import keep, rows_of
from shop.db import db
from shop.demo.world import World


def fill(world: World) -> None:
    """Count each community as the worker does."""
    db.session.flush()
    for community in world.communities.values():
        keep(community.id, rows_of(community))
