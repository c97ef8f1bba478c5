"""A small drawing board with its own outlines and paints, for posters and for the demo's own art."""

from shop.drawing.board import Board
from shop.drawing.paint import Fade, Paint, mixed
from shop.drawing.paths import Path, Point, arc, blob, box, curve, ellipse, moved, through, traced, turned

__all__ = [
    "Board",
    "Fade",
    "Paint",
    "Path",
    "Point",
    "arc",
    "blob",
    "box",
    "curve",
    "ellipse",
    "mixed",
    "moved",
    "through",
    "traced",
    "turned",
]
