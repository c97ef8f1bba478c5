"""My pledges, over all communities."""

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.panels import looks_of
from plugins.crowdfunding.pledges import Pledge
from shop.access import me
from shop.orders.models import Order
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("crowdfunding_own", __name__)
PAGE = 20


@bp.get("/pledges")
def index() -> str:
    """What I pledged, the newest first: how the campaign stands, and what I am asked."""
    mine = (
        select(Pledge)
        .where(Pledge.person_id == me().id)
        .options(
            joinedload(Pledge.campaign).joinedload(Campaign.community),
            joinedload(Pledge.order).joinedload(Order.community),
            joinedload(Pledge.reward),
        )
    )
    page = page_of(mine, [Pledge.id], size=PAGE, descending=True)
    set_back(url_for("people.show"))
    campaigns = list({pledge.campaign_id: pledge.campaign for pledge in page.rows}.values())
    return render_template(
        "crowdfunding/mine.html", page=page, looks=looks_of(campaigns) if campaigns else {}
    )
