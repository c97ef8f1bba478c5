"""The demo's reviews: buyers' words, a trial's beside them, a seller's answer, helpful votes, one report to look at.

Everything goes through the verbs that people use, so nothing stands there that no order or trial has paid for.
"""

from datetime import timedelta

from sqlalchemy import select

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.hearing import hear
from plugins.reviews.moderating import Complaint, Hiding
from plugins.reviews.reviews import HelpfulVote, Review
from plugins.reviews.rights import received_lines, rights_of
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.demo.world import World
from shop.events import Event
from shop.orders.models import Order, OrderLine
from shop.people.models import Person

# Whose words, by community and buyer: stars, words, what the seller answers, and who found it helpful.
WORDS: dict[tuple[str, str], tuple[int, str, str, tuple[str, ...]]] = {
    ("tea", "zhixia"): (
        5,
        "干茶条索紧结，第三泡开始出花香，喉咙里凉凉的甜。\n我用 95 度水、盖碗快出，泡到第八泡还有味道。",
        "",
        ("jiangwan", "sumu", "qinghe"),
    ),
    ("tea", "tiantian"): (
        3,
        "茶是好茶，罐子到的时候瘪了一角。要是里面再垫一层纸就好了。",
        "谢谢你告诉我们。从下周起每罐外面加一层瓦楞纸，你这罐我们补寄一个新罐子。",
        ("nanqiao", "zhixia"),
    ),
    ("trail", "priya"): (
        5,
        "Two weeks in the Pyrenees, rain on nine days, and my socks stayed dry. Worth every gram.",
        "",
        ("tom", "ana"),
    ),
    ("trail", "kofi"): (
        2,
        "Warm enough, but the zip froze twice above 3,000 m. I carry a candle end to wax it now.",
        "You are right, and we heard it from two others. The next run gets a bigger zip; write and we swap yours.",
        ("priya", "lea", "tom"),
    ),
    ("parents", "tangguo"): (
        4,
        "三岁的娃一个人能拼上，边角磨得很圆。少一颗星是因为盒子有点难开。",
        "",
        ("fangyuan",),
    ),
}
TRIED = (
    (4, "试用装的量够喝三次。香气比我平时喝的轻，适合下午。缺点：袋子不好封口。"),
    (
        5,
        "Tried it on a wet weekend before anybody could buy it. Light, quiet, and it packs into its own pocket.",
    ),
    (3, "很用心的东西，但说明书看不太懂，希望配几张图。"),
)


def fill(world: World) -> None:
    """Who has received something says what they think; so does who has reported a trial."""
    for event in db.session.scalars(select(Event).where(Event.name == "trials.reported").order_by(Event.id)):
        hear(event)
    db.session.flush()
    for (slug, key), told in WORDS.items():
        _bought(world, slug, key, *told)
    for number, event in enumerate(
        db.session.scalars(select(Event).where(Event.name == "trials.reported").order_by(Event.id).limit(9))
    ):
        _tried(event, number)
    _moderation(world)
    db.session.commit()


def _bought(
    world: World, slug: str, key: str, stars: int, words: str, answer: str, helped: tuple[str, ...]
) -> None:
    community, person = world.communities[slug], world.people[key]
    lines = received_lines(person).where(Order.community_id == community.id).order_by(OrderLine.id)
    line = db.session.scalars(lines).first()
    if line is None or line.product is None:
        return
    right = next(r for r in rights_of(person, community, line.product) if r.origin == "purchase")
    review = Review.write(right, person, stars, words)
    review.at = max(line.order.placed_at + timedelta(days=4), review.at - timedelta(days=6))
    if answer:
        SellersAnswer.write(review, answer, world.owner_of(line.product.merchant.slug))
    for reader in helped:
        if world.people[reader].id != review.person_id:
            HelpfulVote.give(review, world.people[reader])
    db.session.commit()


def _tried(event: Event, number: int) -> None:
    told = event.payload
    person = db.session.get(Person, int(told["person"]))
    if person is None or event.community_id is None:
        return
    product = db.session.get_one(Product, int(told["product"]))
    community = db.session.get_one(Community, event.community_id)
    right = next((r for r in rights_of(person, community, product) if r.origin == "trial"), None)
    if right is not None:
        Review.write(right, person, *TRIED[number % len(TRIED)])
        db.session.commit()


def _moderation(world: World) -> None:
    """A seller reports a harsh review, and a manager finds that nothing speaks against it; a reader reports another."""
    harsh = db.session.scalars(select(Review).where(Review.stars <= 2)).first()
    owner = world.people["xiaoman"]
    if harsh is not None:
        seller = world.owner_of(harsh.product.merchant.slug)
        Complaint.write(harsh, seller, "elsewhere", "This is about the cold, not about us.", is_sellers=True)
        db.session.flush()
        manager = next(
            (p for p in world.people.values() if harsh.community.role_of(p) in ("owner", "manager")), None
        )
        if manager is not None and harsh.product.merchant.role_of(manager) is None:
            Hiding.keep(harsh, manager)
    other = db.session.scalars(select(Review).where(Review.stars == 3, Review.person_id != owner.id)).first()
    if other is not None:
        Complaint.write(other, world.people["jiangwan"], "private", "我觉得不该写补寄的事。")
