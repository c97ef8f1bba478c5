"""A board to draw on: smooth filled paths on a Pillow picture.

Each path is drawn four times as large on a mask of just its own size and brought back down, so edges are
smooth and a picture of fifty shapes takes a fraction of a second.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shop.drawing.paint import Paint, painted
from shop.drawing.paths import Path, Point
from shop.lettering import write

_FINE = 4


class Board:
    """A picture that is drawn on in units of its own, whatever its size in pixels."""

    def __init__(self, width: int, height: int, ground: Paint, *, units: float | None = None) -> None:
        self.image = Image.new("RGB", (width, height))
        self._matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        self._clip: Image.Image | None = None
        self.image.paste(painted(ground, (width, height)))
        if units:
            self._matrix = (width / units, 0.0, 0.0, 0.0, width / units, 0.0)

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1.0, turn: float = 0.0, mirrored: bool = False
    ) -> Iterator[None]:
        """Draw with the origin moved here, larger or smaller, turned clockwise by degrees."""
        before = self._matrix
        a, b, c, d, e, f = before
        cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        flip = -1 if mirrored else 1
        self._matrix = (
            (a * cos + b * sin) * flip,
            b * cos - a * sin,
            a * x + b * y + c,
            (d * cos + e * sin) * flip,
            e * cos - d * sin,
            d * x + e * y + f,
        )
        try:
            yield
        finally:
            self._matrix = before

    @contextmanager
    def inside(self, *paths: Path) -> Iterator[None]:
        """Draw only where these paths are."""
        before = self._clip
        clip = Image.new("L", self.image.size)
        for path in paths:
            found = self._mask([self._placed(path)])
            if found:
                mask, box = found
                clip.paste(ImageChops.lighter(clip.crop(box), mask), box)
        self._clip = ImageChops.multiply(before, clip) if before else clip
        try:
            yield
        finally:
            self._clip = before

    def fill(self, path: Path, paint: Paint, alpha: float = 1.0, *, minus: Path | None = None) -> None:
        """Fill a closed path, except for what lies in `minus`."""
        found = self._mask([self._placed(path)], self._placed(minus) if minus else None)
        if found:
            self._lay(*found, paint, alpha)

    def line(self, path: Path, paint: Paint, width: float, alpha: float = 1.0) -> None:
        """Draw along a path with a round pen."""
        found = self._stroke_mask(self._placed(path), width * self.scale)
        if found:
            self._lay(*found, paint, alpha)

    def glow(self, path: Path, paint: Paint, blur: float, alpha: float = 1.0) -> None:
        """Fill a path with soft edges, for light and for shadows on the ground."""
        points, radius = self._placed(path), blur * self.scale
        found = self._mask([points], margin=math.ceil(radius * 2.5))
        if found:
            mask, box = found
            self._lay(mask.filter(ImageFilter.GaussianBlur(radius)), box, paint, alpha)

    def grain(self, path: Path, paint: Paint, density: float, seed: int = 1) -> None:
        """Sprinkle a path with fine dots, as a dry brush on rough paper does."""
        found = self._mask([self._placed(path)])
        if found:
            mask, box = found
            dots = _noise(seed).crop(
                (box[0] % 256, box[1] % 256, box[0] % 256 + mask.width, box[1] % 256 + mask.height)
            )
            kept = dots.point([255 if value < density * 256 else 0 for value in range(256)])
            self._lay(ImageChops.multiply(mask, kept), box, paint, 0.5)

    def picture(self, picture: Image.Image, box: tuple[float, float, float, float]) -> None:
        """Put a picture into a box (left, top, right, bottom), cut to fill it, inside the present clip."""
        (left, top), (right, bottom) = self._placed([(box[0], box[1]), (box[2], box[3])])
        size = (round(right - left), round(bottom - top))
        at = (round(left), round(top))
        whole = _covering(picture, size)
        mask = self._clip.crop((*at, at[0] + size[0], at[1] + size[1])) if self._clip else None
        self.image.paste(whole, at, mask)

    def letters(
        self, x: float, y: float, words: str, size: float, colour: str, *, bold: bool = False
    ) -> None:
        """Write one upright line around a middle point; the clip does not hold it."""
        (at,) = self._placed([(x, y)])
        write(self.image, at, words, max(1.0, size * self.scale), colour, bold=bold, anchor="mm")

    @property
    def scale(self) -> float:
        """How many pixels one unit has at present."""
        a, b, _c, d, e, _f = self._matrix
        return math.sqrt(abs(a * e - b * d))

    def _placed(self, path: Path) -> list[Point]:
        a, b, c, d, e, f = self._matrix
        return [(a * x + b * y + c, d * x + e * y + f) for x, y in path]

    def _mask(
        self, paths: list[list[Point]], minus: list[Point] | None = None, margin: int = 1
    ) -> tuple[Image.Image, tuple[int, int, int, int]] | None:
        box = self._box([point for path in paths for point in path], margin)
        if box is None:
            return None
        mask = Image.new("L", ((box[2] - box[0]) * _FINE, (box[3] - box[1]) * _FINE))
        pen = ImageDraw.Draw(mask)
        for path in paths:
            pen.polygon(_fine(path, box), fill=255)
        if minus:
            pen.polygon(_fine(minus, box), fill=0)
        return mask.reduce(_FINE), box

    def _stroke_mask(
        self, path: list[Point], width: float
    ) -> tuple[Image.Image, tuple[int, int, int, int]] | None:
        box = self._box(path, math.ceil(width / 2) + 1)
        if box is None:
            return None
        mask = Image.new("L", ((box[2] - box[0]) * _FINE, (box[3] - box[1]) * _FINE))
        pen = ImageDraw.Draw(mask)
        fine = _fine(path, box)
        pen.line(fine, fill=255, width=max(1, round(width * _FINE)), joint="curve")
        r = width * _FINE / 2
        for x, y in (fine[0], fine[-1]):
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
        return mask.reduce(_FINE), box

    def _box(self, points: list[Point], margin: int) -> tuple[int, int, int, int] | None:
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        left, top = max(0, math.floor(min(xs)) - margin), max(0, math.floor(min(ys)) - margin)
        right = min(self.image.width, math.ceil(max(xs)) + margin)
        bottom = min(self.image.height, math.ceil(max(ys)) + margin)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _lay(self, mask: Image.Image, box: tuple[int, int, int, int], paint: Paint, alpha: float) -> None:
        if self._clip:
            mask = ImageChops.multiply(mask, self._clip.crop(box))
        if alpha < 1:
            mask = mask.point([round(value * alpha) for value in range(256)])
        self.image.paste(painted(paint, mask.size), box, mask)


def _fine(path: list[Point], box: tuple[int, int, int, int]) -> list[Point]:
    return [((x - box[0]) * _FINE, (y - box[1]) * _FINE) for x, y in path]


def _covering(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = max(size[0] / picture.width, size[1] / picture.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    return picture.convert("RGB").resize(
        size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height), reducing_gap=3.0
    )


@lru_cache(maxsize=8)
def _noise(seed: int) -> Image.Image:
    """The same dots on every machine: a linear congruential generator, tiled."""
    state, values = seed, bytearray()
    for _i in range(256 * 256):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append(state >> 24)
    tile = Image.frombytes("L", (256, 256), bytes(values))
    whole = Image.new("L", (2048, 2048))
    for x in range(0, 2048, 256):
        for y in range(0, 2048, 256):
            whole.paste(tile, (x, y))
    return whole
