"""The drawing board puts smooth shapes where they belong."""

import pytest
from PIL import Image

from shop.drawing import Board, Fade, box, curve, ellipse, mixed, traced, turned


def board() -> Board:
    return Board(100, 100, "#ffffff")


def test_shape_is_filled_with_a_smooth_edge() -> None:
    drawn = board()

    drawn.fill(box(10, 10, 50.5, 50), "#000000")

    assert drawn.image.getpixel((30, 30)) == (0, 0, 0)
    assert drawn.image.getpixel((70, 30)) == (255, 255, 255)
    assert 0 < drawn.image.getpixel((50, 30))[0] < 255  # type: ignore[index]


def test_origin_can_be_moved_enlarged_and_turned() -> None:
    drawn = board()

    with drawn.at(50, 50, 2, turn=90):
        drawn.fill(box(0, -2, 20, 2), "#000000")

    assert drawn.image.getpixel((50, 80)) == (0, 0, 0)
    assert drawn.image.getpixel((80, 50)) == (255, 255, 255)
    assert drawn.scale == 1


def test_clip_holds_paint_inside_and_ends() -> None:
    drawn = board()

    with drawn.inside(ellipse(50, 50, 20)), drawn.inside(box(50, 0, 100, 100)):
        drawn.fill(box(0, 0, 100, 100), "#000000")
    drawn.fill(box(0, 0, 5, 5), "#ff0000")

    assert drawn.image.getpixel((60, 50)) == (0, 0, 0)
    assert drawn.image.getpixel((40, 50)) == (255, 255, 255)
    assert drawn.image.getpixel((80, 50)) == (255, 255, 255)
    assert drawn.image.getpixel((2, 2)) == (255, 0, 0)


@pytest.mark.parametrize("at", [(-500, 0), (500, 500), (0, -500)])
def test_what_is_off_the_board_is_not_drawn(at: tuple[float, float]) -> None:
    drawn = board()

    with drawn.at(*at):
        drawn.fill(ellipse(0, 0, 30), "#000000")
        drawn.line(curve((0, 0), (10, 10), (20, 0)), "#000000", 3)
        drawn.glow(ellipse(0, 0, 30), "#000000", 4)
        drawn.grain(ellipse(0, 0, 30), "#000000", 0.5)

    assert drawn.image.getcolors() == [(10000, (255, 255, 255))]


def test_same_drawing_gives_the_same_picture() -> None:
    def draw() -> bytes:
        drawn = Board(100, 100, Fade("#ffffff", "#888888", "out"), units=200)
        drawn.grain(ellipse(100, 100, 60), "#c2410c", 0.4)
        drawn.glow(turned((40, 0), (60, 50), (20, 90)), Fade("#000000", "#ffffff", "right"), 5, 0.5)
        return drawn.image.tobytes()

    assert draw() == draw()


def test_picture_is_cut_to_fill_its_box() -> None:
    drawn = board()
    wide = Image.new("RGB", (300, 100), "#ff0000")
    wide.paste("#0000ff", (100, 0, 200, 100))

    drawn.picture(wide, (10, 10, 50, 50))

    assert drawn.image.getpixel((15, 30)) == drawn.image.getpixel((45, 30)) == (0, 0, 255)
    assert drawn.image.getpixel((52, 30)) == (255, 255, 255)


def test_outline_of_an_svg_is_traced() -> None:
    assert traced("M1 2h3v4l-3-1H0z") == [(1, 2), (4, 2), (4, 6), (1, 5), (0, 5)]
    assert traced("M0 0C0 10 10 10 10 0s10-10 10 0")[-1] == (20, 0)


def test_colours_are_mixed() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#c2410c", "white", 0) == "#c2410c"
