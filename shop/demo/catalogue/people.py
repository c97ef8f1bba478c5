"""Who lives in the demo."""

from shop.demo.catalogue.words import DemoPerson

PEOPLE = (
    # 山里有茶
    DemoPerson("xiaoman", "林小满", "小满那天出生，所以叫小满。喝了十二年茶，还是最喜欢第二泡。"),
    DemoPerson("yuanshan", "陈远山", "退休地质老师，茶山和石头都认得一些。群里的开水间。"),
    DemoPerson("zhixia", "周知夏", "插画师，画画时只喝白茶。杯子比朋友多。"),
    DemoPerson("nanqiao", "顾南乔", "在图书馆上班，随身一只保温杯，逢人就分一口。"),
    DemoPerson("qinghe", "沈青禾", "程序员，用十六进制记冲泡时间。胃不好，只喝熟茶。"),
    DemoPerson("sumu", "苏木", "中药铺第三代，分得清陈皮的每一年。"),
    DemoPerson("jiangwan", "江晚", "夜班护士，早上七点的那杯滇红是我的晚安。"),
    DemoPerson("tiantian", "何田田", "刚入门，正在学怎么不把盖碗烫到手。"),
    # Ridge & Valley Runners
    DemoPerson(
        "jonas",
        "Jonas Weber",
        "Slow uphill, slower downhill, always there at the end. Carries the spare headlamp.",
        "en",
    ),
    DemoPerson("mei", "Mei Tan", "Maps the routes, counts the heads, brings ginger candy.", "en"),
    DemoPerson("priya", "Priya Nair", "First fifty last autumn. Still telling everybody about it.", "en"),
    DemoPerson("tom", "Tom Ashford", "Runs to afford the dumplings. Or the other way round.", "en"),
    DemoPerson("ana", "Ana Lima", "Geologist. Stops for rocks. You have been warned.", "en"),
    DemoPerson("kofi", "Kofi Mensah", "Road marathoner learning that hills do not care about pace.", "en"),
    DemoPerson("lea", "Lea Martin", "Photographs sunrises, mostly of other people's backs.", "en"),
    DemoPerson("wen", "Li Wen", "Physio by day. Will look at your knee if you ask nicely.", "en"),
    # 新手爸妈
    DemoPerson("yinuo", "赵一诺", "女儿五个月。学会了单手做所有事情。"),
    DemoPerson("dali", "王大力", "全职爸爸第二年，会编三种辫子，正在学第四种。"),
    DemoPerson("tangguo", "唐果", "儿科护士，也是新手妈妈。知道得多，慌得一样。"),
    DemoPerson("fangyuan", "方圆", "双胞胎爸爸。所有东西都问：有两个吗？"),
    DemoPerson("songhe", "宋禾", "预产期九月，先来学习。"),
    # Those who sell
    DemoPerson("luming", "陆鸣", "在青崖守着三十亩老茶树。春天找我请上山，别打电话。"),
    DemoPerson("chayu", "茶语", "青崖茶社掌柜。发货、回信、数存货都是我。"),
    DemoPerson("shiyan", "石砚", "烧窑二十年，打碎的比卖掉的多。"),
    DemoPerson("nora", "Nora Lindqvist", "Sews, tests, unpicks, sews again. Founder of Ridge Works.", "en"),
    DemoPerson("ben", "Ben Okoro", "Packs every Ridge Works parcel and knows where each one is.", "en"),
    DemoPerson("xiaolu", "许小鹿", "当了妈妈才开始做衣服，因为找不到没有标签扎人的。"),
    DemoPerson("musheng", "徐木生", "木匠，爷爷，按这个顺序。玩具都先给孙女试。"),
    # Who keeps the site
    DemoPerson("keeper", "团子管理员", "看着整个团子，有事叫我。", is_operator=True),
)
