"""What the demo's campaigns say; data only, no rows."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoReward:
    """A reward or add-on; amounts in minor units."""

    title: str
    price: int
    story: str = ""
    limit: int | None = None
    is_addon: bool = False
    ships: bool = True
    month: str = "2027-05"


@dataclass(frozen=True, slots=True)
class DemoCampaign:
    """A campaign, its product and who backs it: (person, place of the reward, support on top)."""

    community: str
    merchant: str
    handle: str
    product: str
    kind: str
    picture: str
    title: str
    pitch: str
    story: str
    risks: str
    goal: int
    ending: str
    rewards: tuple[DemoReward, ...]
    backers: tuple[tuple[str, int, int], ...] = ()
    optimum: int | None = None
    thanks: str = ""
    days: int = 20
    vote: tuple[str, tuple[str, ...], tuple[str, ...]] | None = None  # question, choices, who votes for which
    survey: tuple[str, tuple[str, ...]] | None = None
    stretch: tuple[tuple[int, str], ...] = ()
    task: tuple[str, int, tuple[tuple[str, str], ...]] | None = None
    news: tuple[tuple[str, str, bool], ...] = field(default=())


CAMPAIGNS = (
    DemoCampaign(
        "tea", "banpo", "cool-gaiwan", "不烫手的盖碗", "器物", "gaiwan celadon pine straw arch close",
        "一只不烫手的盖碗",
        "沿口外翻三毫米，新手也敢端起来。釉色由群里一起定。",
        """\
何田田在群里说，她学了一个月还是怕烫。石砚回窑试了四种沿口，第三种谁端都不烫。

## 钱用在哪里

- 开一副新模具：2600 元
- 一窑的柴和两个人的工：其余

**老实说**：手拉坯，每只差两毫米。要一模一样的，请买机器做的。
""",
        "柴窑看天，落灰和开片不可预料；要是一窑烧坏，会再烧一窑，交付可能晚一个月。",
        600000, "succeeded",
        (
            DemoReward("一只盖碗", 16800, "110 毫升，带盖和托。", 30),
            DemoReward("一对盖碗", 32000, "给自己一只，给怕烫的人一只。", 12),
            DemoReward("开窑那天来看", 88000, "两只盖碗，在窑边吃一顿饭。", 8),
            DemoReward("茶巾", 2800, "粗布，吸水。", None, True),
        ),
        (
            ("tiantian", 1, 0), ("zhixia", 2, 2000), ("nanqiao", 1, 0), ("qinghe", 0, 5000), ("sumu", 2, 0),
            ("yuanshan", 2, 10000), ("jiangwan", 1, 0), ("xiaoman", 2, 50000), ("luming", 2, 20000),
        ),
        thanks="模具的尺寸图公开，谁都可以拿去用。",
        vote=("用什么釉？", ("月白", "青瓷", "柴烧本色"), ("青瓷", "月白", "青瓷", "柴烧本色", "青瓷")),
        survey=("盖子上要不要刻字？", ("不刻", "刻一个茶字", "刻我的名字")),
        news=(
            ("模具做好了", "第三版沿口，小满试了十泡没有烫到。", False),
            ("开窑的日子", "只告诉支持者：五月第二个周六，窑边见。", True),
        ),
    ),
    DemoCampaign(
        "trail", "ridgeworks", "dusk-vest", "Dusk vest", "running", "vest persimmon indigo mist night",
        "A vest that is seen at dusk",
        "Reflective thread woven in, not glued on: it does not peel after ten washes.",
        """\
Three of us were nearly not seen on the road section last November. Glued stripes peel; woven thread stays.

## Where the money goes

- 60 metres of woven reflective cloth, the smallest lot the mill sells
- two weeks of sewing

What we sell we repair, this too.
""",
        "The mill has been late before. If the cloth is late, the vests are late; we tell you the same day.",
        450000, "live",
        (
            DemoReward("One vest", 39800, "Sizes XS to XL, asked after the campaign.", 20),
            DemoReward("A vest, first cut", 34800, "For the first ten.", 10),
            DemoReward("A thank-you", 3000, "Your name on the board at the test loop.", None, False, False),
            DemoReward("Spare buckle", 900, "They always break on a Sunday.", None, True),
        ),
        (
            ("priya", 1, 0), ("tom", 1, 2500), ("ana", 1, 0), ("kofi", 0, 0), ("lea", 1, 0), ("wen", 2, 7000),
            ("mei", 1, 15200), ("ben", 3, 0),
        ),
        optimum=900000,
        thanks="The pattern is published under a free licence, whether you back it or not.",
        survey=("Which size?", ("XS", "S", "M", "L", "XL")),
        stretch=((600000, "A second colour, chosen by you"), (900000, "Pockets that do not bounce")),
        task=("Wear a sample for two weeks and be honest", 3, (("priya", "I run before work, in the dark."),)),
        news=(("The first sample", "Lea has photographed it at dusk: you see it from 120 metres.", False),),
    ),
    DemoCampaign(
        "parents", "mumu", "long-train", "木头长火车", "玩具", "train ochre teal cream hills",
        "一列二十节的木头火车",
        "每节车厢一个孩子的名字，摆在群里活动室。",
        """\
徐木生想做一列二十节的火车，放在活动室给大家玩。做二十节要买一整根榉木。

差得有点多，没有筹成，钱都退了。他先做了五节。
""",
        "木头可能开裂，要换料；最多晚三周。",
        800000, "failed",
        (
            DemoReward("一节车厢", 28000, "刻上孩子的名字，玩够了可以带回家。", 20),
            DemoReward("谢谢你", 2000, "一张火车的照片。", None, False, False),
        ),
        (("tangguo", 0, 0), ("fangyuan", 0, 2000), ("songhe", 1, 0), ("dali", 0, 0)),
        days=15,
    ),
    DemoCampaign(
        "parents", "manman", "night-bag", "一觉到天亮的睡袋", "衣物", "blanket lilac cream mist moon",
        "一觉到天亮的睡袋",
        "两头都能打开，半夜换尿布不用脱光。厚度和花色由大家投票。",
        """\
赵一诺凌晨三点在群里问：有没有两头都能开的睡袋？没有，那就一起做一个。

先投票，投完再开始认筹，定下来的就不改了。
""",
        "面料要定织，可能晚两到三周。",
        300000, "voting",
        (DemoReward("一条睡袋", 19800, "70、80、90 三个尺码。", 60), DemoReward("两条", 37800, "换着用。", 20)),
        vote=("多厚？", ("薄的，夏天也能用", "中等", "厚的"), ("中等", "中等", "薄的，夏天也能用")),
    ),
)  # fmt: skip
