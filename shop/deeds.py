"""Deeds: what people really did in a community, as the core and the plugins tell; never what was looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from shop.db import db
from shop.hooks import door
from shop.hookspecs import Deed
from shop.insight.brought import PAID
from shop.orders.models import Order

# So many people are asked about at once.
TOGETHER = 500


def deeds_of(community: Any, people: Sequence[int], since: datetime) -> dict[int, list[Deed]]:
    """What each of these has done here since then; also what is still kept of plugins that were switched off."""
    told: dict[int, list[Deed]] = {person: [] for person in people}
    asked = door().running_off_in(community.id)
    for start in range(0, len(people), TOGETHER):
        some = list(people[start : start + TOGETHER])
        answers = door().ask_all("deeds", asked, community=community, people=some, since=since)
        for deed in [*_bought(community.id, some, since), *(one for _who, deeds in answers for one in deeds)]:
            if deed.person in told and deed.times > 0:
                told[deed.person].append(deed)
    return told


def _bought(community_id: int, people: Sequence[int], since: datetime) -> list[Deed]:
    rows = db.session.execute(
        select(Order.buyer_id, func.count(), func.max(Order.placed_at))
        .where(Order.community_id == community_id, Order.buyer_id.in_(people))
        .where(Order.placed_at >= since, Order.state.in_(PAID))
        .group_by(Order.buyer_id)
    )
    return [Deed(int(who or 0), "bought", _("orders"), times, last) for who, times, last in rows]
