"""Pictures for the demo, drawn by our own code: still lifes, covers, merchants' seals and people's faces."""

from PIL import Image

from shop.demo.art import nursery, scene, tea_table, tea_ware, toys, trail_carried, trail_worn
from shop.demo.art.brush import Motif, dyes
from shop.demo.art.cover import COVERS
from shop.demo.art.face import face, seal
from shop.drawing import Board

__all__ = ["COVERS", "MOTIFS", "SCENES", "VIEWS", "cover", "face", "seal", "still"]

SIZE = 960

# Every motif with the size that lets it fill its picture.
MOTIFS: dict[str, tuple[Motif, float]] = {
    "tin": (tea_table.tin, 1.4),
    "cake": (tea_table.cake, 1.36),
    "jar": (tea_table.jar, 1.5),
    "pet": (tea_table.pet, 1.3),
    "tools": (tea_table.tools, 1.36),
    "sachets": (tea_table.sachets, 1.4),
    "mooncakes": (tea_table.mooncakes, 1.36),
    "tea_book": (tea_table.tea_book, 1.42),
    "gaiwan": (tea_ware.gaiwan, 1.4),
    "cups": (tea_ware.cups, 1.6),
    "teapot": (tea_ware.teapot, 1.4),
    "pitcher": (tea_ware.pitcher, 1.5),
    "kettle": (tea_ware.kettle, 1.3),
    "whisk": (tea_ware.whisk, 1.4),
    "thermos": (tea_ware.thermos, 1.36),
    "towel": (tea_ware.towel, 1.36),
    "shoe": (trail_worn.shoe, 1.36),
    "cap": (trail_worn.cap, 1.42),
    "socks": (trail_worn.socks, 1.36),
    "shell": (trail_worn.shell, 1.36),
    "shorts": (trail_worn.shorts, 1.42),
    "tube": (trail_worn.tube, 1.5),
    "watch": (trail_worn.watch, 1.36),
    "vest": (trail_carried.vest, 1.42),
    "flask": (trail_carried.flask, 1.42),
    "headlamp": (trail_carried.headlamp, 1.5),
    "poles": (trail_carried.poles, 1.36),
    "gels": (trail_carried.gels, 1.5),
    "bars": (trail_carried.bars, 1.36),
    "chart": (trail_carried.chart, 1.36),
    "pouch": (trail_carried.pouch, 1.36),
    "mug": (trail_carried.mug, 1.45),
    "bib": (trail_carried.bib, 1.36),
    "bottle": (nursery.bottle, 1.36),
    "blanket": (nursery.blanket, 1.42),
    "onesie": (nursery.onesie, 1.42),
    "apron": (nursery.apron, 1.42),
    "booties": (nursery.booties, 1.36),
    "hat": (nursery.hat, 1.5),
    "bowl": (nursery.bowl, 1.42),
    "balm": (nursery.balm, 1.22),
    "satchel": (nursery.satchel, 1.36),
    "rattle": (toys.rattle, 1.36),
    "blocks": (toys.blocks, 1.4),
    "rabbit": (toys.rabbit, 1.36),
    "mobile": (toys.mobile, 1.36),
    "rings": (toys.rings, 1.42),
    "picture_book": (toys.picture_book, 1.36),
    "moonlamp": (toys.moonlamp, 1.3),
    "train": (toys.train, 1.3),
    "duck": (toys.duck, 1.36),
    "gym": (toys.gym, 1.36),
    "drum": (toys.drum, 1.36),
}

SCENES = {
    "moon": scene.moon,
    "arch": scene.arch,
    "window": scene.window,
    "hills": scene.hills,
    "clouds": scene.clouds,
    "dots": scene.dots,
    "night": scene.night,
}

VIEWS = ("still", "close", "pair")


def still(
    motif: str, main: str, second: str, ground: str, place: str = "moon", view: str = "still"
) -> Image.Image:
    """A thing in three dyes (names of COLOURS) before a scene: whole, from close by, or as a pair."""
    board = Board(SIZE, SIZE, "#ffffff", units=960)
    draw, size = MOTIFS[motif]
    worn = dyes(main, second, ground)
    SCENES[place](board, worn)
    if view == "close":
        with board.at(430, 1060, size * 1.7):
            draw(board, worn)
    elif view == "pair":
        with board.at(650, 715, size * 0.6):
            draw(board, dyes(second, main, ground))
        with board.at(350, 830, size * 0.74):
            draw(board, worn)
    else:
        with board.at(480, 800, size):
            draw(board, worn)
    return board.image


def cover(name: str) -> Image.Image:
    """The wide picture of a community, 3:2."""
    board = Board(1440, 960, "#ffffff", units=1440)
    COVERS[name](board)
    return board.image
