"""The demo's rounds: a tea pet that members have named, a colour that is voted on, a lamp that looks for a name.

Everything goes through the verbs that people use; only the dates of what is over are put back in time.
"""

from datetime import datetime, timedelta

from plugins.naming.ballots import cast
from plugins.naming.closing import close, move_on
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round, RoundChange
from shop.clock import now
from shop.db import db
from shop.demo.world import World
from shop.people.models import Person

PIG = """\
石砚捏它的时候没想名字，窑里一开，它闭着眼，像在听水声。

- **不要**“招财”“旺”，它什么也不招
- 念出来要像叫一个老朋友
- 四个字以内
"""
# What members proposed: who, the name, its story.
PIG_NAMES = (
    ("tiantian", "阿满", "它坐在那里的样子，就是一个“满”字。浇茶的时候叫一声：阿满，开饭。"),
    ("zhixia", "听水", "闭着眼不是在睡，是在听壶里的水到了没有。"),
    ("nanqiao", "不急", "每次催水的时候看它一眼，它不急。"),
    ("qinghe", "0xPIG", "十六进制的猪，只有我笑得出来。"),
    ("sumu", "茯苓", "颜色像，也养胃。"),
)
# Rankings by voter: places in PIG_NAMES (those that were accepted), the liked best first.
PIG_BALLOTS = (
    ("xiaoman", (1, 0)),
    ("yuanshan", (2, 1, 0)),
    ("zhixia", (1, 2)),
    ("nanqiao", (2, 0)),
    ("qinghe", (0, 4, 2)),
    ("sumu", (4, 0)),
    ("jiangwan", (0,)),
    ("tiantian", (0, 1)),
    ("luming", (4, 1, 0)),
    ("tangguo", (2, 0, 1)),
)
CAP = """\
Forty caps of next spring's batch get one new colour. The cloth is here, all four of it. Which one would you wear in
the rain, and which one in the café afterwards?
"""
CAP_COLOURS = (
    ("Moss after rain", "Dark green; hides every gel stain that we tried."),
    ("Brick lane", "Warm red. Nobody loses you in fog."),
    ("Persimmon", "The colour of the sun on the front, all over."),
    ("Five fifty-two", "The grey before sunrise. Yes, it is a colour."),
)
CAP_BALLOTS = (("jonas", (0, 3)), ("mei", (2, 0, 1)), ("priya", (1, 2)), ("ana", (3,)), ("lea", (3, 0)))
LAMP = """\
月亮灯要出一个小号，放在口袋里带去外婆家。同一张脸，更小，充一次电两个晚上。

名字要能让两岁的孩子自己喊出来。
"""
LAMP_NAMES = (
    ("songhe", "小月牙", "我们还没见面，但我每天对着肚子这么叫。", True),
    ("fangyuan", "半个月亮", "我家两个，一人一半。", True),
    ("tangguo", "奶白白", "女儿看到图片第一句话。", False),
)


def fill(world: World) -> None:
    """Each round as far as its story goes."""
    _named(world)
    _voting(world)
    _looking(world)
    db.session.commit()


def _named(world: World) -> None:
    round = _round(world, "tea", "tea-pet", "name", "给闭眼小猪起个名字", PIG, longest=8, each=2)
    seller = world.owner_of("banpo")
    made = [Proposal.make(round, name, story, world.people[key]) for key, name, story in PIG_NAMES]
    for each in made:
        each.screen(each is not made[3], "念不出来，老人家会问很久。" if each is made[3] else "", seller)
    db.session.flush()
    _vote(world, round, made, PIG_BALLOTS)
    close(round)
    db.session.flush()
    round.thank("谢谢田田。下一窑的底款已经刻上“阿满”两个字，第一只留给你。", seller)
    _back(round, timedelta(days=18))


def _voting(world: World) -> None:
    """The seller's own choices; the vote runs."""
    title = "The spring colour of the sunrise cap"
    round = _round(world, "trail", "sunrise-cap", "colour", title, CAP, longest=30, each=0, own=CAP_COLOURS)
    _vote(world, round, list(Proposal.of(round)), CAP_BALLOTS)
    _back(round, timedelta(days=2))


def _looking(world: World) -> None:
    """Proposals come in; one waits to be looked at."""
    round = _round(world, "parents", "moon-lamp", "name", "小号月亮灯叫什么", LAMP, longest=10, each=3)
    for key, name, story, accepted in LAMP_NAMES:
        made = Proposal.make(round, name, story, world.people[key])
        if accepted:
            made.screen(True, "", world.owner_of("mumu"))
    _back(round, timedelta(days=3))


def _round(
    world: World, community: str, handle: str, kind: str, title: str, text: str, *, longest: int, each: int,
    own: tuple[tuple[str, str], ...] = (),
) -> Round:  # fmt: skip
    """Written by the seller, accepted by the community's owner."""
    listing = world.listings[community, handle]
    seller = world.owner_of(listing.product.merchant.slug)
    round = Round(
        community=listing.community, merchant=listing.product.merchant, product=listing.product, kind=kind, title=title,
        text=text, longest=longest, each=each,
    )  # fmt: skip
    db.session.add(round)
    db.session.flush()
    for name, story in own:
        Proposal.add(round, name, story, seller)
    round.move("review", seller)
    round.open(_owner(world, community))
    return round


def _vote(
    world: World, round: Round, names: list[Proposal], ballots: tuple[tuple[str, tuple[int, ...]], ...]
) -> None:
    round.proposals_until = now()
    db.session.flush()
    move_on(round)
    for key, ranks in ballots:
        cast(round, [names[place].id for place in ranks], world.people[key])


def _back(round: Round, by: timedelta) -> None:
    """As if it had begun that long ago."""
    began: datetime = (round.opened_at or now()) - by
    round.opened_at = began
    round.proposals_until = began + timedelta(days=round.propose_days if round.each else 0)
    if round.votes_until is not None:
        round.votes_until = round.proposals_until + timedelta(days=round.vote_days)
    at = {
        "review": began - timedelta(days=1),
        "proposing": began,
        "voting": round.proposals_until,
        "counted": round.votes_until,
    }
    change: RoundChange
    for change in round.changes:
        change.at = at[change.to_state] or began
    db.session.flush()


def _owner(world: World, community: str) -> Person:
    return next(p for p in world.people.values() if world.communities[community].role_of(p) == "owner")
