"""The one clock of the house: instants are aware and in UTC."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)
