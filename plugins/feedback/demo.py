"""The demo's feedback: what became of a tea pet that was named, tried and grumbled about; and what still waits.

Everything goes through the verbs that people use; only the dates are put back in time.
"""

from datetime import timedelta

from sqlalchemy import select

from plugins.feedback import contributions
from plugins.feedback.contributions import sources_of
from plugins.feedback.following import file, follow, merge
from plugins.feedback.noting import ChangeNote
from plugins.feedback.tickets import Ticket
from shop.db import db
from shop.demo.world import World
from shop.events import Event
from shop.people.models import Person

# Community, product (or none), who, kind, title, words, for how many days it waits, and who wants it, too.
SAID: tuple[tuple[str, str | None, str, str, str, str, int, tuple[str, ...]], ...] = (
    (
        "tea", "tea-pet", "zhixia", "complaint", "请写明用什么茶养",
        "我用白茶养了半个月，几乎没变化。原来红茶才快。吊牌上写一句就好了。", 12, ("nanqiao", "sumu"),
    ),
    ("tea", "tea-pet", "sumu", "question", "陈皮水可以养吗？", "家里陈皮比茶多。会不会养花了？", 10, ("tiantian",)),
    ("tea", "tea-pet", "tangguo", "idea", "能不能出一只小小满", "它一个人坐着会孤单。", 6, ("tiantian", "luming")),
    (
        "tea", None, "nanqiao", "idea", "“清柜子”能不能改到周日",
        "周六图书馆上班，每次都只能看照片。", 21, ("jiangwan", "qinghe", "tiantian"),
    ),
    (
        "tea", "five-flavours", "jiangwan", "question", "能不能单独补一种？",
        "滇红总是最先喝完，其他的还有一半。", 16, (),
    ),
    (
        "trail", "featherlight-shell", "kofi", "complaint", "The zip freezes above 3,000 m",
        "Twice in one winter. A bigger puller would be enough.", 9, ("priya", "lea", "tom"),
    ),
    (
        "trail", None, "ana", "idea", "A slow group on Thursdays",
        "For everybody who stops for rocks.", 4, ("lea", "wen"),
    ),
    (
        "parents", "moon-lamp", "songhe", "question", "充电的时候可以亮着吗？",
        "半夜总是刚好没电。", 33, ("fangyuan", "tangguo"),
    ),
)  # fmt: skip
TWICE = (
    "tea",
    "tea-pet",
    "qinghe",
    "idea",
    "附一张养护说明",
    "多少度的水、什么茶、多久，三行就够。",
    8,
    ("zhixia",),
)


def fill(world: World) -> None:
    """What was told before this is heard first; then the story."""
    for event in db.session.scalars(
        select(Event).where(Event.name.in_(("trials.reported", "naming.closed")))
    ):
        contributions.hear(event)
    made = {told[4]: _say(world, *told) for told in SAID}
    double = _say(world, *TWICE)
    db.session.commit()
    potter, tea = world.owner_of("banpo"), world.people["xiaoman"]
    merge(double, made["请写明用什么茶养"], potter)
    made["陈皮水可以养吗？"].answer("declined", "别。陈皮油会堵住气孔，越养越花。想要黄，用熟普。", potter)
    made["能不能单独补一种？"].answer(
        "planned", "可以，下个月起每种都有 20 克的小袋。", world.owner_of("qingya")
    )
    made["“清柜子”能不能改到周日"].answer("planned", "从下个月起单月周六、双月周日，试三次再投票。", tea)
    made["The zip freezes above 3,000 m"].answer(
        "planned", "Three of you said it, so the next run gets a bigger puller.", world.owner_of("ridgeworks")
    )
    db.session.flush()
    _we_did(world, made["请写明用什么茶养"], potter)
    for told in (*SAID, TWICE):
        _long_ago(made.get(told[4], double), told[6])
    db.session.commit()


def _say(
    world: World, slug: str, handle: str | None, key: str, kind: str, title: str, text: str, _days: int,
    wanted: tuple[str, ...],
) -> Ticket:  # fmt: skip
    product = world.products[handle] if handle else None
    ticket = file(world.communities[slug], product, world.people[key], kind, title, text)
    for who in wanted:
        follow(ticket, world.people[who])
    return ticket


def _we_did(world: World, ticket: Ticket, potter: Person) -> None:
    """One change that a complaint, a round and two reports have led to."""
    pet = world.products["tea-pet"]
    ChangeNote.write(
        world.communities["tea"], pet, potter, "吊牌上写明：红茶快，白茶慢",
        "这一窑起，每只阿满的吊牌背面有三行养护说明；底部有窑裂的，发货前先拍照问你要不要。",
        tickets=[ticket], sources=sources_of(world.communities["tea"].id, pet.id),
    )  # fmt: skip


def _long_ago(ticket: Ticket, days: int) -> None:
    """As if it had been said that long ago, and answered some days later."""
    ticket.at -= timedelta(days=days)
    for change in ticket.changes:
        change.at -= timedelta(days=days * 2 // 3)
