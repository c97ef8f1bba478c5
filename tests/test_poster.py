"""A poster says everything about a listing and leads to it, in any language, with a picture or without."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image, ImageChops

from shop.poster import HEIGHT, INK, PERSIMMON, WIDTH, Poster, draw_poster
from shop.qr import matrix, qr_png, qr_svg

ADDRESS = "https://tuanzi.example/g/k3Xw9Qm2"
TEA = Poster("明前龙井 · 狮峰 头采", "¥168.00", "山里有茶", "小满", ADDRESS, "¥198.00", "一起喝当季的茶")


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        yield app


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def png(colour: str, size: tuple[int, int] = (300, 200)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


def dark_modules(picture: Image.Image, address: str) -> list[list[bool]]:
    """Read the code on a poster: its dark modules, found by the ink in the lower right corner."""
    corner = (
        picture.crop((480, 950, WIDTH - 30, HEIGHT - 30))
        .convert("L")
        .point([255 if v < 90 else 0 for v in range(256)])
    )
    found = corner.getbbox()
    assert found
    count = len(matrix(address, "q"))
    module = (found[2] - found[0]) / count
    centres = [round((i + 0.5) * module - 0.5) for i in range(count)]
    return [[corner.getpixel((found[0] + x, found[1] + y)) == 255 for x in centres] for y in centres]


def test_same_words_and_picture_give_the_same_bytes() -> None:
    assert draw_poster(TEA, png("teal")) == draw_poster(TEA, png("teal"))
    assert draw_poster(TEA) == draw_poster(TEA)
    assert draw_poster(TEA) != draw_poster(replace(TEA, price="¥169.00"))


def test_poster_shows_the_product() -> None:
    poster = opened(draw_poster(TEA, png("#123456")))

    assert poster.size == (750, 1200)
    assert poster.getpixel((375, 400)) == (0x12, 0x34, 0x56)


def test_without_a_picture_there_is_a_dumpling() -> None:
    poster = opened(draw_poster(TEA))

    assert poster.getpixel((375, 540)) == (0xC2, 0x41, 0x0C)


@pytest.mark.parametrize(
    "address", [ADDRESS, "http://127.0.0.1:8000/g/" + "aB3" * 10 + "zz", "https://a.bc/g/x"]
)
def test_code_can_be_read(address: str) -> None:
    expected = matrix(address, "q")

    read = dark_modules(opened(draw_poster(replace(TEA, address=address))), address)

    wrong = [(x, y) for y, row in enumerate(expected) for x, dark in enumerate(row) if read[y][x] != dark]
    middle, reach = len(expected) / 2, len(expected) * 0.16
    assert [at for at in wrong if max(abs(at[0] - middle), abs(at[1] - middle)) > reach] == []
    assert len(wrong) < 0.05 * len(expected) ** 2


@pytest.mark.parametrize(
    "words",
    [
        "一" * 300,
        "W" * 300,
        "word " * 80,
        "茶 tea " * 50,
        "",
        "🍵🍵",
        "a\nb\tc",
        "<script>",
        "«Ünïcödé» Žluťoučký",
        "ชา চা चाय",
    ],
)
def test_words_never_leave_the_card(words: str) -> None:
    poster = opened(draw_poster(Poster(words, words, words, words, ADDRESS, words, words)))
    empty = opened(draw_poster(Poster("", "", "", "", ADDRESS)))

    changed = ImageChops.difference(poster, empty).getbbox()

    assert changed is None or (
        changed[0] >= 50 and changed[2] <= 700 and changed[1] >= 50 and changed[3] <= 1160
    )


@pytest.mark.parametrize("size", [(1, 1), (4, 2000), (2000, 4), (960, 960)])
def test_any_shape_of_picture_fills_its_place(size: tuple[int, int]) -> None:
    poster = opened(draw_poster(TEA, png("#123456", size)))

    assert poster.getpixel((60, 400)) == poster.getpixel((690, 400)) == (0x12, 0x34, 0x56)


def test_code_for_pages_is_one_drawing_without_style() -> None:
    drawing = qr_svg("https://tuanzi.example/g/<x>&\"'")

    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 ')
    assert "style" not in drawing
    assert drawing.count("<") == drawing.count(">") == 4
    assert 'aria-label="QR code of https://tuanzi.example/g/&lt;x&gt;&amp;&quot;&#x27;"' in drawing


def test_code_for_print_has_its_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr_png(ADDRESS, scale=4))).convert("L")
    size = len(matrix(ADDRESS))

    assert picture.size == ((size + 8) * 4, (size + 8) * 4)
    assert ImageChops.invert(picture).getbbox() == (16, 16, 16 + size * 4, 16 + size * 4)


def test_poster_wears_the_colours_of_the_house() -> None:
    with open("static/css/tokens.css") as stream:
        tokens = stream.read()

    assert f"--ink: {INK};" in tokens
    assert f"--persimmon: {PERSIMMON};" in tokens
