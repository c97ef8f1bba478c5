"""The demo's words of welcome."""

from shop.demo.world import World
from shop.switches import switch

WORDS = {
    "tea": "新来的朋友：先喝，再聊。**群里不催单**，喝不惯可以直说。",
    "trail": "New here? Come to the Sunday loop first; **nobody is dropped**. Ask before you buy shoes.",
    "parents": "提问不用不好意思，我们都是第一次当爸妈。转让闲置请写清楚用过多久。",
}
# What people ask the search, and what the managers answer.
ANSWERS = {
    "tea": "怎么泡，水温，几度：绿茶 85 度，白茶 95 度，岩茶和熟茶**开水**。第一泡先尝，再调。\n"
    "自提，地址：周六下午在青崖茶社小院，带上自己的杯子有茶喝。",
    "trail": "size, fit: Try it on a Sunday loop first; somebody always carries a spare size.",
    "parents": "过敏，湿疹：先问医生。群里只说自己家的经历。",
}


def fill(world: World) -> None:
    """Each community says something in its own language."""
    for name, community in world.communities.items():
        switch(community.id, "welcome", True, None).settings = {
            "words": WORDS.get(name, ""),
            "answers": ANSWERS.get(name, ""),
        }
