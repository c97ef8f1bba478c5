"""Pictures: whatever people upload becomes a few plain WebP files that carry nothing but the picture."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from flask import current_app
from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from shop.errors import NotValid, TooLarge
from shop.files import files, name_for

# A phone shows a card at 240 or 480 pixels and a product at 960; 1440 is for a big screen.
WIDTHS = (240, 480, 960, 1440)
# A long strip, as shops like them for the details, keeps its width up to this height.
HEIGHT = 6000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
QUALITY = 82
# How long WebP looks for the smallest file, 0 to 6: 4 takes twice the time of 2 for 3 % fewer bytes (demo's pictures).
EFFORT = 2


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A kept picture: the key of its files, the size of the largest, and the colour that stands for it meanwhile."""

    key: str
    width: int
    height: int
    colour: str


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """A picture ready to be kept: its file in each width, the size of the largest, and its colour."""

    files: dict[int, bytes]
    width: int
    height: int
    colour: str


class HasSizes(Protocol):
    """Anything that says where its picture is kept, such as a row of the catalogue."""

    @property
    def key(self) -> str: ...
    @property
    def width(self) -> int: ...


def accept(upload: BinaryIO) -> StoredPicture:
    """Check, turn upright, re-encode and keep an upload; raises TooLarge (413) or NotValid (422)."""
    most_bytes = current_app.config["UPLOAD_BYTES"]
    content = upload.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise TooLarge(_("This picture is larger than %(most)s MB.", most=most_bytes // 1024 // 1024))
    return keep(decoded(content, most_pixels=current_app.config["PICTURE_PIXELS"]))


def keep(picture: Image.Image) -> StoredPicture:
    """Write a decoded picture in every width that it fills."""
    return store(encoded(picture))


def encoded(picture: Image.Image) -> EncodedPicture:
    """The files of a decoded picture, one for every width that it fills; needs no shop around it."""
    whole = _fitted(picture)
    sizes = {width: _encoded(whole, width) for width in widths_of(whole.width)}
    return EncodedPicture(sizes, whole.width, whole.height, _main_colour(whole))


def store(picture: EncodedPicture) -> StoredPicture:
    """Write the files: all of them, or none."""
    name = name_for(picture.files[picture.width], "pictures")
    kept: list[str] = []
    try:
        for width, content in picture.files.items():
            kept.append(files.put(content, folder="pictures", ending="webp", name=f"{name}-{width}"))
    except BaseException:
        for key in kept:
            files.delete(key)
        raise
    return StoredPicture(f"pictures/{name[:2]}/{name}", picture.width, picture.height, picture.colour)


def widths_of(width: int) -> list[int]:
    """The widths in which a picture of this width is kept, smallest first."""
    return [smaller for smaller in WIDTHS if smaller < width] + [width]


def address(picture: HasSizes, at_least: int = 480) -> str:
    """Where the picture is found, in the smallest kept width that is not below `at_least`."""
    fitting = [width for width in widths_of(picture.width) if width >= at_least]
    return _url(picture, fitting[0] if fitting else picture.width)


def srcset(picture: HasSizes) -> str:
    """All widths for the `srcset` of an `<img>`, so that a phone loads only what it shows."""
    return ", ".join(f"{_url(picture, width)} {width}w" for width in widths_of(picture.width))


def forget(picture: HasSizes) -> None:
    """Delete the files of a picture that no row names any more."""
    for width in widths_of(picture.width):
        files.delete(f"{picture.key}-{width}.webp")


def decoded(content: bytes, *, most_pixels: int) -> Image.Image:
    """The first frame of an upload, upright, in sRGB, on white; its size is looked at before anything is unpacked."""
    with _told_in_words():
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_pixels(picture, most_pixels)
        picture.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # a JPEG is unpacked no larger than needed
        picture.load()
        profile = picture.info.get("icc_profile")
        ImageOps.exif_transpose(picture, in_place=True)
        return _flat(_in_srgb(_fitted(_plain(picture)), profile))


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except (NotValid, TooLarge):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(_("This picture has too many pixels.")) from None
    except UnidentifiedImageError:
        raise NotValid(_("This is not a picture we can show. Send a JPEG, PNG, WebP, GIF or AVIF.")) from None
    except Exception:  # decoders meet broken bytes with almost any exception
        raise NotValid(_("This picture is damaged and cannot be opened.")) from None


def _check_pixels(picture: Image.Image, most_pixels: int) -> None:
    pixels = picture.width * picture.height
    if pixels > most_pixels:
        raise TooLarge(
            _(
                "This picture has %(pixels)s megapixels; send one with at most %(most)s.",
                pixels=-(-pixels // 1_000_000),
                most=most_pixels // 1_000_000,
            )
        )


def _plain(picture: Image.Image) -> Image.Image:
    """One of the modes RGB, RGBA, L and CMYK, which are all that the next steps know."""
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("P", "PA", "LA", "La", "RGBa", "RGBX") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in ("RGB", "RGBA", "L", "CMYK") else picture.convert("RGB")


def _fitted(picture: Image.Image) -> Image.Image:
    """The picture at most as large as the largest width; never larger than it came."""
    scale = min(WIDTHS[-1] / picture.width, HEIGHT / picture.height)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen understands them; a profile that does not fit is left out."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if alpha else picture
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            colours = converted or colours
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _encoded(picture: Image.Image, width: int) -> bytes:
    size = (width, max(1, round(picture.height * width / picture.width)))
    sized = (
        picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    )
    stream = io.BytesIO()
    sized.save(stream, "WEBP", quality=QUALITY, method=EFFORT)
    return stream.getvalue()


def _main_colour(picture: Image.Image) -> str:
    """The colour of the largest of five groups of similar pixels, as #rrggbb."""
    few = picture.convert("RGB").resize((48, 48), Image.Resampling.BOX).quantize(5, Image.Quantize.MEDIANCUT)
    counts = few.histogram()
    index = counts.index(max(counts))
    red, green, blue = (few.getpalette() or [255] * 3)[index * 3 : index * 3 + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _url(picture: HasSizes, width: int) -> str:
    return files.url(f"{picture.key}-{width}.webp")
