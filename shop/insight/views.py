"""What a community's links bring, at the manager's desk."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, g, render_template, request, url_for
from sqlalchemy import Select, or_, select

from shop.access import for_managers
from shop.communities.links import GroupLink
from shop.db import db
from shop.insight import brought, calendar_views
from shop.money import plain
from shop.paging import Page, page_of
from shop.people.models import Person
from shop.replica import may_be_old
from shop.sheets import as_file
from shop.shell import set_back
from shop.sorting import Columns, sorting

bp = Blueprint("insight", __name__)
links = Blueprint("community_links", __name__)

PAGE_SIZE = 30
SORTS: Columns = {
    "made": [GroupLink.id],
    "name": [GroupLink.name, GroupLink.id],
    "sharer": [Person.name, GroupLink.id],
}


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
    links, state, words = _asked_for()
    order = sorting(SORTS, "-made")
    page = page_of(links, order.keys, size=PAGE_SIZE, descending=order.descending)
    return render_template("insight/links.html", page=page, state=state, words=words, order=order)


@links.get("/c/<community>/manage/links.csv", endpoint="export")
@for_managers
def export_links() -> Response:
    """The same links for a spreadsheet, with what each has brought."""
    wanted, _state, _words = _asked_for()
    found = db.session.scalars(wanted.order_by(GroupLink.id).execution_options(yield_per=500))
    return as_file(_rows(found.partitions()), f"links-{g.community.slug}")


def _rows(parts: Iterable[Sequence[GroupLink]]) -> Iterator[Sequence[Any]]:
    yield "link", "address", "shared by", "made", "ends", "live", "visits", "members", "paid orders", "paid"
    for links in parts:
        told = brought.by_links(links)
        for link in links:
            yield _row(link, told[link.id])


def _row(link: GroupLink, told: brought.Brought) -> Sequence[Any]:
    zone = g.community.zone
    return (
        link.name,
        url_for("group_links.follow", token=link.token, _external=True),
        link.sharer.name,
        f"{link.at.astimezone(zone):%Y-%m-%d}",
        f"{link.expires_at.astimezone(zone):%Y-%m-%d}" if link.expires_at else "",
        "yes" if link.is_live else "no",
        told.visits,
        told.members,
        told.orders,
        "; ".join(f"{plain(each.amount, each.currency)} {each.currency}" for each in told.amounts),
    )


def _asked_for() -> tuple[Select[GroupLink], str, str]:
    """The links that the page's search and filter ask for, the state and the words."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()[:80]
    links = select(GroupLink).join(Person, Person.id == GroupLink.sharer_id)
    links = links.where(GroupLink.community_id == g.community.id)
    if state in ("live", "ended"):
        links = links.where(GroupLink.live() if state == "live" else ~GroupLink.live())
    for word in words.split():
        named = [each.icontains(word, autoescape=True) for each in (GroupLink.name, Person.name)]
        links = links.where(or_(*named))
    return links, state, words


def _page() -> Page:
    links = select(GroupLink).where(GroupLink.community_id == g.community.id)
    return page_of(links, [GroupLink.id], size=PAGE_SIZE, descending=True)
