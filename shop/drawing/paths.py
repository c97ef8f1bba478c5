"""Outlines: lists of points that a board fills or draws along."""

import math
import re
from collections.abc import Iterator, Sequence

Point = tuple[float, float]
Path = Sequence[Point]


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> list[Point]:
    """A circle or ellipse around a point."""
    ry = rx if ry is None else ry
    turns = [math.tau * i / 96 for i in range(96)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """A piece of an ellipse, in degrees clockwise from the right."""
    turns = [math.radians(start + (end - start) * i / 48) for i in range(49)]
    return [(x + rx * math.cos(t), y + ry * math.sin(t)) for t in turns]


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> list[Point]:
    """A rectangle with round corners."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    corners = (
        (right - r, top + r, -90),
        (right - r, bottom - r, 0),
        (left + r, bottom - r, 90),
        (left + r, top + r, 180),
    )
    return [point for x, y, start in corners for point in arc(x, y, r, r, start, start + 90)]


def curve(*points: Point, closed: bool = False) -> list[Point]:
    """A smooth line through all the points (Catmull-Rom); closed, it is a smooth blob."""
    count = len(points)
    around = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    smooth: list[Point] = []
    for i in range(count if closed else count - 1):
        p0, p1, p2, p3 = around[i : i + 4]
        for step in range(16):
            t = step / 16
            smooth.append((_between(p0[0], p1[0], p2[0], p3[0], t), _between(p0[1], p1[1], p2[1], p3[1], t)))
    return smooth if closed else [*smooth, points[-1]]


def through(text: str) -> list[Point]:
    """A smooth line through points written as "x y, x y, …"."""
    return curve(*_points(text))


def blob(text: str) -> list[Point]:
    """A smooth closed outline through points written as "x y, x y, …"."""
    return curve(*_points(text), closed=True)


def turned(*profile: Point) -> list[Point]:
    """The outline of something turned on a wheel: a smooth profile on the right, mirrored to the left of x = 0."""
    right = curve(*profile)
    return [*right, *((-x, y) for x, y in reversed(right))]


def moved(path: Path, x: float, y: float) -> list[Point]:
    """The same path elsewhere."""
    return [(px + x, py + y) for px, py in path]


def traced(commands: str) -> list[Point]:
    """The outline that an SVG path of the commands M, L, H, V, C, S and Z (and their small forms) draws."""
    path: list[Point] = []
    x = y = 0.0
    bend: Point = (0.0, 0.0)
    for command, text in re.findall(r"([MLHVCSZmlhvcsz])([^A-Za-z]*)", commands):
        n = [float(found) for found in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", text)]
        width = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Z": 1}[command.upper()]
        for i in range(0, len(n), width):
            part = n[i : i + width]
            if command.islower():
                part = [v + (x if (k % 2 == 0) == (command != "v") else y) for k, v in enumerate(part)]
            if command in "Hh":
                x = part[0]
            elif command in "Vv":
                y = part[0]
            elif command in "CcSs":
                first = (part[0], part[1]) if command in "Cc" else (2 * x - bend[0], 2 * y - bend[1])
                bend = (part[-4], part[-3])
                path.extend(_bezier((x, y), first, bend, (part[-2], part[-1])))
                x, y = part[-2], part[-1]
                continue
            else:
                x, y = part
            bend = (x, y)
            path.append((x, y))
    return path


def _points(text: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in (pair.split() for pair in text.split(","))]


def _between(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    return 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t
        + (3 * p1 - p0 - 3 * p2 + p3) * t * t * t
    )


def _bezier(p0: Point, p1: Point, p2: Point, p3: Point) -> Iterator[Point]:
    for step in range(1, 17):
        t = step / 16
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]
