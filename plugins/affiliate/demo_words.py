"""What the demo's articles say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoProgramme:
    """A partner's programme of the demo; rates in basis points, the cap in minor units."""

    code: str
    name: str
    host: str
    currency: str
    points: int
    community_points: int
    better_product: str
    cap: int


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card: at a partner, or a thing of the shelf by its place."""

    title: str = ""
    note: str = ""
    programme: str = ""
    url: str = ""
    product: str = ""
    price: int | None = None
    on_shelf: int = 0


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of the demo."""

    community: str
    author: str
    kind: str
    title: str
    lead: str
    body: str
    still: tuple[str, str, str, str]
    cards: tuple[DemoCard, ...]
    verdict: str = ""
    obtained: str = ""
    state: str = "published"
    is_read: bool = False
    close: str = ""  # what a picture from close by shows


PROGRAMMES = (
    DemoProgramme("qingshan", "青山器物", "shop.qingshan.example", "CNY", 800, 200, "gaiwan-03", 500_000),
    DemoProgramme(
        "highline", "Highline Outdoor", "www.highline.example", "CNY", 600, 200, "lamp-400", 300_000
    ),
)

ARTICLES = (
    DemoArticle(
        "tea",
        "zhixia",
        "report",
        "三只盖碗，用了一个月",
        "不烫手的那只不是最贵的那只。",
        "我每天早上泡白茶，这三只盖碗轮流用，各用了十天。量了三件事：倒水时烫不烫手、出汤要几秒、盖子响不响。\n\n"
        "## 怎么测的\n\n同一款白牡丹，5 克，95 度水，第一泡 20 秒。每只测十次，取中间的数。\n\n"
        "| 盖碗 | 烫手 | 出汤 |\n|---|---|---|\n| 薄胎白瓷 | 烫 | 4 秒 |\n"
        "| 反口玻璃 | 不烫 | 6 秒 |\n| 粗陶 | 微烫 | 7 秒 |\n\n"
        "[card 1]\n\n"
        "[picture 1]\n\n"
        "反口的碗沿往外翻，手指碰不到热的地方，新手也能端稳。缺点是出汤慢两秒，喝岩茶会觉得浓。\n\n"
        "## 泡什么\n\n测的时候一直用群里的这款，凉了也不涩，适合拿来比器物。\n\n[card 2]\n",
        ("gaiwan", "rice", "persimmon", "straw"),
        (
            DemoCard(
                "反口玻璃盖碗 150 ml",
                "三只里最不烫手的。盖子磕过一次，没缺口。",
                "qingshan",
                "https://shop.qingshan.example/gaiwan?id=03",
                "gaiwan-03",
                12800,
            ),
            DemoCard(note="测试时喝的就是它。", on_shelf=0),
        ),
        verdict="怕烫选反口玻璃；要快选薄胎白瓷；粗陶好看，泡白茶会吃香气。",
        obtained="bought",
        is_read=True,
        close="碗沿往外翻的那一圈",
    ),
    DemoArticle(
        "trail",
        "priya",
        "article",
        "What I carried on my first fifty",
        "Less than I packed, and one thing I would not leave again.",
        "Everybody told me to carry less. Nobody told me what to leave at home, so here is my list, weighed on a "
        "kitchen scale before the start and judged at kilometre forty-one.\n\n"
        "## Light\n\nIt gets dark in the valley half an hour before it does on the ridge. I borrowed a lamp from Jonas "
        "for the last descent and bought the same one the week after.\n\n[card 1]\n\n"
        "## Everything else\n\nTwo soft flasks, salt, a jacket that I did not need and was glad of.\n\n[card 2]\n",
        ("headlamp", "ink", "persimmon", "cream"),
        (
            DemoCard(
                "Headlamp, 400 lumen",
                "Five hours on the middle setting, counted. Heavier than it looks.",
                "highline",
                "https://www.highline.example/p/lamp-400",
                "lamp-400",
                36900,
            ),
            DemoCard(note="The one I wore. Dries on the hook behind the door.", on_shelf=0),
        ),
    ),
    DemoArticle(
        "parents",
        "fangyuan",
        "report",
        "双胞胎的两个月：哪些东西真的要买两份",
        "推车一辆就够，奶瓶四个不够。",
        "先说结论：成对出现的不一定要成对买。下面是我们家的清单，用得上的和后悔的都写了。\n\n[card 1]\n",
        ("onesie", "blush", "persimmon", "cream"),
        (DemoCard(note="一个孩子一件，换洗要三件。", on_shelf=0),),
        verdict="贴身的买双份，大件的先借。",
        obtained="bought",
        state="proposed",
    ),
)
