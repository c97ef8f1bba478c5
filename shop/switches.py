"""Switches: installed -> active on the site (operator) -> enabled in a community (manager)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, object_session

from shop.clock import now
from shop.db import Base, Numbered, db

# Where a session keeps what its present transaction has read of the settings in communities.
SEEN = "settings seen"


class PluginSite(Numbered, Base):
    """What the operator said of a plugin; without a row, bundled plugins are active and installed ones only listed."""

    __tablename__ = "plugin_site"

    name: Mapped[str] = mapped_column(String(32), unique=True)
    is_active: Mapped[bool]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class PluginSwitch(Numbered, Base):
    """A plugin's switch in a community, who turned it and when, and its settings there."""

    __tablename__ = "plugin_switch"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(32))
    is_on: Mapped[bool]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class PluginFailure(Numbered, Base):
    """A hook of a plugin failed; for the operator's page and the breaker."""

    __tablename__ = "plugin_failure"

    name: Mapped[str] = mapped_column(String(32), index=True)
    hook: Mapped[str] = mapped_column(String(48))
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class PluginRest(Numbered, Base):
    """A plugin failed so often that its display hooks rest, until somebody has it tried again."""

    __tablename__ = "plugin_rest"

    name: Mapped[str] = mapped_column(String(32), index=True)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def enabled_in(community_id: int) -> frozenset[str]:
    """The names that are switched on in a community."""
    rows = select(PluginSwitch.name).where(PluginSwitch.community_id == community_id, PluginSwitch.is_on)
    return frozenset(db.session.scalars(rows))


def known_in(community_id: int) -> frozenset[str]:
    """The names that are or were switched on in a community."""
    rows = select(PluginSwitch.name).where(PluginSwitch.community_id == community_id)
    return frozenset(db.session.scalars(rows))


def settings_of(community_id: int, name: str) -> dict[str, Any]:
    """A plugin's settings in a community; empty when nobody has set any. One look a transaction for all plugins."""
    session = db.session()
    transaction, seen = session.info.get(SEEN, (None, {}))
    if transaction is None or transaction is not session.get_transaction():
        seen = {}
    if community_id not in seen:
        kept = select(PluginSwitch.name, PluginSwitch.settings).where(
            PluginSwitch.community_id == community_id
        )
        seen[community_id] = {plugin: settings or {} for plugin, settings in session.execute(kept)}
        session.info[SEEN] = session.get_transaction(), seen
    return dict(seen[community_id].get(name, {}))


def switch(community_id: int, name: str, on: bool, by_id: int | None) -> PluginSwitch:
    """Turn a plugin on or off in a community; its settings stay, and two who press at once find one row."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    first = {"community_id": community_id, "name": name, "is_on": on, "settings": {}, "at": now()}
    db.session.execute(insert(PluginSwitch).values(first).on_conflict_do_nothing())
    row = db.session.scalars(
        select(PluginSwitch).where(PluginSwitch.community_id == community_id, PluginSwitch.name == name)
    ).one()
    row.is_on, row.by_id, row.at = on, by_id, now()
    return row


def was_on(community_id: int, name: str) -> bool:
    """Whether a plugin is or was switched on in a community."""
    rows = select(PluginSwitch.id).where(PluginSwitch.community_id == community_id, PluginSwitch.name == name)
    return db.session.scalar(rows) is not None


@event.listens_for(PluginSwitch.settings, "set")
def _forget(row: PluginSwitch, *_change: Any) -> None:
    """Settings were changed: who reads them next, also in this transaction, sees that."""
    session = object_session(row)
    if session is not None:
        session.info.pop(SEEN, None)
