"""Who is signed in, as far as a page must know that is the same for everybody who is: that they still are, and their
language. It is asked past SQLAlchemy's models, which cost more than all the rest of such a page.
"""

from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

ASK = "SELECT locale FROM person WHERE fs_uniquifier = ? AND active"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """Somebody who is signed in, and the language they chose, if any."""

    locale: str | None


def glimpse(engine: Engine, stamp: str) -> Glimpse | None:
    """Who is signed in with this stamp; None for nobody, and when the database does not answer."""
    question = ASK.replace("?", "%s") if engine.dialect.name == "postgresql" else ASK
    try:
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(question, (stamp,))
            found = cursor.fetchone()
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
        return None  # the whole way asks again, and tells in its own words that the database is away
    return None if found is None else Glimpse(found[0])
