"""What a community's links bring, at the manager's desk."""

from flask import Blueprint, Flask, g, render_template, url_for
from sqlalchemy import select

from shop.access import for_managers
from shop.communities.links import GroupLink
from shop.insight import brought, calendar_views
from shop.paging import Page, page_of
from shop.replica import may_be_old
from shop.shell import set_back

bp = Blueprint("insight", __name__)
links = Blueprint("community_links", __name__)

PAGE_SIZE = 30


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(links)
    app.register_blueprint(calendar_views.bp)


@bp.get("/c/<community>/manage/insight")
@for_managers
@may_be_old
def show() -> str:
    """What all links have brought together, each of them, and what came without one."""
    set_back(url_for("community_desk.show"))
    page = _page()
    return render_template(
        "insight/show.html",
        page=page,
        brought=brought.by_links(page.rows),
        total=brought.by_community(g.community),
        unattributed=brought.unattributed_in(g.community),
    )


@links.get("/c/<community>/manage/links", endpoint="index")
@for_managers
def index_links() -> str:
    """Every link into the community, whoever made it."""
    set_back(url_for("community_desk.show"))
    return render_template("insight/links.html", page=_page())


def _page() -> Page:
    links = select(GroupLink).where(GroupLink.community_id == g.community.id)
    return page_of(links, [GroupLink.id], size=PAGE_SIZE, descending=True)
