"""The tables of reviews."""

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.inviting import Quiet, ReviewInvitation
from plugins.reviews.moderating import Complaint, Hiding
from plugins.reviews.reviews import HelpfulVote, Review, ReviewPicture, ReviewVersion
from plugins.reviews.rights import ReportedTrial
from plugins.reviews.sums import StarSum

__all__ = [
    "Complaint",
    "HelpfulVote",
    "Hiding",
    "Quiet",
    "ReportedTrial",
    "Review",
    "ReviewInvitation",
    "ReviewPicture",
    "ReviewVersion",
    "SellersAnswer",
    "StarSum",
]
