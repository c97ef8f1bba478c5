"""The demo's care: some have said hello, one was asked to be a voice of the group and said yes, another was asked."""

from plugins.care import voices
from plugins.care.intros import CareIntro
from plugins.care.voices import CareVoice
from shop.db import db
from shop.demo.world import World

# Community, who, what brings them, what they like, what they can be asked.
CARDS = (
    ("tea", "yuanshan", "退休了，想找人一起上山看茶。", "岩茶，白茶", "石头，山路，哪年的雨多"),
    ("tea", "zhixia", "画画的时候要有茶。", "白茶，杯子", "怎么给杯子拍照"),
    ("tea", "sumu", "家里是中药铺，来学茶的。", "陈皮，熟茶", "陈皮的年份"),
    ("tea", "qinghe", "胃不好，只喝熟茶。", "熟茶，冲泡时间", "用小程序记冲泡"),
    ("tea", "tiantian", "刚入门，请多关照。", "白茶", ""),
    (
        "trail",
        "priya",
        "First fifty last autumn, and I would like company.",
        "hills, ginger candy",
        "Blisters",
    ),
    ("trail", "lea", "I take pictures of sunrises.", "hills, sunrise", "Cameras on a run"),
    ("parents", "tangguo", "儿科护士，也是新手妈妈。", "绘本，辅食", "发烧先别慌"),
)


def fill(world: World) -> None:
    """By the verbs that people use."""
    for slug, key, brings, likes, offers in CARDS:
        CareIntro.say(world.communities[slug], world.people[key], brings, likes, offers)
    tea, owner = world.communities["tea"], world.people["xiaoman"]
    voices.ask(tea, world.people["yuanshan"], "新来的朋友问水温，总是你先答。愿意多照看一点吗？", owner)
    CareVoice.put(
        tea, world.people["yuanshan"], "active", "新来的朋友问水温，总是你先答。愿意多照看一点吗？", owner
    )
    voices.ask(tea, world.people["sumu"], "你写的陈皮大家都在转。每月讲一次，可以吗？", owner)
    db.session.commit()
