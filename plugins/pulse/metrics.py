"""The eleven metrics, each with what is meant by “effective” here; what the house cannot measure says why."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

# Of one member so many words count on one day.
MOST_POSTS = 3


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of each day; `why_not` stands in its place where nothing is written down that could be counted."""

    code: str
    title: Any
    means: Any
    why_not: Any = ""


METRICS: tuple[Metric, ...] = (
    Metric(
        "speakers", _l("Effective speakers"),
        _l(
            "Members who published a review, a trial's report, feedback or an article on that day, each "
            "once. What a manager has hidden does not count."
        ),
    ),
    Metric(
        "heard", _l("Valid speakers"),
        _l("Members whose words of the last 90 days were answered by somebody else on that day, each once."),
    ),
    Metric(
        "posts", _l("Valid posts"),
        _l(
            "Reviews, reports, feedback and articles published on that day: at most three of one member, "
            "and none that was hidden."
        ),
    ),
    Metric(
        "voices", _l("Effective comments"),
        _l(
            "Answers to such words: somebody found a review helpful, or follows a feedback. Each member "
            "once for each, its author left out; taken back and given again counts nothing new."
        ),
    ),
    Metric(
        "answered", _l("Words that were answered"),
        _l("How many different reviews and feedbacks got at least one such answer on that day."),
    ),
    Metric(
        "read", _l("Posts viewed on average"), "",
        _l(
            "Who reads what is not written down: these pages are the same for everybody, and nobody is "
            "followed through them."
        ),
    ),
    Metric(
        "openings", _l("Effective page views"),
        _l("Visits: a link of the community was opened. The same visitor again within half an hour is one."),
    ),
    Metric(
        "visitors", _l("Effective views"),
        _l(
            "People with an account who came by a link or did something on that day, each once. Who never"
            " signs in is a visit and no more: unknown stays unknown."
        ),
    ),
    Metric(
        "online", _l("Time online on average"), "",
        _l("Nobody is timed while they look, so there is nothing to count."),
    ),
    Metric(
        "peak", _l("Most at the same time"),
        _l(
            "The most different people who came or did something within one hour of the clock. Who only "
            "looks is not seen, so in truth there may be more."
        ),
    ),
    Metric(
        "joined", _l("New members"),
        _l("People who came in on that day and were still members when it was counted."),
    ),
    Metric(
        "managing", _l("Effective management"),
        _l(
            "Different things that managers did: requests answered, products decided, rules written, "
            "roles given, words hidden or shown again, “You said, we did” told. The same thing twice is "
            "one."
        ),
    ),
)  # fmt: skip
MEASURED = tuple(metric for metric in METRICS if not metric.why_not)
BY_CODE = {metric.code: metric for metric in METRICS}
# Kept beside them, only for the day on which they are counted: nobody can tell it of a day gone by.
STANDING = ("members", "silent_7", "silent_30")
