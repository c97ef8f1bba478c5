"""Draw static/icons/*.png from the mark, for phones that want a PNG: `python tools/draw_icons.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

PERSIMMON, RICE = "#c2410c", "#fffdf8"
FOLDER = Path(__file__).resolve().parent.parent / "static" / "icons"
# The curves of static/mark.svg on its grid of 64: start, two handles, end.
BODY = [
    ((37, 5.5), (50, 8.5), (58, 20.5), (58, 35.5)),
    ((58, 35.5), (58, 49.5), (47.5, 56), (32, 56)),
    ((32, 56), (16.5, 56), (6, 49.5), (6, 35.5)),
    ((6, 35.5), (6, 20), (16.5, 9.5), (28, 8.5)),
    ((28, 8.5), (31.5, 8.2), (33.5, 4.7), (37, 5.5)),
]
PLEAT = [
    ((37.5, 4), (38, 18), (31, 30.5), (15.5, 35)),
    ((15.5, 35), (27, 28), (32.5, 18.5), (32.5, 6.5)),
]
SHARPER = 4


def points(
    curves: list[tuple[tuple[float, float], ...]], scale: float, shift: float
) -> list[tuple[float, float]]:
    """The curves as a fine polygon in pixels."""
    found = []
    for a, b, c, d in curves:
        for step in range(61):
            t = step / 60
            u = 1 - t
            x, y = (u**3 * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t**3 * d[i] for i in (0, 1))
            found.append((x * scale + shift, y * scale + shift))
    return found


def draw(size: int, filled: float) -> Image.Image:
    """The mark on rice paper; `filled` is the share of the square that the mark takes."""
    big = size * SHARPER
    scale = big * filled / 64
    shift = (big - 64 * scale) / 2
    image = Image.new("RGB", (big, big), RICE)
    pen = ImageDraw.Draw(image)
    pen.polygon(points(BODY, scale, shift), fill=PERSIMMON)
    pen.polygon(points(PLEAT, scale, shift), fill=RICE)
    return image.resize((size, size), Image.Resampling.LANCZOS).quantize(64)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, size, filled in [
        ("180", 180, 0.86),
        ("192", 192, 0.92),
        ("512", 512, 0.92),
        ("maskable", 512, 0.62),
    ]:
        draw(size, filled).save(FOLDER / f"{name}.png", optimize=True)
