"""What stands on the trail runners' shelf."""

from shop.demo.catalogue.words import DemoProduct, form, grid, one, pictures

TRAIL = ("trail",)

PRODUCTS = (
    DemoProduct(
        "ridge-one",
        "ridgeworks",
        TRAIL,
        "Ridge One, the shoe for wet rock",
        "Shoes",
        ("shoes", "grip", "best seller"),
        """\
We glued eleven soles to eleven shoes and ran the same wet slab until ten of them lost. This is the eleventh.

- **Drop** 6 mm, **lugs** 4.5 mm, **weight** 268 g in a 42
- Room for toes that have been downhill before
- The heel loop is orange so that you can find the shoe in a tent

Honest part: on long road sections they feel like tractors. They are tractors.
""",
        ("Colour", "Size"),
        grid(
            "RW-R1",
            79900,
            ("38", "39", "40", "41", "42", "43", "44"),
            {
                "Persimmon": (4, 6, 9, 11, 8, 5, 2),
                "Pine": (2, 0, 5, 7, 9, 3, 0),
                "Night": (0, 3, 4, 6, 6, 4, 1),
            },
            was=89900,
            grams=720,
        ),
        pictures(
            "shoe",
            "persimmon indigo mist hills",
            "persimmon indigo straw moon close",
            "pine ochre sky hills",
            "indigo persimmon cream hills pair",
            alt="A trail running shoe with deep lugs and a heel loop",
        ),
    ),
    DemoProduct(
        "featherlight-shell",
        "ridgeworks",
        TRAIL,
        "Featherlight wind shell",
        "Jackets",
        ("jacket", "wind", "packs small"),
        """\
For the ridge at six in the morning, when it is not raining but somebody is thinking about it.

Packs into its own chest pocket, to the size of a dumpling (a large one). 112 grams. The hood fits over a cap and
stays there.

It is a **wind** shell. In real rain you will be wet, only later.
""",
        ("Colour", "Size"),
        grid(
            "RW-WS",
            42900,
            ("S", "M", "L", "XL"),
            {"Lake": (6, 12, 9, 3), "Brick": (4, 8, 0, 2), "Moss": (1, 0, 0, 0)},
            grams=190,
        ),
        pictures(
            "shell",
            "teal ochre mist hills",
            "brick straw celadon hills",
            "moss cream sky moon close",
            alt="A hooded wind jacket with a yoke in a second colour",
        ),
    ),
    DemoProduct(
        "ten-litre-vest",
        "ridgeworks",
        TRAIL,
        "The ten-litre vest",
        "Packs",
        ("vest", "pack", "long runs"),
        """\
Two flasks in front, a jacket behind, and nothing that swings. The pockets were cut around things people really
carry: a phone in its ugly case, half a sandwich, the map.

Mei has run nine hundred kilometres in hers. The one repair was a zip puller, and she posted us a better one.
""",
        ("Size",),
        (
            form("XS to S", "RW-VT-1", 56900, 9, grams=310),
            form("M to L", "RW-VT-2", 56900, 14, grams=330),
            form("XL", "RW-VT-3", 56900, 2, grams=350),
        ),
        pictures(
            "vest",
            "indigo sky straw hills",
            "indigo sky mist moon close",
            "brick cream celadon hills",
            alt="A running vest with two soft flasks in the shoulder straps",
        ),
    ),
    DemoProduct(
        "soft-flask",
        "ridgeworks",
        TRAIL,
        "Soft flask, half a litre",
        "Water",
        ("water", "everyday"),
        """\
It shrinks as you drink, so nothing sloshes. Wide mouth for powders and for ice. Bite valve that a tired person
can close.

Wash it the same day. We have seen what happens otherwise, and so has Tom.
""",
        ("Colour",),
        (
            form("Lake", "RW-SF-T", 11900, 40, grams=60),
            form("Sunrise", "RW-SF-P", 11900, 26, grams=60),
            form("Plum", "RW-SF-M", 11900, 0, grams=60),
        ),
        pictures("flask", "teal ink cream moon", "persimmon ink sky hills", alt="A soft flask with marks"),
    ),
    DemoProduct(
        "headlamp-400",
        "ridgeworks",
        TRAIL,
        "Headlamp 400, with the big button",
        "Light",
        ("light", "night", "safety"),
        """\
One big button that works with gloves. Four hundred lumens for twenty seconds when you must, a hundred for nine
hours when you run.

The red light on the back of the strap is for the person behind you. Charges by USB-C; the battery is a common
18650, so in five years you can still buy one.
""",
        ("Colour",),
        (
            form("Persimmon", "RW-HL-P", 32900, 15, was=36900, grams=150),
            form("Ink", "RW-HL-K", 32900, 6, was=36900, grams=150),
        ),
        pictures(
            "headlamp", "persimmon ink lilac hills", "ink persimmon indigo night", alt="A headlamp, lit"
        ),
    ),
    DemoProduct(
        "folding-poles",
        "ridgeworks",
        TRAIL,
        "Folding poles, one pair",
        "Poles",
        ("poles", "climbing"),
        """\
Three sections, one cord, open with a flick and a small happy sound. 340 grams the pair.

Wen, who is a physio, says that poles take about a quarter of the work off your knees on the way down. Wen also
says that you should still do your squats.
""",
        ("Length",),
        (
            form("110 cm", "RW-FP-110", 48900, 5, grams=340),
            form("120 cm", "RW-FP-120", 48900, 8, grams=352),
            form("130 cm", "RW-FP-130", 48900, 3, grams=365),
        ),
        pictures(
            "poles", "persimmon indigo celadon hills", "teal ochre straw hills", alt="Two crossed trail poles"
        ),
    ),
    DemoProduct(
        "sunrise-cap",
        "ridgeworks",
        TRAIL,
        "Sunrise cap",
        "Headwear",
        ("cap", "sun", "gift"),
        """\
Five panels, a brim that can be folded into a pocket and forgives you. The mountain on the front is the one
behind our house; the dot is the sun at 5:52 on the day we drew it.
""",
        ("Colour",),
        (
            form("Pine and ochre", "RW-CP-1", 15900, 33, grams=70),
            form("Night and mist", "RW-CP-2", 15900, 21, grams=70),
            form("Clay and cream", "RW-CP-3", 15900, 4, grams=70),
        ),
        pictures(
            "cap",
            "pine ochre sky hills",
            "indigo mist straw hills",
            "clay cream celadon moon",
            alt="A five-panel cap with a mountain and a small sun on the front",
        ),
    ),
    DemoProduct(
        "merino-socks",
        "ridgeworks",
        TRAIL,
        "Merino socks, two odd ones",
        "Socks",
        ("socks", "merino"),
        """\
Every pair is one of each colour, on purpose: when one goes missing you have lost nothing.

Sixty per cent merino, no seam over the toes. Good for about four days in a row, or so Kofi claims, who was
alone in his tent.
""",
        ("Colour", "Size"),
        grid(
            "RW-SK",
            8900,
            ("36 to 39", "40 to 43", "44 to 47"),
            {"Brick and mist": (18, 24, 9), "Teal and straw": (12, 15, 0)},
            grams=80,
        ),
        pictures(
            "socks", "brick mist straw moon", "teal straw blush moon", alt="Two long socks in swapped colours"
        ),
    ),
    DemoProduct(
        "hill-shorts",
        "ridgeworks",
        TRAIL,
        "Hill shorts with four pockets",
        "Shorts",
        ("shorts", "pockets"),
        """\
Four pockets that hold things still: keys, gels, phone, and a secret one for the emergency note that buys
dumplings at the end. Liner inside, cut out of it if you like; the seam is made for that.
""",
        ("Size",),
        (
            form("S", "RW-SH-S", 25900, 7, grams=130),
            form("M", "RW-SH-M", 25900, 13, grams=138),
            form("L", "RW-SH-L", 25900, 10, grams=146),
            form("XL", "RW-SH-XL", 25900, 0, grams=155),
        ),
        pictures(
            "shorts", "ink teal rose moon", "indigo persimmon mist hills", alt="Shorts with coloured sides"
        ),
    ),
    DemoProduct(
        "neck-tube",
        "ridgeworks",
        TRAIL,
        "Neck tube, the thing with nine uses",
        "Headwear",
        ("warm", "everyday"),
        """\
Scarf, hat, mask, wristband, pot holder, eye shade on the bus home. We stopped counting at nine. Recycled
polyester, no seam, dries on you.
""",
        ("Pattern",),
        (
            form("Plum waves", "RW-NT-1", 6900, 44, grams=40),
            form("Lake waves", "RW-NT-2", 6900, 31, grams=40),
        ),
        pictures("tube", "plum rose celadon moon", "teal straw mist moon", alt="A neck tube with waves"),
    ),
    DemoProduct(
        "salted-plum-gels",
        "ridgeworks",
        TRAIL,
        "Salted plum gels, box of six",
        "Food",
        ("food", "new", "vegan"),
        """\
Salted plum, because after three hours nobody wants another vanilla. Real fruit, rice syrup, sea salt; 24 g of
carbohydrate in each.

Two of every flavour. The tops stay attached, so the hill stays clean.
""",
        (),
        one("RW-GL-6", 9600, 52, was=10800, grams=260),
        pictures(
            "gels",
            "persimmon ochre celadon moon",
            "plum rose cream dots pair",
            alt="Three fruit gels with silver caps",
        ),
    ),
    DemoProduct(
        "date-bars",
        "ridgeworks",
        TRAIL,
        "Date and salt bars, box of ten",
        "Food",
        ("food", "vegan"),
        """\
Dates, walnuts, salt. That is the list. They do not melt, they do not freeze, and the wrapper opens with teeth,
which is when you need it to.
""",
        ("Box",),
        (
            form("Ten", "RW-DB-10", 12800, 38, grams=480),
            form("Thirty, for a team", "RW-DB-30", 34800, 6, was=38400, grams=1400),
        ),
        pictures("bars", "moss persimmon cream hills", alt="Two wrapped energy bars and a few dates"),
    ),
    DemoProduct(
        "western-hills-map",
        "ridgeworks",
        TRAIL,
        "Western Hills, the map by Mei",
        "Maps",
        ("map", "paper", "gift"),
        """\
Twenty-two loops, all run, none copied. Water taps, friendly dogs, the one unfriendly dog, and where the last bus
waits. Waterproof paper, 1:25,000.

One yuan of each goes to the people who mend the paths.
""",
        (),
        one("RW-MP-1", 4500, 90, grams=70),
        pictures(
            "chart",
            "moss indigo straw window",
            "moss indigo mist hills close",
            alt="A folded contour map with a dotted route and a compass",
        ),
    ),
    DemoProduct(
        "little-first-aid",
        "ridgeworks",
        TRAIL,
        "The little first-aid pouch",
        "Safety",
        ("safety", "everyday"),
        """\
What Wen takes along: plasters that stick when wet, one bandage, tape, tweezers, a blanket that crackles, and a
card with the numbers to call. Refills cost what they cost us.
""",
        (),
        one("RW-FA-1", 13900, 3, grams=240),
        pictures(
            "pouch",
            "brick ink mist hills",
            alt="A red first-aid pouch with a green cross, plasters and a bandage",
        ),
    ),
    DemoProduct(
        "summit-mug",
        "banpo",
        ("trail", "tea"),
        "Summit mug, enamel",
        "Mugs",
        ("mug", "camp", "gift"),
        """\
Made with our friends at the kiln, who said that enamel is not pottery and then could not stop. Steel, 350 ml,
stars above and hills below. It will chip. Chips are kilometres.
""",
        ("Colour",),
        (
            form("Night", "BP-MG-N", 8800, 29, grams=160),
            form("Dusk", "BP-MG-D", 8800, 12, grams=160),
        ),
        pictures(
            "mug",
            "indigo pine straw hills",
            "plum indigo rose hills",
            alt="An enamel mug with hills and snow flakes like stars",
        ),
    ),
    DemoProduct(
        "ridge-50k-entry",
        "ridgeworks",
        TRAIL,
        "A place at the Ridge 50K",
        "Races",
        ("race", "september", "limited"),
        """\
Fifty kilometres, 2,900 metres up, seven stations with soup. Start on 27 September at six; the last runner is cheered
in like the first, with the same soup.

Your number is yours until 1 September; until then you can hand it on or give it back in full. Volunteers leave twenty
yuan, and get them back with a mug.
""",
        ("Place",),
        (
            form("Runner", "RW-50K-R", 39900, 11),
            form("Runner, first fifty-k", "RW-50K-F", 33900, 0),
            form("Volunteer, soup included", "RW-50K-V", 2000, 24),
        ),
        pictures("bib", "persimmon pine sky hills", alt="A race number, 0927, with a medal beside it"),
        needs_shipping=False,
    ),
)
