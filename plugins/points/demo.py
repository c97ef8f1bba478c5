"""The demo's points: what the others have told earns them, a gift is redeemed, and the best comments are counted.

Everything goes through the verbs that people use.
"""

from datetime import timedelta

from sqlalchemy import select

from plugins.points import comments, earning
from plugins.points.gifts import PointsGift
from plugins.points.ledger import PERSON, PointsAccount
from plugins.points.tops import PointsTop
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.demo.world import World
from shop.errors import Refused
from shop.events import Event
from shop.limits import Limit
from shop.people.models import Person

HEARD = ("reviews.", "trials.", "naming.", "feedback.")
# Community, gift, words, points, how many.
GIFTS = (
    ("tea", "一小罐 2019 年的陈皮", "苏木家里晒的，每月清柜子那天在小院领。", 30, 6),
    ("tea", "周六茶席的一个位子", "跟远山坐一桌，听他讲石头。", 120, 3),
    ("trail", "A patch for your vest", "Sewn by Nora, handed out after the Saturday run.", 10, 40),
    ("parents", "一次上门修玩具", "木生爷爷带工具来。", 80, 2),
)


def fill(world: World) -> None:
    """What was told before is heard first; then gifts, and prizes for the best comments."""
    for event in db.session.scalars(select(Event).order_by(Event.id)).all():
        if event.name.startswith(HEARD):
            earning.hear(event)
            comments.hear(event)
    for slug, title, text, cost, many in GIFTS:
        gift = PointsGift(
            community_id=world.communities[slug].id, title=title, text=text, cost=cost,
            limit=Limit.of(many, "gift"), by_id=_owner(world, slug).id,
        )  # fmt: skip
        db.session.add(gift)
    db.session.flush()
    tea, owner = world.communities["tea"], _owner(world, "tea")
    _redeemed(tea, owner)
    last = PointsTop.plan(
        tea, "十一月的好评论", ("半斤明前绿茶", "一只公道杯", "一包桂花"), now() - timedelta(days=30),
        now() + timedelta(seconds=1), owner,
    )  # fmt: skip
    last.ends_at = now()
    db.session.flush()
    last.close()
    PointsTop.plan(
        tea, "十二月的好评论", ("一饼熟普", "一只建盏", "一包陈皮"), now(), now() + timedelta(days=30), owner
    )
    db.session.commit()


def _redeemed(community: Community, owner: Person) -> None:
    """Who has the most takes the small one; the first of them has had it already."""
    gift = db.session.scalars(
        select(PointsGift).where(PointsGift.community_id == community.id).order_by(PointsGift.id)
    ).first()
    rich = select(PointsAccount).where(
        PointsAccount.community_id == community.id, PointsAccount.owner == PERSON
    )
    for number, account in enumerate(
        db.session.scalars(rich.order_by(PointsAccount.balance.desc()).limit(2)).all()
    ):
        if gift is None or account.person is None:
            continue
        try:
            handout = gift.redeem(account.person)
        except Refused:
            continue
        if number == 0:
            handout.hand_out(owner)


def _owner(world: World, slug: str) -> Person:
    return next(p for p in world.people.values() if world.communities[slug].role_of(p) == "owner")
