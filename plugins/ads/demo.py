"""The demo of ads: a campaign half spent, counted by the same code as every view and click, and more around it."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from plugins.ads import budgets, counting, notices, tokens, watching
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.choosing import day_of
from plugins.ads.counts import FlightDay, Impression, Part, Stat
from plugins.ads.creatives import Creative, Veto
from plugins.ads.visitors import Visitor
from shop import once, pictures
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.demo import art
from shop.demo.world import World
from shop.hooks import door
from shop.merchants.models import Merchant
from shop.payments.settling import capture, intend
from shop.people.models import Person
from shop.switches import PluginSite

SELLER = "tuanzi-ads"
# How many days ago, who looked in, and who of them followed the ad. A manager and the potter do too: not counted.
TEA = (
    (6, "zhixia nanqiao qinghe sumu", "zhixia qinghe"),
    (5, "jiangwan tiantian luming zhixia xiaoman", "tiantian luming jiangwan"),
    (4, "nanqiao sumu tangguo qinghe", "sumu nanqiao"),
    (3, "zhixia jiangwan luming tiantian tangguo shiyan", "zhixia tangguo shiyan"),
    (2, "qinghe nanqiao sumu jiangwan zhixia luming", "qinghe jiangwan luming nanqiao"),
    (1, "tiantian tangguo zhixia sumu qinghe", "tiantian zhixia sumu tangguo"),
    (0, "nanqiao luming jiangwan tangguo", "nanqiao luming jiangwan"),
)
PARENTS = (
    (3, "tangguo fangyuan songhe jiangwan", "fangyuan"),
    (2, "zhixia tangguo songhe", ""),
    (1, "fangyuan jiangwan zhixia tangguo", "tangguo"),
    (0, "songhe fangyuan", ""),
)
# Who looks in from elsewhere; where the last one is, nobody tells.
AWAY = {"sumu": "SG", "songhe": "CA", "luming": None}
BUDGET, CLICK = 6000, 150


def fill(world: World) -> None:
    """A seller of budgets, a campaign in two communities, one that waits for the operator, and free words."""
    keeper = world.people["keeper"]
    _sell(keeper)
    pots = _campaign(world, "banpo", "开窑啦", BUDGET)
    flight = _flight(pots, "十一月这一窑", "cpc", CLICK, [world.communities["tea"]], is_even=False)
    product = next(x.product for x in world.shelf_of("tea") if x.product.merchant.slug == "banpo")
    card = Creative.make(
        flight, "product", title="这一窑刚凉下来", text="柴窑落灰，一只一个样。", product=product
    )
    card.approve(keeper)
    db.session.commit()
    _play(world, card, world.communities["tea"], TEA, "shelf.top", product.tags[0])
    clothes = _campaign(world, "manman", "冬天的第一件", 3000)
    flight = _flight(
        clothes,
        "两个星期",
        "cpm",
        20000,
        [world.communities["parents"]],
        day_cap=500,
        aim={"not_stages": ["decline", "silent"]},
    )
    picture = asdict(pictures.keep(art.cover("yard"))) | {"alt": "院子里晾着的小衣服"}
    sheet = Creative.make(
        flight, "picture", title="洗过才寄，没有商标扎脖子", text="零到三岁，掉了扣子我们补。",
        url="https://manman.example/winter", picture=picture,
    )  # fmt: skip
    sheet.approve(keeper)
    Creative.make(
        flight, "text", title="买两件送一条被子？", text="先等等，还在想。", url="https://manman.example/two"
    )
    db.session.commit()
    _play(world, sheet, world.communities["parents"], PARENTS, "shelf.below", "")
    for campaign in (pots, clothes):
        budgets.settle(campaign)
    _free(world, keeper)
    trail = world.communities["trail"]
    jonas = world.people["jonas"]
    Veto.put(trail, jonas, "Gear talk is welcome, adverts are not.", advertiser=clothes.advertiser)
    db.session.commit()


def _sell(keeper: Person) -> None:
    """The operator's own merchant sells the budgets."""
    Merchant.open(SELLER, "团子广告", "CNY", keeper)
    row = db.session.scalars(select(PluginSite).where(PluginSite.name == "ads")).first()
    if row is None:
        row = PluginSite(name="ads", is_active=True, settings={})
        db.session.add(row)
    row.settings = {**(row.settings or {}), "sellers": SELLER}
    db.session.commit()


def _campaign(world: World, slug: str, name: str, budget: int) -> Campaign:
    """A campaign whose budget was paid by an order."""
    merchant, owner = world.merchants[slug], world.owner_of(slug)
    campaign = Campaign.begin(Advertiser.of_merchant(merchant), name, merchant.currency, owner)
    order = budgets.ask_for(campaign, budget, owner, once.new_key())
    db.session.commit()
    payment = intend(order, next(iter(door().methods)), owner)
    db.session.commit()
    started = door().methods[payment.method].start(payment, "/orders")
    payment.move("started", reference=started.reference)
    capture(payment)
    budgets.credit(order.number)
    db.session.commit()
    return campaign


def _flight(
    campaign: Campaign, name: str, term: str, price: int, there: list[Community], **more: Any
) -> Flight:
    begins = now() - timedelta(days=7)
    flight = Flight.begin(
        campaign,
        name=name,
        term=term,
        price=price,
        starts_at=begins,
        ends_at=begins + timedelta(days=21),
        **more,
    )
    flight.aim_at([community.id for community in there])
    return flight


def _play(
    world: World, creative: Creative, community: Community, days: tuple[Any, ...], slot: str, keyword: str
) -> None:
    """Members look in and follow, day by day; each day is counted today and then put back to its place."""
    for ago, looked, followed in days:
        for n, key in enumerate(looked.split()):
            visitor = _visitor(world, key)
            token = tokens.read(tokens.make(creative.id, community.id, slot, visitor.name, keyword))
            if token is not None:
                counting.count_view(token, visitor, community)
                _look(token, 1800 + 700 * ((n * 3 + ago) % 7), visitor, community)
                if key in followed.split():
                    counting.count_click(token, visitor, community)
        for key in looked.split()[ago % 3 :: 3]:  # on another page they did not scroll as far
            visitor = _visitor(world, key)
            token = tokens.read(tokens.make(creative.id, community.id, slot, visitor.name, keyword))
            if token is not None:
                watching.tell(token, 0, visitor, community)
        db.session.flush()
        if ago:
            _put_back(creative, community, ago)
        db.session.commit()


def _visitor(world: World, key: str) -> Visitor:
    person = world.people[key]
    return Visitor(person, f"p{person.id}", f"demo-{key}", False, False, country=AWAY.get(key, "CN"))


def _look(token: tokens.Token, milliseconds: int, visitor: Visitor, community: Community) -> None:
    """They looked for a while, and left the page."""
    seen = db.session.scalars(select(Impression).where(Impression.token == token.nonce)).first()
    if seen is not None:
        seen.at -= timedelta(minutes=1)
        db.session.flush()
        watching.tell(token, milliseconds, visitor, community)


def _put_back(creative: Creative, community: Community, days: int) -> None:
    """What was counted today was counted so many days ago."""
    today, _begun = day_of(community)
    then, back = today - timedelta(days=days), timedelta(days=days)
    for row in db.session.scalars(
        select(Impression).where(Impression.creative_id == creative.id, Impression.day == today)
    ):
        row.day, row.at = then, row.at - back
        row.clicked_at = row.clicked_at - back if row.clicked_at else None
    for table, mine in (
        (Stat, Stat.creative_id == creative.id),
        (Part, Part.creative_id == creative.id),
        (FlightDay, FlightDay.flight_id == creative.flight_id),
    ):
        db.session.execute(update(table).where(mine, table.day == today).values(day=then))
    db.session.flush()


def _free(world: World, keeper: Person) -> None:
    """What fills the places that nobody pays for."""
    notices.post(
        Advertiser.of_house("团子"), "house", keeper, title="也给你们开一家团子", days=90, picture=None,
        text="一句承诺、几条规矩、一个架子，就可以开始。", url="https://tuanzi.example/open",
    )  # fmt: skip
    tea = world.communities["tea"]
    notices.post(
        Advertiser.of_community(tea), "own", world.people["xiaoman"], title="周六清柜子，来喝茶", days=30, picture=None,
        text="多出来的茶可以送，不可以卖。", url="https://tea.example/saturday",
    )  # fmt: skip
