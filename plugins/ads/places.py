"""Places: where a page has room for ads. A place is the same for everybody, so that its page may be kept; the page's
script asks what goes into it once somebody is near. What the page is about is signed, and nobody else can say it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from shop.communities.models import Community

# How many ads a place has room for; the community says how many a page may have. In this order they are filled.
ROOM = {"shelf.top": 1, "shelf.below": 2, "listing.below": 2, "article.below": 2}
# A place tells at most so many tags, the most frequent ones: it is part of an address.
MOST_TAGS = 100


class Place(NamedTuple):
    """One slot of a page, the words of what it is about, and the first tag of what it shows."""

    slot: str
    tags: frozenset[str]
    first: str = ""

    def keyword(self, wanted: Iterable[str]) -> str:
        """The one word that a report names: what an ad is aimed at, else the first tag; no other word searched."""
        aimed = [word.lower() for word in wanted]
        return next((word for word in aimed if word in self.tags), "" if aimed else self.first)


def mark(slot: str, subjects: Sequence[Any], community: Community) -> str:
    """What a page says of one of its places."""
    return str(_signer().dumps((community.id, slot, _tags_of(subjects))))


def read(texts: Iterable[str], community: Community) -> list[Place]:
    """The places of a page in the order in which they are filled, each once; whatever is not ours is left out."""
    found: dict[str, Place] = {}
    for text in texts:
        try:
            where, slot, tags = _signer().loads(text)
        except (BadSignature, ValueError, TypeError):
            continue
        if where == community.id and slot in ROOM:
            found.setdefault(slot, Place(slot, frozenset(filter(None, tags)), *tags[:1]))
    return [found[slot] for slot in ROOM if slot in found]


def _tags_of(subjects: Sequence[Any]) -> list[str]:
    """What the page is about: the most frequent tag of what it shows (or ""), then all and the words searched."""
    shown: Counter[str] = Counter()
    for subject in subjects:
        shows = getattr(subject, "product", subject)
        shown.update(str(tag).lower() for tag in getattr(shows, "tags", None) or ())
    words = Counter(word.lower() for word in request.args.get("q", "").split()) + shown
    (first, _often), *_others = shown.most_common(1) or [("", 0)]
    return [first, *sorted(word for word, _n in words.most_common(MOST_TAGS) if word != first)]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="ads place")
