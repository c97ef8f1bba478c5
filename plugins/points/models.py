"""The tables of points."""

from plugins.points.comments import PointsComment
from plugins.points.gifts import PointsGift, PointsHandout
from plugins.points.ledger import PointsAccount, PointsTransfer
from plugins.points.tops import PointsPlace, PointsTop

__all__ = [
    "PointsAccount",
    "PointsComment",
    "PointsGift",
    "PointsHandout",
    "PointsPlace",
    "PointsTop",
    "PointsTransfer",
]
