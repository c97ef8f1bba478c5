"""The demo's trials: a tea pet that was tried and reported on, a jacket that is drawn for, a tasting at the counter.

Everything goes through the verbs that people use; only the dates of what is over are put back in time.
"""

from datetime import timedelta

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reporting import report
from plugins.trials.selecting import apply, close, confirm, receive
from shop import pictures
from shop.clock import now
from shop.db import db
from shop.demo import art
from shop.demo.world import World
from shop.limits import Limit
from shop.people.models import Person

PET = """\
群里给它起了名字，窑里就先拿出四只给大家养一养。

养两个星期，每天浇茶，拍给我们看颜色变了没有。**裂了、掉色、不好玩，都请照实说。**
"""
PET_PEOPLE = (
    ("tiantian", "名字是我起的，想看看它长大。"),
    ("zhixia", "画画的时候缺一个不说话的同事。"),
    ("nanqiao", "图书馆的茶盘上还空着一块。"),
    ("sumu", "想试试用陈皮水养会不会黄。"),
    ("qinghe", "可以写一个浇水提醒。"),
)
PET_REPORTS = (
    "养了十二天，背上开始有光了。底部有一道窑裂，不漏，但第一天就看到了，发货前应该说一声。"
    "表情是真的好，每次续水都会看它一眼。",
    "老实说有点失望：我用的是白茶，半个月几乎没变化。石砚说红茶快，那包装上应该写。做工没问题，站得稳。",
    "不急，是养它学会的。图书馆的同事已经排队要摸它。",
)
SHELL = """\
Five shells of the new cloth, for five people who will be out in real weather. Run in it, sweat in it, stuff it into a
vest. Then write what failed first.
"""
SHELL_PEOPLE = (
    ("priya", "First hundred in June, and it always rains there."),
    ("kofi", "Coming from the road I own nothing that breathes."),
    ("lea", "I stand still with a camera. The worst case for a shell."),
)
TABLE = """\
周六下午的小院茶席，留了三个不要钱的位子。带嘴来，回去写两百字。
"""


def fill(world: World) -> None:
    """Each trial as far as its story goes."""
    _tried(world)
    _open(world)
    _table(world)
    db.session.commit()


def _tried(world: World) -> None:
    """Drawn for; two have reported, one of them disappointed, one is overdue, one is on its way."""
    batch = _batch(world, "tea", "tea-pet", "goods", "四只小猪，领养两个星期", PET, 4, 3900, "draw")
    batch.report_asks = "颜色变了多少？有没有裂？你会自己买一只吗，为什么？"
    for key, why in PET_PEOPLE:
        apply(batch, world.people[key], why, ["红茶"])
    batch.apply_until = now()
    db.session.flush()
    close(batch)
    db.session.flush()
    lucky = list(TrialApplication.in_state(batch, "offered"))
    for number, each in enumerate(lucky):
        confirm(each, {"name": _person(each).name, "phone": "138 0000 0000", "city": "杭州市",
                       "street": f"茶山路 {number + 1} 号", "postcode": ""})  # fmt: skip
        each.move("shipped", carrier="顺丰速运", tracking=f"SF77{each.id:08d}", shipped_at=now())
        if number < 3:
            receive(each)
    colours = ("red", "dark")
    for each, words, colour in zip(lucky[:2], PET_REPORTS, colours, strict=False):
        report(each, words, [_picture(colour)])
    for change in batch.changes:
        change.at -= timedelta(days=30)
    batch.opened_at, batch.apply_until = now() - timedelta(days=30), now() - timedelta(days=23)
    batch.drawn_at = batch.apply_until
    for each in lucky[:3]:
        each.received_at = now() - timedelta(days=18)
        each.due_at = now() - timedelta(days=4)
        each.at -= timedelta(days=28)


def _open(world: World) -> None:
    """Applications come in; there will be a draw."""
    batch = _batch(
        world, "trail", "featherlight-shell", "goods", "Five shells for real weather", SHELL, 5, 89900, "draw"
    )
    batch.questions = ["Where do you run in the rain?"]
    for key, why in SHELL_PEOPLE:
        apply(batch, world.people[key], why, ["On the ridge behind the reservoir."])


def _table(world: World) -> None:
    """First come, first served, redeemed at the counter."""
    batch = _batch(world, "tea", "five-flavours", "meal", "周六茶席，三个位子", TABLE, 3, 6800, "first")
    batch.questions, batch.least_pictures = [], 0
    for key in ("jiangwan", "luming"):
        confirm(apply(batch, world.people[key], "周六正好有空。", []), {})


def _batch(
    world: World,
    community: str,
    handle: str,
    kind: str,
    title: str,
    text: str,
    units: int,
    worth: int,
    way: str,
) -> TrialBatch:
    """Offered by the merchant, its rules composed by the community's owner."""
    listing = world.listings[community, handle]
    product, seller = listing.product, world.owner_of(listing.product.merchant.slug)
    batch = TrialBatch(
        community=listing.community, merchant=product.merchant, product=product, kind=kind, title=title, text=text,
        worth=worth, currency=product.currency, limit=Limit.of(units, "trial"),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    batch.move("review", seller)
    batch.rules = {"days": 14, "no_overdue": 1, "not_before": 1}
    batch.questions, batch.way = ["你平时喝什么茶？"], way
    db.session.flush()
    owner = next(p for p in world.people.values() if listing.community.role_of(p) == "owner")
    batch.open(owner)
    return batch


def _person(each: TrialApplication) -> Person:
    return db.session.get_one(Person, each.person_id)


def _picture(colour: str) -> pictures.StoredPicture:
    """What the reporter has photographed: the pet at home."""
    dyes = {"red": ("brick", "celadon", "straw"), "dark": ("plum", "celadon", "rose")}[colour]
    return pictures.keep(art.still("pet", *dyes, "window"))
