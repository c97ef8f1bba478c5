"""What ads do behind the pages."""

from datetime import timedelta

from sqlalchemy import delete, select

from plugins.ads import watching
from plugins.ads.budgets import settle as settle_campaign
from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counts import Impression, Showing
from shop import settings
from shop.clock import now
from shop.db import db


def settle() -> int:
    """Book what the communities have earned, campaign by campaign, each in its own transaction; returns how much."""
    due = (
        select(Flight.campaign_id)
        .join(Showing, Showing.flight_id == Flight.id)
        .where(Showing.spent != Showing.settled)
        .distinct()
    )
    booked = 0
    for campaign_id in sorted(db.session.scalars(due)):
        booked += settle_campaign(db.session.get_one(Campaign, campaign_id))
        db.session.commit()
    return booked


def forget_old() -> int:
    """Forget single views and clicks after their time; the daily sums stay. Returns how many."""
    watching.forget_old()
    days = timedelta(days=settings.site("ads").keep_days)
    old = delete(Impression).where(Impression.at < now() - days).returning(Impression.id)
    return len(db.session.scalars(old).all())
