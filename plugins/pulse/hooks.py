"""The doorbells of pulse."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.pulse import counting
from shop.communities.models import Community
from shop.hookspecs import NavItem, hookimpl


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area != "manage":
        return []
    return [NavItem(_("Pulse"), url_for("pulse.show", community=subject.slug), "chart", weight=20)]


@hookimpl
def plugin_switched(community: Community, on: bool) -> None:
    if on:
        counting.keep(community.id, counting.rows_of(community))
