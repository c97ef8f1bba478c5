"""Notices: an ad that costs nothing, made in one step: the house's, a partner's, or a community's own words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.creatives import Creative
from shop.clock import now
from shop.communities.models import Community
from shop.people.models import Person


def post(
    advertiser: Advertiser,
    kind: str,
    by: Person | None,
    *,
    title: str,
    text: str,
    url: str,
    days: int,
    picture: Mapping[str, Any] | None,
    currency: str = "CNY",
) -> Creative:
    """Campaign, flight and creative at once; whoever may post it has looked it over."""
    campaign = Campaign.begin(advertiser, title, currency, by, kind)
    begins = now()
    flight = Flight.begin(
        campaign,
        name=title,
        term="cpm",
        price=0,
        starts_at=begins,
        ends_at=begins + timedelta(days=days),
        is_even=False,
    )
    creative = Creative.make(
        flight, "picture" if picture else "text", title=title, text=text, url=url, picture=picture
    )
    creative.approve(by)
    return creative


def own_notices(community: Community) -> Select[Creative]:
    """A community's own words that are still shown."""
    return _posted().where(Advertiser.community_id == community.id)


def free_notices() -> Select[Creative]:
    """What the operator posted and is still shown."""
    return _posted().where(Advertiser.community_id.is_(None), Campaign.kind != "paid")


def _posted() -> Select[Creative]:
    return (
        select(Creative)
        .join(Creative.flight)
        .join(Flight.campaign)
        .join(Campaign.advertiser)
        .where(Creative.retired_at.is_(None), Flight.ends_at > now())
        .options(joinedload(Creative.flight).joinedload(Flight.campaign).joinedload(Campaign.advertiser))
        .order_by(Creative.id.desc())
        .limit(50)
    )
