"""What an operator does with plugins, from the page and from the command line alike."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import MetaData, delete, func, inspect, select, text

from shop import migrating
from shop.apps.models import forget_terms, paid_terms
from shop.clock import now
from shop.db import db, writing
from shop.errors import Refused
from shop.failures import WINDOW
from shop.hooks import Loaded, Tally, door
from shop.plugins import candidates
from shop.run_off import open_of, refuse_while_open
from shop.switches import PluginFailure, PluginRest, PluginSite, PluginSwitch


@dataclass(slots=True)
class Standing:
    """A plugin as the operator sees it."""

    loaded: Loaded
    state: str
    why: str = ""
    failures: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return sum(tally.seconds for tally in self.tallies.values())

    @property
    def calls(self) -> int:
        return sum(tally.calls for tally in self.tallies.values())


def standings() -> list[Standing]:
    """Every plugin that is there, by name."""
    rests = dict(
        db.session.execute(select(PluginRest.name, PluginRest.why).where(PluginRest.ended_at.is_(None))).all()
    )
    recent = (
        select(PluginFailure.name, func.count())
        .where(PluginFailure.at > now() - WINDOW * 12)
        .group_by(PluginFailure.name)
    )
    failures: dict[str, int] = dict(db.session.execute(recent).all())
    inactive = {
        name for (name,) in db.session.execute(select(PluginSite.name).where(~PluginSite.is_active)).all()
    }
    told = []
    for name, loaded in sorted(door().plugins.items()):
        state, why = loaded.state, loaded.error or ""
        if name in inactive and loaded.is_active:
            state, why = "listed", _("it goes with the next start")
        elif state == "active" and name in rests:
            state, why = "resting", rests[name]
        tallies = {hook: tally for (plugin, hook), tally in door().tallies.items() if plugin == name}
        told.append(Standing(loaded, state, why, failures.get(name, 0), tallies))
    return told


def last_failure(name: str) -> str:
    """Which hook of a plugin failed last, and of what."""
    wanted = (
        select(PluginFailure).where(PluginFailure.name == name).order_by(PluginFailure.id.desc()).limit(1)
    )
    found = db.session.scalars(wanted).first()
    return f"{found.hook}: {found.error.strip().splitlines()[-1]}" if found else ""


def activate(name: str, by_id: int | None = None) -> None:
    """From the next start the plugin is loaded."""
    _must_be_there(name)
    _say(name, True, by_id)


def deactivate(name: str, by_id: int | None = None) -> None:
    """The plugin is asked nothing more, and not loaded from the next start; refused while anything of it is open."""
    _must_be_there(name)
    needed_by = [
        p.name for p in door().plugins.values() if p.is_loaded and p.manifest and name in p.manifest.requires
    ]
    if needed_by:
        raise Refused(_("It is needed by %(apps)s.", apps=", ".join(needed_by)))
    refuse_while_open(name, codes_of(name))
    _refuse_while_paid(name)
    _say(name, False, by_id)


def purge(app: Flask, name: str) -> list[str]:
    """Take away everything of a plugin: its tables, settings, switches; refused while anything of it is open.

    Works also when its folder is gone. Returns the tables that were dropped.
    """
    refuse_while_open(name, codes_of(name))
    _refuse_while_paid(name)
    loaded = door(app).plugins.get(name)
    if loaded is not None and loaded.is_active and loaded.origin == "bundled":
        said = db.session.scalars(select(PluginSite).where(PluginSite.name == name)).first()
        if said is None or said.is_active:
            raise Refused(_("Deactivate it first, so that nothing asks for its tables."))
    for table in (PluginSite, PluginSwitch, PluginFailure, PluginRest):
        db.session.execute(delete(table).where(table.name == name))
    forget_terms(name)
    db.session.commit()
    with writing(), migrating.open_connection() as connection:
        owns = migrating.belongs_to(name, connection)
        owns.plugins.add(name)
        mine = [t for t in inspect(connection).get_table_names() if owns.of(t) == name]
        metadata = MetaData()
        metadata.reflect(connection, only=mine)
        for table_object in reversed(metadata.sorted_tables):
            if table_object.name in mine:
                table_object.drop(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {migrating.version_table(name)}"))
        connection.commit()
    return sorted(mine)


def codes_of(name: str) -> list[str]:
    """The payment codes of a plugin; of one that is not loaded, its own name."""
    return [code for code, method in door().methods.items() if method.plugin == name] or [name]


def open_words(name: str) -> dict[str, int]:
    """What of a plugin is still open."""
    still, paid = open_of(name, codes_of(name)), paid_terms(name)
    return {**still, "terms": paid} if paid else still


def _refuse_while_paid(name: str) -> None:
    """Who has paid for it may use it until the end of their term, or gets the money back first."""
    paid = paid_terms(name)
    if paid:
        raise Refused(
            ngettext(
                "%(num)s term of “%(plugin)s” is paid and still runs. Refund its order first.",
                "%(num)s terms of “%(plugin)s” are paid and still run. Refund their orders first.",
                paid,
                plugin=name,
            )
        )


def keep_site_settings(name: str, values: dict[str, Any], by_id: int | None) -> None:
    """The operator's settings of a plugin."""
    loaded = door().plugins[name]
    row = _row(name, loaded.is_active)
    row.settings, row.by_id, row.at = values, by_id, now()


def _say(name: str, is_active: bool, by_id: int | None) -> None:
    row = _row(name, is_active)
    row.is_active, row.by_id, row.at = is_active, by_id, now()
    if not is_active:
        door().breaker.inactive |= {name}
    else:
        door().breaker.inactive -= {name}


def _row(name: str, is_active: bool) -> PluginSite:
    row = db.session.scalars(select(PluginSite).where(PluginSite.name == name)).first()
    if row is None:
        row = PluginSite(name=name, is_active=is_active, settings={})
        db.session.add(row)
    return row


def _must_be_there(name: str) -> None:
    if name not in candidates():
        raise Refused(_("There is no plugin %(name)s.", name=name), status=404)
