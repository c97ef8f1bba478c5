"""What ads know of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import delete, select, update

from plugins.ads.campaigns import Advertiser, Campaign
from plugins.ads.counts import Impression, Passing
from plugins.ads.creatives import Creative, Veto
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Which ads were counted as seen and followed, newest first."""
    rows = db.session.execute(
        select(
            Creative.title, Impression.at, Impression.clicked_at, Impression.watched, Impression.country,
            Impression.keyword,
        )
        .join(Creative, Creative.id == Impression.creative_id)
        .where(Impression.visitor == f"p{person.id}")
        .order_by(Impression.id.desc())
    )  # fmt: skip
    return {
        "ads": [
            {
                "title": title,
                "seen": at.isoformat(),
                "followed": clicked.isoformat() if clicked else None,
                "milliseconds": watched,
                "country": country,
                "keyword": keyword,
            }
            for title, at, clicked, watched, country, keyword in rows
        ]
    }


def erase(person: Person) -> None:
    """The sums stay; whose views they were is forgotten, and who decided what."""
    name = f"p{person.id}"
    db.session.execute(update(Impression).where(Impression.visitor == name).values(visitor=""))
    db.session.execute(delete(Passing).where(Passing.visitor == name))
    for table, column in (
        (Advertiser, "stopped_by_id"),
        (Campaign, "made_by_id"),
        (Campaign, "ended_by_id"),
        (Creative, "decided_by_id"),
        (Veto, "by_id"),
        (Veto, "lifted_by_id"),
        (Impression, "void_by_id"),
    ):
        db.session.execute(update(table).where(getattr(table, column) == person.id).values({column: None}))
