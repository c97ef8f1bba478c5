"""The demo's words of welcome."""

from shop.demo.world import World
from shop.switches import switch

WORDS = {
    "tea": "新来的朋友：先喝，再聊。**群里不催单**，喝不惯可以直说。",
    "trail": "New here? Come to the Sunday loop first; **nobody is dropped**. Ask before you buy shoes.",
    "parents": "提问不用不好意思，我们都是第一次当爸妈。转让闲置请写清楚用过多久。",
}


def fill(world: World) -> None:
    """Each community says something in its own language."""
    for name, community in world.communities.items():
        switch(community.id, "welcome", True, None).settings = {"words": WORDS.get(name, "")}
