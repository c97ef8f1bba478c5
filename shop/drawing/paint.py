"""Paint: plain colours, colours between two others, and fades."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageColor


@dataclass(frozen=True, slots=True)
class Fade:
    """A paint that goes from one colour to another: downwards, to the right, or from the middle outwards."""

    start: str
    end: str
    towards: str = "down"


Paint = str | Fade


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two others; `share` is how much of the second is in it."""
    a, b = _rgb(one), _rgb(other)
    return "#{:02x}{:02x}{:02x}".format(*(round(p + (q - p) * share) for p, q in zip(a, b, strict=True)))


def painted(paint: Paint, size: tuple[int, int]) -> Image.Image:
    """A sheet of this size in this paint."""
    if isinstance(paint, str):
        return Image.new("RGB", size, paint)
    if paint.towards == "out":
        ramp = Image.radial_gradient("L").resize(size)
    else:
        ramp = Image.linear_gradient("L")
        ramp = (ramp.transpose(Image.Transpose.ROTATE_90) if paint.towards == "right" else ramp).resize(size)
    return Image.composite(Image.new("RGB", size, paint.end), Image.new("RGB", size, paint.start), ramp)


@lru_cache(maxsize=1024)
def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue
