"""What stands in the managers' calendar: the flights that may be shown here, by advertiser."""

from collections import defaultdict
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.choosing import could_run
from plugins.ads.creatives import Creative
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening

MOST = 300


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """One for each flight, whatever it shows; the group's own notices and house ads sell nothing."""
    found = db.session.execute(
        select(Flight, Advertiser.name, Campaign.kind, Creative.product_id)
        .join(Creative, Creative.flight_id == Flight.id)
        .join(Campaign, Campaign.id == Flight.campaign_id)
        .join(Advertiser, Advertiser.id == Campaign.advertiser_id)
        .where(*could_run(community), Flight.starts_at < until, Flight.ends_at > since)
        .order_by(Flight.starts_at, Flight.id)
        .limit(MOST)
    ).all()
    shown: dict[int, set[int]] = defaultdict(set)
    for flight, _name, _kind, product in found:
        shown[flight.id] |= {product} if product else set()
    whose = {flight.id: (flight, name, kind) for flight, name, kind, _product in found}
    return [
        Happening(
            title=f"{name}: {flight.name}",
            url=url_for("ads_manage.show", community=community.slug),
            starts=flight.starts_at,
            ends=flight.ends_at,
            products=tuple(sorted(shown[number])),
            leads=True,
            sells=kind in ("paid", "partner"),
        )
        for number, (flight, name, kind) in whose.items()
    ]
