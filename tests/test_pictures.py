"""Whatever people upload becomes a plain picture, or a sentence that says why not."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from PIL import Image, ImageCms

from shop.errors import NotValid, TooLarge
from shop.files import files, init_app
from shop.pictures import accept, address, forget, srcset, widths_of


@pytest.fixture(autouse=True)
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(INSTANCE=str(tmp_path), UPLOAD_BYTES=12 * 1024 * 1024, PICTURE_PIXELS=24_000_000)
    Babel(app)
    init_app(app)
    with app.app_context():
        yield app


def upload(picture: Image.Image, format: str = "PNG", **how: object) -> io.BytesIO:
    stream = io.BytesIO()
    picture.save(stream, format, **how)
    stream.seek(0)
    return stream


def kept(key: str, width: int) -> Image.Image:
    return Image.open(io.BytesIO(files.get(f"{key}-{width}.webp")))


def halves(size: tuple[int, int], left: str = "red", right: str = "blue") -> Image.Image:
    picture = Image.new("RGB", size, right)
    picture.paste(left, (0, 0, size[0] // 2, size[1]))
    return picture


def test_upload_is_kept_in_four_widths() -> None:
    picture = accept(upload(Image.new("RGB", (2000, 1000), "#d9542b"), "JPEG", quality=95))

    assert (picture.width, picture.height, picture.colour) == (1440, 720, "#d9542b")
    assert [kept(picture.key, w).size for w in (240, 480, 960, 1440)] == [
        (240, 120),
        (480, 240),
        (960, 480),
        (1440, 720),
    ]
    assert {kept(picture.key, w).format for w in (240, 480, 960, 1440)} == {"WEBP"}


def test_small_upload_is_never_made_larger() -> None:
    picture = accept(upload(Image.new("RGB", (700, 500))))

    assert (picture.width, picture.height) == (700, 500)
    assert widths_of(700) == [240, 480, 700]
    assert srcset(picture) == ", ".join(f"/files/{picture.key}-{w}.webp {w}w" for w in (240, 480, 700))
    assert address(picture) == f"/files/{picture.key}-480.webp"
    assert address(picture, 960) == f"/files/{picture.key}-700.webp"


@pytest.mark.parametrize("size", [(1, 1), (240, 240), (1, 3000), (3000, 1), (1441, 10)])
def test_odd_sizes_are_kept(size: tuple[int, int]) -> None:
    picture = accept(upload(Image.new("RGB", size)))

    for width in widths_of(picture.width):
        assert kept(picture.key, width).width == width


def test_long_strip_of_details_keeps_its_width() -> None:
    picture = accept(upload(Image.new("L", (790, 5800)), "JPEG"))

    assert (picture.width, picture.height) == (790, 5800)


def test_phone_held_sideways_gives_an_upright_picture_without_its_story() -> None:
    lying = halves((200, 100))
    exif = lying.getexif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[1] = "N"

    picture = accept(upload(lying, "JPEG", exif=exif))

    upright = kept(picture.key, 100)
    assert upright.size == (100, 200)
    assert dict(upright.getexif()) == {}
    assert "exif" not in upright.info
    assert "xmp" not in upright.info
    red, blue = upright.convert("RGB").getpixel((50, 20)), upright.convert("RGB").getpixel((50, 180))
    assert red[0] > 200 > 60 > red[2]  # type: ignore[index]
    assert blue[2] > 200 > 60 > blue[0]  # type: ignore[index]


def test_same_upload_is_kept_once() -> None:
    assert accept(upload(halves((300, 300)))) == accept(upload(halves((300, 300))))


def test_forgotten_picture_leaves_no_file(app: Flask) -> None:
    picture = accept(upload(halves((1000, 300))))

    forget(picture)

    assert [p for p in Path(app.config["INSTANCE"], "files").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_every_kind_of_colour_is_understood(mode: str) -> None:
    format = {"CMYK": "JPEG"}.get(mode, "PNG")

    picture = accept(upload(Image.new("L", (64, 64), 255).convert(mode), format))

    assert kept(picture.key, 64).mode == "RGB"


def test_sixteen_bits_keep_their_greys() -> None:
    grey = Image.new("I;16", (64, 64), 0x8080)

    assert accept(upload(grey)).colour == "#808080"


def test_glass_stands_on_white() -> None:
    assert accept(upload(Image.new("RGBA", (64, 64), (255, 0, 0, 0)))).colour == "#ffffff"


def test_colours_of_another_screen_are_translated() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tXYZ", b"bXYZ", 1)
    red = Image.new("RGB", (64, 64), "red")

    translated = accept(upload(red, "PNG", icc_profile=swapped)).colour
    broken = accept(upload(red, "PNG", icc_profile=b"not a profile")).colour

    assert translated == "#0000ff"
    assert broken == "#ff0000"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_a_film_the_first_picture_is_kept(format: str) -> None:
    film = upload(
        Image.new("RGB", (64, 64), "red"),
        format,
        save_all=True,
        append_images=[Image.new("RGB", (64, 64), "blue")],
    )

    picture = accept(film)

    assert getattr(kept(picture.key, 64), "n_frames", 1) == 1
    assert picture.colour.startswith(("#ff", "#fe", "#fd"))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "MPO"])
def test_formats_of_phones_and_shops_are_welcome(format: str) -> None:
    assert accept(upload(halves((100, 80)), format)).width == 100


@pytest.mark.parametrize("format", ["BMP", "TIFF", "ICO", "PPM", "TGA", "PDF", "EPS", "JPEG2000"])
def test_other_formats_are_not(format: str) -> None:
    with pytest.raises(NotValid, match="not a picture we can show"):
        accept(upload(halves((100, 80)), format))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WEBP",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotValid) as refused:
        accept(io.BytesIO(content))

    assert refused.value.status == 422


def png_of(width: int, height: int) -> io.BytesIO:
    """A PNG that says it is this large and holds one byte."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + parts)


def test_forty_megapixels_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(TooLarge, match="This picture has 40 megapixels; send one with at most 24") as refused:
        accept(upload(Image.new("1", (8000, 5000)), "PNG"))

    assert refused.value.status == 413


@pytest.mark.parametrize("size", [(6000, 4001), (12000, 12000), (20000, 20000), (2**31 - 1, 2**31 - 1)])
def test_bomb_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge):
        accept(png_of(*size))


def test_too_many_bytes_are_refused_without_reading_them_all(app: Flask) -> None:
    app.config["UPLOAD_BYTES"] = 2 * 1024 * 1024
    stream = io.BytesIO(b"x" * (3 * 1024 * 1024))

    with pytest.raises(TooLarge, match="larger than 2 MB"):
        accept(stream)

    assert stream.tell() == 2 * 1024 * 1024 + 1


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_half_an_upload_leaves_nothing(app: Flask, format: str) -> None:
    noise = Image.frombytes("RGB", (300, 300), random.Random(1).randbytes(270_000))
    whole = upload(noise, format).getvalue()

    for part in (0.2, 0.5, 0.9):
        with pytest.raises(NotValid):
            accept(io.BytesIO(whole[: int(len(whole) * part)]))

    assert [p for p in Path(app.config["INSTANCE"]).rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_broken_bytes_are_kept_or_refused_and_nothing_else(format: str) -> None:
    chance = random.Random(2)
    whole = upload(halves((60, 40)), format).getvalue()

    for _turn in range(60):
        broken = bytearray(whole)
        for _bite in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with suppress(NotValid, TooLarge):
            accept(io.BytesIO(broken))


def test_full_disk_takes_back_the_sizes_already_written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    store, written = app.extensions["files"], []
    put = store.put

    def full_at_the_third(content: bytes, **where: str) -> str:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(put(content, **where))
        return written[-1]

    monkeypatch.setattr(store, "put", full_at_the_third)

    with pytest.raises(OSError, match="No space"):
        accept(upload(halves((1000, 300))))

    assert len(written) == 2
    assert [p for p in Path(app.config["INSTANCE"], "files").rglob("*") if p.is_file()] == []
