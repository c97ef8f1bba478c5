"""What stands on the tea drinkers' shelf."""

from shop.demo.catalogue.words import DemoProduct, form, one, pictures

TEA = ("tea",)

PRODUCTS = (
    DemoProduct(
        "longjing",
        "qingya",
        TEA,
        "明前龙井 · 老茶树头采",
        "绿茶",
        ("绿茶", "当季", "明前"),
        """\
清明前六天，坡上的老茶树刚醒，只采一芽一叶。陆鸣一锅炒二两，一天炒不了三斤。

- **喝起来**：豆香在前，回甘很慢，第三泡最好
- **怎么泡**：85 度水，先水后茶，不盖盖子
- **老实说**：叶子不够整齐，有一点炒黄的边，那是手炒的记号

开罐后放冰箱，一个月里喝完它。茶不等人。
""",
        ("净含量",),
        (
            form("50 g", "QY-LJ-50", 16800, 42, was=19800, grams=120),
            form("100 g", "QY-LJ-100", 31800, 18, grams=190),
            form("250 g", "QY-LJ-250", 72000, 3, grams=420),
        ),
        pictures(
            "tin",
            "pine ochre celadon moon",
            "pine ochre straw window close",
            "pine ochre celadon arch pair",
            alt="墨绿色茶叶罐，红印白签，签上一个茶字",
        ),
    ),
    DemoProduct(
        "five-flavours",
        "qingya",
        TEA,
        "五味 · 入门品饮盒",
        "组合",
        ("入门", "送礼", "试喝"),
        """\
不知道自己喜欢什么，就从这一盒开始：龙井、岩茶、白毫、滇红、熟普，每样四小包，一包一杯。

盒子里有一张卡片，空着五行，等你写下哪一杯想再来一次。写完拍给小满，她会告诉你下一步喝什么，**不会**告诉你该买什么。
""",
        ("规格",),
        (
            form("二十包", "QY-WW-20", 8800, 64, grams=180),
            form("四十包", "QY-WW-40", 15800, 21, was=17600, grams=330),
        ),
        pictures(
            "sachets",
            "indigo plum blush arch",
            "indigo plum mist window close",
            alt="蓝色盒子里插着五种小茶包",
        ),
    ),
    DemoProduct(
        "puer-cake",
        "qingya",
        TEA,
        "老树熟普饼 · 2019 勐海",
        "普洱",
        ("熟茶", "养胃", "可存"),
        """\
2019 年春料，2020 年渥堆，棉纸包好在北方干仓睡了几年，堆味已经散干净。

357 克一饼，撬下指甲盖大一块就够喝一上午。青禾说他用来代替咖啡，我们不保证，但他的确不太发火了。

> 纸会有茶渍和虫眼，那是时间盖的章。
""",
        ("规格",),
        (
            form("整饼 357 g", "QY-PE-357", 26800, 25, grams=420),
            form("四分之一饼", "QY-PE-90", 7200, 37, grams=120),
            form("一提七饼", "QY-PE-7", 168000, 0, was=187600, grams=3100),
        ),
        pictures(
            "cake",
            "brick ochre moss window",
            "brick ochre cream moon close",
            alt="棉纸包着的圆茶饼，红色圈印，上写普洱",
        ),
    ),
    DemoProduct(
        "osmanthus-honey",
        "qingya",
        TEA,
        "桂花蜜 · 院子里那棵",
        "茶点",
        ("秋天", "茶点", "限量"),
        """\
茶社院子里有一棵金桂，九月落三天花。落在布上的才要，落在地上的给蚂蚁。

一层花一层洋槐蜜，封一个月。冲水、拌酸奶、抹馒头都可以，空口吃也没人管你。今年一共 **九十六罐**。
""",
        (),
        one("QY-GH-250", 5800, 7, grams=460),
        pictures(
            "jar",
            "ochre indigo blush arch",
            "ochre indigo celadon dots close",
            alt="蓝布封口的桂花蜜玻璃罐，旁边一枝桂花",
        ),
    ),
    DemoProduct(
        "mooncakes",
        "qingya",
        TEA,
        "茶馅月饼 · 六只",
        "茶点",
        ("中秋", "茶点", "预订"),
        """\
豆沙里揉了焙火岩茶的碎叶，甜的尽头有一点苦，正好再喝一口。

猪油是自家熬的，所以吃素的朋友请等我们的植物油版本。保质期十五天，没有脱氧剂之外的任何剂。
""",
        ("口味",),
        (
            form("岩茶豆沙", "QY-YB-1", 9800, 30, grams=520),
            form("龙井莲蓉", "QY-YB-2", 9800, 4, grams=520),
            form("六只混装", "QY-YB-3", 10800, 0, was=11800, grams=540),
        ),
        pictures(
            "mooncakes",
            "ochre celadon persimmon moon",
            "ochre celadon mist window close",
            alt="青瓷盘里叠着三只月饼",
        ),
    ),
    DemoProduct(
        "tea-mountain-book",
        "qingya",
        TEA,
        "《茶山记》· 陈远山手绘",
        "书",
        ("书", "送礼"),
        """\
远山老师退休后走了四十一座茶山，每座画一张剖面：上面长什么树，下面是什么石头，中间住着什么人。

线装，一百二十八页，字不多，图很密。扉页可以写名字，下单时在留言里告诉他。
""",
        ("版本",),
        (
            form("平装", "QY-BK-P", 6800, 50, grams=340),
            form("签名线装", "QY-BK-S", 12800, 12, grams=380),
        ),
        pictures(
            "tea_book",
            "indigo celadon straw arch",
            "indigo celadon mist moon close",
            alt="靛蓝封面的线装书，书名茶山记，前面一杯茶",
        ),
    ),
    DemoProduct(
        "tea-tools",
        "qingya",
        TEA,
        "竹茶则五件 · 一筒",
        "茶具",
        ("竹", "入门"),
        """\
茶则、茶针、茶夹、茶匙、养壶笔，一根竹子上取的料，颜色会一起变深。

没有雕龙画凤，筒身只刻了几枝竹。用坏了哪一支，告诉编号，单独补给你，十块一支。
""",
        (),
        one("QY-TZ-5", 4900, 80, grams=210),
        pictures(
            "tools", "tea straw cream window", "tea straw celadon moon close", alt="绿色竹筒里插着四件竹茶具"
        ),
    ),
    DemoProduct(
        "gaiwan",
        "banpo",
        TEA,
        "远山盖碗 · 青花",
        "盖碗",
        ("青花", "手绘", "当家"),
        """\
一百四十毫升，一个人喝刚好，两个人喝要客气一点。口沿外撇得多，**不烫手**，田田学了三天就会了。

每一只的远山都不一样，发哪一座看运气。盖子和碗一起烧，换不了别人的。
""",
        ("釉色",),
        (
            form("青花", "BP-GW-Q", 22800, 14, grams=320),
            form("赭石", "BP-GW-Z", 22800, 9, grams=320),
            form("松绿", "BP-GW-S", 24800, 2, grams=320),
        ),
        pictures(
            "gaiwan",
            "indigo ochre mist window",
            "indigo ochre cream moon close",
            "brick indigo straw arch",
            "pine ochre celadon moon",
            alt="手绘远山的盖碗，带托",
        ),
    ),
    DemoProduct(
        "drip-cups",
        "banpo",
        TEA,
        "流釉对杯",
        "茶杯",
        ("对杯", "送礼"),
        """\
釉浇下去，流到哪里停，窑说了算。下半截露着白胎，握着是粗的，喝着是滑的，手和嘴各有各的事做。

一对两只，颜色不同，省得拿错。
""",
        ("颜色",),
        (
            form("青与柿", "BP-CB-1", 13800, 22, was=15800, grams=420),
            form("天与墨", "BP-CB-2", 13800, 16, grams=420),
            form("粉与梅", "BP-CB-3", 13800, 0, grams=420),
        ),
        pictures(
            "cups",
            "celadon persimmon straw arch",
            "sky ink cream moon",
            "rose plum celadon arch",
            alt="两只流釉小茶杯，杯里有茶，冒着热气",
        ),
    ),
    DemoProduct(
        "clay-teapot",
        "banpo",
        TEA,
        "矮石瓢 · 柴烧",
        "茶壶",
        ("柴烧", "紫泥"),
        """\
一窑烧三天三夜，七十把壶，成了三十一把。落灰的一面朝火，颜色深；背火的一面像没睡醒。

- 容量 180 毫升，出水 14 秒，断水干净
- 新壶请先泡一天清水，再用它要跟一辈子的那种茶煮一次
- 有开片声是正常的，它在跟你打招呼
""",
        ("泥料",),
        (
            form("朱泥", "BP-HU-Z", 68000, 5, grams=380),
            form("紫泥", "BP-HU-P", 58000, 8, was=64000, grams=380),
            form("段泥", "BP-HU-D", 58000, 1, grams=380),
        ),
        pictures(
            "teapot",
            "brick ochre cream moon",
            "brick ochre mist window close",
            "cocoa straw celadon arch",
            "straw brick rose moon",
            alt="朱红色矮茶壶，壶身刻一枝茶芽，壶嘴冒气",
        ),
    ),
    DemoProduct(
        "fair-pitcher",
        "banpo",
        TEA,
        "公道杯 · 厚底玻璃",
        "公道杯",
        ("玻璃", "日用"),
        """\
叫公道杯，因为每个人杯里的浓淡要一样。厚底，放得稳；宽口，手伸得进去洗。

三百毫升。碎了不要难过，附一张八折券，我们知道它早晚要碎。
""",
        (),
        one("BP-GD-300", 6600, 45, grams=260),
        pictures(
            "pitcher",
            "ochre celadon mist arch",
            "brick sky cream window close",
            alt="装着琥珀色茶汤的玻璃公道杯，旁边一只小杯",
        ),
    ),
    DemoProduct(
        "iron-kettle",
        "banpo",
        TEA,
        "铁壶与小炭炉",
        "煮水",
        ("冬天", "炭火"),
        """\
壶是生铁，炉是红泥，配二十块橄榄炭。水开之前有松风一样的声音，**这是最好的部分**，后面才是茶。

三点八公斤，请用双手。煮完把水倒空，趁热开盖，不然它会哭出锈来。
""",
        (),
        one("BP-TH-1", 89800, 2, was=98000, grams=3800),
        pictures(
            "kettle",
            "ink clay rose moon",
            "ink clay straw arch close",
            alt="黑色铁壶坐在红泥炭炉上，炉口有火光",
        ),
    ),
    DemoProduct(
        "matcha-set",
        "banpo",
        TEA,
        "抹茶碗与竹筅",
        "茶碗",
        ("抹茶", "套装"),
        """\
碗底留了一个小坑，筅转到那里会自己站稳。竹筅一百本，软；用完清水涮涮，立着晾。

知夏画画时用它打一碗，说比颜料还绿。
""",
        ("碗色",),
        (
            form("褐釉", "BP-MC-B", 19800, 11, grams=520),
            form("灰蓝", "BP-MC-L", 19800, 6, grams=520),
        ),
        pictures(
            "whisk",
            "moss cocoa celadon window",
            "moss indigo cream moon",
            alt="盛着抹茶的褐色茶碗和立着的竹筅",
        ),
    ),
    DemoProduct(
        "tea-pet",
        "banpo",
        TEA,
        "茶宠 · 闭眼小猪",
        "茶宠",
        ("茶宠", "好玩"),
        """\
坐在茶盘上，什么也不干。每天浇它一点剩茶，半年后会有光泽，像被夸过。

三款泥色，表情都一样：知足。
""",
        ("泥色",),
        (
            form("红泥", "BP-PIG-R", 3900, 60, grams=150),
            form("墨", "BP-PIG-K", 3900, 33, grams=150),
            form("奶油", "BP-PIG-C", 4200, 5, grams=150),
        ),
        pictures(
            "pet",
            "clay celadon mist moon",
            "cream celadon rose arch",
            alt="竹茶盘上一只闭着眼的小猪茶宠，旁边一杯茶",
        ),
    ),
    DemoProduct(
        "tea-towel",
        "banpo",
        TEA,
        "双纱茶巾 · 三条",
        "茶巾",
        ("棉", "日用"),
        """\
茶巾只有一个要求：吸水，而且洗得掉茶渍。双层纱，越洗越软，两条蓝杠是用来认哪一面擦过杯底的。
""",
        (),
        one("BP-TJ-3", 2800, 120, was=3600, grams=180),
        pictures("towel", "sky indigo cream window", alt="叠着的三条蓝色茶巾，上面放一只远山小杯"),
    ),
    DemoProduct(
        "walking-flask",
        "qingya",
        ("tea", "trail"),
        "山行保温杯 · 茶水分离",
        "保温杯",
        ("户外", "保温"),
        """\
盖子翻过来就是杯子，提环挂得住背包。茶叶在上层，水在下层，翻一下，数三十，再翻回来。

爬山的朋友说早上六点装的水，中午还烫嘴。我们测的是 **六小时后 71 度**，室温二十度。
""",
        ("颜色",),
        (
            form("湖青", "QY-BW-T", 15800, 28, grams=410),
            form("柿红", "QY-BW-P", 15800, 0, grams=410),
            form("墨", "QY-BW-K", 15800, 19, grams=410),
        ),
        pictures(
            "thermos",
            "teal cream straw moon",
            "persimmon cream mist hills",
            "ink ochre celadon arch",
            alt="湖青色保温杯，杯身一圈远山，旁边一小杯热茶",
        ),
    ),
)
