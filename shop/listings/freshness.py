"""What visitors see has changed: the community's version grows in the same transaction, whoever wrote it.

Kept pages stand on that version (shop/kept.py). The session tells of every row that it writes, so no view has to think
of it, and no plugin whose manifest names what it `shows`. Rows written past their objects (`update(Product)` with a
list of rows, as an import does) are told of too; what is left of a limit is not: a page asks for that itself.
"""

from typing import Any

from flask import Flask
from sqlalchemy import Select, Update, event, inspect, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from shop.catalog.models import Picture, Product, Variant
from shop.communities.models import Community
from shop.db import GuardedSession
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.plugins import resolve
from shop.switches import PluginSite, PluginSwitch

# So many numbers go into one statement.
TOGETHER = 500
# Models of plugins, and whose they are.
SHOWN: dict[Any, str] = {}


def install() -> None:
    """Listen to what every session of this process writes; once, however many shops it makes."""
    if not event.contains(GuardedSession, "after_flush", _objects_written):
        event.listen(GuardedSession, "after_flush", _objects_written)
        event.listen(GuardedSession, "do_orm_execute", _rows_written)


def hear(app: Flask) -> None:
    """Listen to the rows that plugins show on shelves and listings' pages."""
    for loaded in door(app).plugins.values():
        if loaded.is_loaded and loaded.manifest:
            SHOWN.update({resolve(reference): loaded.name for reference in loaded.manifest.shows})


def _objects_written(session: Session, _context: Any) -> None:
    changed = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    communities = {row.community_id for row in changed if isinstance(row, Listing | Offer | PluginSwitch)}
    communities |= {row.id for row in changed if isinstance(row, Community) and _shows_otherwise(row)}
    products = {row.id for row in changed if isinstance(row, Product)}
    products |= {row.product_id for row in changed if isinstance(row, Variant | Picture)}
    merchants = {row.id for row in changed if isinstance(row, Merchant)}
    touched = {row.id for row in changed if isinstance(row, Community) and not _shows_otherwise(row)}
    if communities - touched:
        session.execute(_newer(communities - touched))
    for some in _portions(products - {row.id for row in session.new if isinstance(row, Product)}):
        session.execute(_newer(_showing().where(Listing.product_id.in_(some))))
    if merchants:
        session.execute(_newer(_showing().where(Product.merchant_id.in_(merchants))))
    brought = [row for row in changed if type(row) in SHOWN]
    if brought:
        session.execute(
            _newer({row.community_id for row in brought if hasattr(row, "community_id")} - {None})
        )
        for plugin in {SHOWN[type(row)] for row in brought if getattr(row, "community_id", None) is None}:
            session.execute(_newer(_having(plugin)))
    if any(isinstance(row, PluginSite) or _has_another_name(row) for row in changed):
        session.execute(_newer(select(Community.id)))


def _rows_written(state: ORMExecuteState) -> None:
    written = state.is_update or state.is_insert or state.is_delete
    if written and state.bind_mapper is not None and state.bind_mapper.class_ in SHOWN:
        state.session.execute(_newer(_having(SHOWN[state.bind_mapper.class_])))
    if not state.is_update or state.bind_mapper is None or state.bind_mapper.class_ is not Product:
        return
    rows = state.parameters if isinstance(state.parameters, list) else None
    ids = {row["id"] for row in rows or () if "id" in row}
    for some in _portions(ids):
        state.session.execute(_newer(_showing().where(Listing.product_id.in_(some))))
    if rows is None:  # products chosen by a condition: which ones it is not told
        state.session.execute(_newer(_showing()))


def _shows_otherwise(community: Community) -> bool:
    """Whether something of it was written and its version was not."""
    written = {a.key for a in inspect(community).attrs if a.history.has_changes()}
    return bool(written) and "version" not in written


def _has_another_name(row: Any) -> bool:
    """Whether it is a person whose name was changed: plugins sign with it what people wrote."""
    return isinstance(row, Person) and bool(inspect(row).attrs.name.history.deleted)


def _having(plugin: str) -> Select[int]:
    """The communities in which a plugin is switched on."""
    return select(PluginSwitch.community_id).where(PluginSwitch.name == plugin, PluginSwitch.is_on)


def _showing() -> Select[int]:
    """The communities in which products are shown."""
    return (
        select(Listing.community_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.state == "accepted")
    )


def _newer(communities: set[int] | Select[int]) -> Update:
    return (
        update(Community)
        .where(Community.id.in_(communities))
        .values(version=Community.version + 1)
        .execution_options(synchronize_session=False)
    )


def _portions(ids: set[int]) -> list[list[int]]:
    ordered = sorted(ids)
    return [ordered[i : i + TOGETHER] for i in range(0, len(ordered), TOGETHER)]
