"""The three communities of the demo and the five merchants who sell in them."""

from shop.demo.catalogue.words import DemoCommunity, DemoMerchant

COMMUNITIES = (
    DemoCommunity(
        "tea",
        "山里有茶",
        "一起喝当季的茶，认识种茶和烧杯子的人。",
        kind="interest",
        entry="open",
        size=200,
        rules="""\
1. **先喝再说。** 没喝过的茶不评价，喝过的请说真话。
2. 分享价格和年份要写清楚，不懂就说不懂，没有人会笑你。
3. 卖茶的朋友请先跟管理员打招呼；群里不私下收钱。
4. 每月最后一个周六是“清柜子”，多出来的茶可以送，不可以卖。
""",
        cover="tea_valley",
        owner="xiaoman",
        managers=("yuanshan",),
        members=(
            "zhixia",
            "nanqiao",
            "qinghe",
            "sumu",
            "jiangwan",
            "tiantian",
            "luming",
            "shiyan",
            "tangguo",
        ),
    ),
    DemoCommunity(
        "trail",
        "Ridge & Valley Runners",
        "Out at sunrise, nobody left on the hill, and only gear that we have run in ourselves.",
        kind="interest",
        entry="approval",
        size=80,
        rules="""\
1. **The last runner sets the pace.** We start together and we come back together.
2. Say what you carry: water, light, something warm. If you have none, ask; somebody always has two.
3. Leave the hill as it was. Gel tops are litter too.
4. Gear talk is welcome, adverts are not. If you were given something for free, say so in the first line.
""",
        cover="ridge_at_sunrise",
        owner="jonas",
        managers=("mei",),
        members=("priya", "tom", "ana", "kofi", "lea", "wen", "nora", "qinghe"),
        time_zone="Asia/Hong_Kong",
    ),
    DemoCommunity(
        "parents",
        "新手爸妈在一起",
        "半夜三点也有人回你的群，只推荐自己家孩子用过的东西。",
        kind="mixed",
        entry="invitation",
        size=60,
        rules="""\
1. 问什么都可以，**没有傻问题**。
2. 发烧、摔跤、过敏先看医生，再看群。
3. 不晒别人家孩子的脸。
4. 推荐东西请说：孩子多大、用了多久、哪里不好用。
""",
        cover="yard",
        owner="yinuo",
        managers=("dali",),
        members=("tangguo", "fangyuan", "songhe", "xiaolu", "musheng", "jiangwan", "zhixia"),
    ),
)

MERCHANTS = (
    DemoMerchant(
        "qingya",
        "青崖茶社",
        "一座山、三十亩老茶树、两口锅。一年只做春天和秋天，卖完就等下一年。",
        "微信：qingya-cha，早上九点到下午五点",
        ("茶", "pine"),
        {"luming": "owner", "chayu": "counter", "xiaoman": "analyst"},
        postage=800,
        free_over=19900,
        pickup="每周六下午，青崖茶社小院（带上自己的杯子，有茶喝）",
    ),
    DemoMerchant(
        "banpo",
        "半坡窑",
        "柴窑和电窑各一座，器物都是喝茶的人自己要用的尺寸。开片、落灰、窑粘都不算毛病，裂了才算。",
        "电话留言 400-000-0921，开窑那几天不接",
        ("窑", "brick"),
        {"shiyan": "owner"},
        postage=1500,
        free_over=29900,
        pickup="开窑日来窑口取，还热着",
    ),
    DemoMerchant(
        "ridgeworks",
        "Ridge Works",
        "Four people, two sewing machines and one long test loop behind the house. What we sell we repair, for as long "
        "as the company lives.",
        "hello@ridgeworks.example",
        ("R", "indigo"),
        {"nora": "owner", "ben": "counter", "tom": "analyst"},
        postage=1200,
        free_over=39900,
        pickup="Saturday run, at the trailhead, before seven",
    ),
    DemoMerchant(
        "manman",
        "慢慢长大",
        "给零到三岁做衣服和被子。没有商标扎脖子，没有扣子要低头找。每一件都洗过才寄。",
        "微信：manman-zhangda，哄睡之后回复",
        ("慢", "plum"),
        {"xiaolu": "owner", "yinuo": "manager"},
        postage=800,
        free_over=15900,
        pickup="新手爸妈周三下午的公园小聚",
    ),
    DemoMerchant(
        "mumu",
        "木木玩具",
        "老木匠的小作坊：榉木、椴木，水性漆，圆角，一颗钉子也没有。掉了轮子寄回来，修好再寄回去。",
        "写信最好：mumu@demo.example",
        ("木", "teal"),
        {"musheng": "owner", "dali": "counter"},
        postage=1000,
        free_over=19900,
        pickup="作坊门口，按铃，狗不咬人",
    ),
)
