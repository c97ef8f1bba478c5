"""The coupons of the demo."""

from shop.demo.world import World


def fill(world: World) -> None:
    """Nothing yet."""
