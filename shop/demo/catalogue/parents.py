"""What stands on the new parents' shelf."""

from shop.demo.catalogue.words import DemoProduct, form, grid, one, pictures

PARENTS = ("parents",)

PRODUCTS = (
    DemoProduct(
        "bear-hat",
        "manman",
        PARENTS,
        "小熊毛线帽",
        "帽子",
        ("秋冬", "手织", "送礼"),
        """\
两只耳朵是先织好再缝上去的，抓着它摘帽子也不会掉——我们试过，用一个一岁半的专业测试员。

精纺羊毛，内圈一层棉，不扎额头。冷水手洗，平铺晾。
""",
        ("颜色", "头围"),
        grid(
            "MM-HT",
            7900,
            ("40–44 cm", "45–49 cm", "50–52 cm"),
            {"小熊棕": (9, 14, 6), "雾紫": (5, 0, 3)},
            grams=90,
        ),
        pictures(
            "hat",
            "clay straw sky clouds",
            "lilac rose mist clouds",
            "clay straw celadon dots close",
            alt="有两只圆耳朵的小熊毛线帽",
        ),
    ),
    DemoProduct(
        "dumpling-onesie",
        "manman",
        PARENTS,
        "团子包屁衣 · 短袖",
        "衣服",
        ("纯棉", "当家", "四季"),
        """\
胸前一只团子，会笑。没有领标，洗唛在外面，按扣一共三颗，半夜摸黑也扣得上。

- 双面棉，洗过再寄，不会再缩
- 肩膀是信封领，**可以往下脱**，懂的爸妈都懂
- 偏大半码，孩子长得比快递快
""",
        ("颜色", "身高"),
        grid(
            "MM-ON",
            6900,
            ("59", "66", "73", "80"),
            {"天空蓝": (12, 20, 16, 7), "奶油": (15, 22, 9, 0), "桃粉": (4, 11, 8, 2)},
            was=7900,
            grams=110,
        ),
        pictures(
            "onesie",
            "sky ochre cream dots",
            "cream persimmon celadon clouds",
            "rose cream mist dots",
            "sky ochre straw moon close",
            alt="胸前印着团子笑脸的短袖包屁衣",
        ),
    ),
    DemoProduct(
        "wave-blanket",
        "manman",
        PARENTS,
        "海浪盖毯",
        "被子",
        ("纱布", "四季", "送礼"),
        """\
六层纱，夏天一条，春秋两条，冬天塞进被套里。边上的流苏打了死结，拽不掉。

洗一次软一点，洗到第十次，你会想给自己也买一条。有大人的尺寸，真的。
""",
        ("尺寸",),
        (
            form("80 × 100", "MM-BL-S", 15800, 24, grams=420),
            form("110 × 120", "MM-BL-M", 21800, 10, grams=640),
            form("150 × 200，给大人", "MM-BL-L", 36800, 3, grams=1300),
        ),
        pictures(
            "blanket",
            "celadon rose mist moon",
            "sky cream blush arch",
            "ochre celadon cream dots close",
            alt="叠好的三层纱布盖毯，角上有星星",
        ),
    ),
    DemoProduct(
        "carrot-bib",
        "manman",
        PARENTS,
        "胡萝卜饭兜",
        "吃饭",
        ("辅食", "好洗"),
        """\
下面那条是口袋，接得住三分之二的饭。剩下三分之一在地上，我们也没有办法。

布面防水，擦一擦就干净，也能进洗衣机。后颈是按扣，孩子自己扯不开。
""",
        ("颜色",),
        (
            form("麦子", "MM-BB-W", 4500, 37, grams=70),
            form("豆绿", "MM-BB-G", 4500, 18, grams=70),
        ),
        pictures("apron", "straw celadon rose dots", "celadon straw cream dots", alt="绣着三根胡萝卜的饭兜"),
    ),
    DemoProduct(
        "first-booties",
        "manman",
        PARENTS,
        "第一双小鞋",
        "鞋袜",
        ("学步", "手工"),
        """\
底是软的，脚趾抓得到地。大人的鞋要好看，这双要能忘掉自己穿着鞋。

鞋带是假的，里面是一条松紧。别告诉孩子。
""",
        ("颜色", "内长"),
        grid(
            "MM-BT",
            9800,
            ("11 cm", "12 cm", "13 cm"),
            {"桃粉": (6, 9, 4), "湖青": (8, 5, 0), "柿子": (1, 0, 2)},
            grams=120,
        ),
        pictures(
            "booties",
            "rose cream celadon clouds",
            "teal cream straw clouds",
            "persimmon cream mist moon",
            alt="一双针织口的软底小鞋",
        ),
    ),
    DemoProduct(
        "glass-bottle",
        "manman",
        PARENTS,
        "玻璃奶瓶 · 240 ml",
        "喂养",
        ("玻璃", "喂养"),
        """\
高硼硅玻璃，宽口，刻度印在里层，洗不掉。配一只硅胶奶嘴（中流量）和一个防摔的布套。

我们量过：从七十厘米的桌子掉到木地板上，五次碎一次；套着布套，二十次没碎。
""",
        ("颜色",),
        (
            form("湖青盖", "MM-NP-T", 8800, 26, grams=240),
            form("桃粉盖", "MM-NP-R", 8800, 17, grams=240),
        ),
        pictures(
            "bottle", "teal ochre blush clouds", "rose ochre mist clouds pair", alt="印着星星的玻璃奶瓶"
        ),
    ),
    DemoProduct(
        "smile-bowl",
        "manman",
        PARENTS,
        "笑脸吸盘碗",
        "吃饭",
        ("辅食", "硅胶"),
        """\
吸得住桌子，也给了大人一个偷偷松开的小耳朵。配勺子一把，头是软的。

可以蒸，可以微波，可以扔（请别扔）。
""",
        ("颜色",),
        (
            form("豆绿", "MM-BW-G", 6800, 31, was=7600, grams=210),
            form("麦子", "MM-BW-Y", 6800, 0, was=7600, grams=210),
        ),
        pictures(
            "bowl",
            "celadon persimmon straw dots",
            "ochre teal mist dots",
            alt="有笑脸和两只耳朵的豆绿色碗，斜插一把勺",
        ),
    ),
    DemoProduct(
        "gromwell-balm",
        "manman",
        PARENTS,
        "紫草护臀膏",
        "护理",
        ("护理", "无香"),
        """\
紫草、橄榄油、蜂蜡，三样东西，小火四十分钟。没有香精，闻起来像一锅药，用起来不粘手。

**这不是药。** 红了两天没好，去看医生。
""",
        ("净含量",),
        (
            form("20 g", "MM-ZC-20", 3900, 46, grams=60),
            form("50 g", "MM-ZC-50", 7900, 5, grams=110),
        ),
        pictures("balm", "plum lilac cream arch", alt="打开的一小盒紫草膏和一枝紫草花"),
    ),
    DemoProduct(
        "walk-bag",
        "manman",
        PARENTS,
        "出门包 · 一只手版",
        "包",
        ("出门", "耐脏"),
        """\
因为另一只手抱着孩子。所有口袋单手开，奶瓶插外面，湿巾从侧面抽，钥匙有一根绳子拴着它。

大力背了一年，丢过两顶帽子、一只鞋，没丢过包里的东西。
""",
        ("颜色",),
        (
            form("靛蓝", "MM-BG-I", 26800, 9, grams=720),
            form("苔绿", "MM-BG-M", 26800, 4, grams=720),
        ),
        pictures(
            "satchel",
            "indigo straw blush moon",
            "moss cream sky moon close",
            "moss cream celadon arch",
            alt="靛蓝色的大手提包，侧袋插着奶瓶",
        ),
    ),
    DemoProduct(
        "stacking-rings",
        "mumu",
        PARENTS,
        "叠叠圈 · 白萝卜",
        "玩具",
        ("木头", "六个月起"),
        """\
顶上是一只白萝卜，会笑，因为它知道自己总要被拿下来。

五个圈，大小差得刚好，叠错了也叠得上去。**对错不要紧**，响了就行。
""",
        (),
        one("MU-RG-5", 12800, 16, grams=540),
        pictures(
            "rings",
            "persimmon teal blush dots",
            "plum sky straw dots close",
            alt="五彩木圈叠成的塔，顶上一只微笑的白萝卜",
        ),
    ),
    DemoProduct(
        "word-blocks",
        "mumu",
        PARENTS,
        "山水日月积木",
        "玩具",
        ("木头", "识字", "当家"),
        """\
榉木十二块，每块四个字、一幅画、一面空白。空白是留给孩子自己画的，水彩洗得掉，也可以不洗。

老徐说：先让他咬，再让他认。咬完了字就认得了。
""",
        ("规格",),
        (
            form("十二块", "MU-BK-12", 16800, 20, grams=900),
            form("三十块，木箱", "MU-BK-30", 35800, 2, was=39800, grams=2300),
        ),
        pictures(
            "blocks",
            "indigo brick celadon moon",
            "teal persimmon cream window close",
            alt="写着山、水、日的三块木积木",
        ),
    ),
    DemoProduct(
        "pull-duck",
        "mumu",
        PARENTS,
        "拉绳小鸭",
        "玩具",
        ("木头", "学步"),
        """\
走得快，它点头快；走得慢，它点头慢；不走，它看着你。

绳子四十厘米，比绕脖子的长度短。围巾可以摘，掉了轮子寄回来。
""",
        ("颜色",),
        (
            form("黄鸭", "MU-DK-Y", 11800, 13, grams=480),
            form("白鸭", "MU-DK-W", 11800, 0, grams=480),
        ),
        pictures(
            "duck",
            "ochre teal mist clouds",
            "cream persimmon sky clouds",
            alt="系着围巾的木头小鸭，下面四个轮子",
        ),
    ),
    DemoProduct(
        "little-train",
        "mumu",
        PARENTS,
        "水果小火车",
        "玩具",
        ("木头", "两岁起"),
        """\
一节车头，一节货厢，拉三只果子：柿子、柠檬、桃。果子拿得下来，也塞得进嘴里——所以做得比嘴大。
""",
        ("规格",),
        (
            form("一车一厢", "MU-TR-1", 13800, 11, grams=620),
            form("一车三厢", "MU-TR-3", 22800, 6, grams=1200),
        ),
        pictures(
            "train", "brick teal sky clouds", "indigo ochre celadon hills", alt="红色木头火车头拉着一厢果子"
        ),
    ),
    DemoProduct(
        "moon-lamp",
        "mumu",
        PARENTS,
        "睡着的月亮灯",
        "灯",
        ("夜灯", "木座"),
        """\
闭着眼睛的月亮，摸一下亮一点，再摸一下更亮，摸三下睡着。最暗一档，喂奶够用，不会把人弄醒。

充一次电，大约九个晚上。
""",
        (),
        one("MU-ML-1", 18800, 8, was=21800, grams=520),
        pictures(
            "moonlamp",
            "cream straw indigo night",
            "blush straw plum night close",
            alt="放在木座上的圆月亮灯，闭着眼微笑",
        ),
    ),
    DemoProduct(
        "star-mobile",
        "mumu",
        PARENTS,
        "星星下雨床铃",
        "床铃",
        ("木头", "毛毡"),
        """\
两颗星、两朵云、一弯月亮，没有电，没有音乐，靠开门的风转。孩子看它，你看孩子，谁先睡着谁赢。

挂绳承重三公斤，请挂在够不着的地方。
""",
        (),
        one("MU-MB-1", 23800, 1, grams=380),
        pictures(
            "mobile",
            "ochre sky indigo night",
            "persimmon mist plum night",
            alt="木杆下垂着星星、下雨的云和月亮的床铃",
        ),
    ),
)
