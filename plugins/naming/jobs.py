"""What the worker does for rounds every minute."""

from plugins.naming.closing import due_rounds, move_on
from plugins.naming.rounds import Round
from shop.db import db
from shop.errors import Refused


def look_at_the_clock() -> int:
    """Move on every round whose time has come, each in its own transaction; returns how many were looked at."""
    due = due_rounds()
    for round_id in due:
        try:
            move_on(db.session.get_one(Round, round_id, populate_existing=True))
            db.session.commit()
        except Refused:  # moved on by somebody else at this very moment
            db.session.rollback()
    return len(due)
