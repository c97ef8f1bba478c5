"""What care knows of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import delete, select, update

from plugins.care import intros, voices, waiting
from plugins.care.alerts import CareAlert
from plugins.care.intros import CareIntro
from plugins.care.silence import CareNotice
from plugins.care.splitting import CareMove, CareSplit
from plugins.care.voices import CareObjection, CareVoice
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Cards, notices, answers and objections, as plain values."""
    rows = {
        "introductions": (CareIntro, ("brings", "likes", "offers", "at")),
        "notices": (CareNotice, ("reason", "at", "leaves_at", "state")),
        "voice": (CareVoice, ("state", "words", "at")),
        "objections": (CareObjection, ("text", "at", "answer")),
        "moves": (CareMove, ("state", "at")),
    }
    told: dict[str, Any] = {}
    for name, (table, columns) in rows.items():
        mine: Any = table
        found = db.session.scalars(select(mine).where(mine.person_id == person.id).order_by(mine.id))
        told[name] = [{c: _plain(getattr(row, c)) for c in columns} for row in found]
    return told


def erase(person: Person) -> None:
    """Everything that is about them goes; what they did for others stays without a name."""
    intros.forget(person)
    voices.forget(person)
    waiting.forget(person)
    for mine in (CareNotice.person_id, CareMove.person_id):
        db.session.execute(delete(mine.class_).where(mine == person.id))
    for column in (
        CareAlert.seen_by_id,
        CareNotice.by_id,
        CareVoice.by_id,
        CareObjection.answered_by_id,
        CareSplit.by_id,
    ):
        db.session.execute(update(column.class_).where(column == person.id).values({column.key: None}))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
