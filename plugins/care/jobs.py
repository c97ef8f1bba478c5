"""What the worker does for care every hour: a line to newcomers, and the end of days of grace."""

from sqlalchemy import select

from plugins.care.intros import remind_new
from plugins.care.silence import CareNotice, settle
from shop import settings
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.errors import Refused
from shop.hooks import door
from shop.switches import PluginSwitch

AT_ONCE = 200


def look_after() -> int:
    """Each in its own transaction; returns how many letters and seats it was about."""
    did = 0
    on = (
        select(PluginSwitch.community_id)
        .where(PluginSwitch.name == "care")
        .order_by(PluginSwitch.community_id)
    )
    for community_id in db.session.scalars(on).all():
        community = db.session.get(Community, community_id)
        if community is None or community.is_closed or "care" not in door().asked_in(community_id):
            continue
        if settings.here("care", community_id).reminds:
            did += remind_new(community)
            db.session.commit()
    due = (
        select(CareNotice.id).where(CareNotice.state == "open", CareNotice.leaves_at <= now()).limit(AT_ONCE)
    )
    for number in db.session.scalars(due).all():
        try:
            notice = db.session.get_one(CareNotice, number, populate_existing=True)
            settle(notice, settings.here("care", notice.community_id))
            db.session.commit()
            did += 1
        except Refused:  # answered at this very moment
            db.session.rollback()
    return did
