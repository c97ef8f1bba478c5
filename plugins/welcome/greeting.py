"""Greeting: what the managers say, and what is new."""

from collections.abc import Sequence
from datetime import timedelta

from shop import kept, settings
from shop.clock import now
from shop.communities.models import Community
from shop.hookspecs import Piece
from shop.listings.models import Listing
from shop.people.models import key_of

# So long something is new; a number for all groups, so that the shelf asks the database nothing for it.
NEW = timedelta(days=7)
# Whoever asks is not told everything.
MOST_ANSWERS = 3


def new_ones(listings: Sequence[Listing]) -> list[Piece]:
    """What a manager accepted within a week."""
    since = now() - NEW
    kept.until(one.decided_at + NEW for one in listings if one.decided_at is not None)
    return [
        Piece("welcome/new.html", subject_id=listing.id)
        for listing in listings
        if listing.decided_at is not None and listing.decided_at > since
    ]


def since(listings: Sequence[Listing]) -> list[Piece]:
    """Since when the group has had it on its shelf."""
    return [Piece("welcome/since.html", {"listing": one}) for one in listings if one.decided_at is not None]


def banner_of(community: Community) -> list[Piece]:
    """One line for everybody who opens the shelf."""
    banner = settings.here("welcome", community.id).banner.strip()
    return [Piece("welcome/banner.html", {"banner": banner}, weight=10)] if banner else []


def answers_to(words: str, community: Community) -> list[Piece]:
    """What the managers answer to somebody who asks for one of their words."""
    found = [answer for keys, answer in known_answers(community) if any(key in words for key in keys)]
    return [Piece("welcome/answer.html", {"answers": found[:MOST_ANSWERS]})] if found else []


def known_answers(community: Community) -> list[tuple[list[str], str]]:
    """The managers' answers with the words that call for them: a line each, words with commas, a colon, the answer."""
    told = []
    for line in settings.here("welcome", community.id).answers.splitlines():
        words, colon, answer = line.replace("：", ":", 1).partition(":")
        keys = [
            key for word in words.replace("，", ",").replace("、", ",").split(",") if (key := key_of(word))
        ]
        if colon and keys and answer.strip():
            told.append((keys, answer.strip()))
    return told


def words_of(community: Community) -> list[Piece]:
    """What stands on the group's own page, if the managers wrote something."""
    words = settings.here("welcome", community.id).words.strip()
    return [Piece("welcome/words.html", {"words": words})] if words else []
