"""Discover communities, and the page on which one tells about itself."""

from collections.abc import Iterable

from flask import Blueprint, Flask, Response, abort, g, render_template, request, session, url_for
from flask_login import user_logged_in
from itsdangerous import BadSignature
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from shop import jobs
from shop.access import current_person, public
from shop.catalog.models import Product
from shop.communities import (
    apps_views,
    desk_views,
    links_views,
    members_views,
    memberships_views,
    opening_views,
    rules_views,
    settings_views,
    shelf_views,
    stages,
)
from shop.communities.forms import ENTRY_WORDS, KIND_WORDS, ROLE_WORDS, JoinForm
from shop.communities.models import Community, JoinRequest, Membership
from shop.communities.visits import give_visit_to, link_into
from shop.db import db, is_writing
from shop.hooks import asked_here, door
from shop.hookspecs import NavItem
from shop.listings.models import Listing
from shop.listings.posters import poster_of_page, sign_page
from shop.paging import Page, page_of
from shop.people.models import Person, key_of
from shop.pieces import gather
from shop.qr import qr_svg
from shop.replica import may_be_old
from shop.shell import set_back
from shop.templating import absolute

bp = Blueprint("communities", __name__)

PAGE_SIZE = 20
# Nobody reads a longer list of their own groups at the top of a page; their own page has all of them.
MINE = 12
FACES = 12
LONGEST_PATH = 200


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    for nouns in (
        opening_views,
        rules_views,
        settings_views,
        memberships_views,
        links_views,
        desk_views,
        members_views,
        shelf_views,
        apps_views,
    ):
        nouns.install(app)
    app.jinja_env.globals["sign_page"] = sign_page
    jobs.every(app, "communities.stages", 24 * 3600, stages.refresh)
    user_logged_in.connect(_take_visit_along, app)


@bp.get("/communities")
@public
@may_be_old
def index() -> str:
    """My communities, and the others that are open, newest first, or those that a search finds."""
    words = key_of(request.args.get("q", ""))[:80]
    person = current_person()
    mine = [] if "after" in request.args else _communities_of(person, words)
    page = _others(person, words)
    shown = [community for community, _role in mine] + list(page.rows)
    return render_template(
        "communities/index.html",
        mine=mine[:MINE],
        has_more=len(mine) > MINE,
        page=page,
        words=words,
        listed=listed_in(shown),
        role_words=ROLE_WORDS,
        kind_words=KIND_WORDS,
    )


@bp.get("/")
@public
def home() -> str:
    """The front door."""
    return index()


@bp.get("/c/<community>/about")
@public
def show() -> str:
    """What a community promises, its rules, its people, and the way in or out."""
    session["home"] = g.community.slug
    set_back(url_for("listings.index"))
    person = current_person()
    seat = g.community.seat_of(person)
    role = seat.role if seat else None
    rules = g.community.rules()
    gather("community.about", [g.community])
    return render_template(
        "communities/show.html",
        community=g.community,
        role=role,
        is_muted=seat is not None and seat.muted_at is not None,
        rules=rules,
        has_accepted=person is not None and rules is not None and rules.is_accepted_by(person),
        request_of_mine=_last_request(person) if person and role is None else None,
        is_invited=_is_invited(),
        managers=_faces(("owner", "manager")),
        members=_faces(("member",)),
        listed=listed_in([g.community]).get(g.community.id, 0),
        app_links=_app_links(person),
        form=JoinForm(formdata=None),
        role_words=ROLE_WORDS,
        kind_words=KIND_WORDS,
        entry_words=ENTRY_WORDS,
    )


@bp.get("/c/<community>/qr.svg")
@public
def qr() -> Response:
    """The address of a page of this community as a code to scan, for the share sheet; of no other place."""
    path = request.args.get("of", "")
    if len(path) > LONGEST_PATH or not path.startswith(f"/c/{g.community.slug}/") or not path.isprintable():
        abort(404)
    code = qr_svg(absolute(path))
    return Response(code, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@bp.get("/c/<community>/poster.png")
@public
def poster() -> Response:
    """The poster of a page of this community, as that page has signed it."""
    try:
        content, tag = poster_of_page(g.community, request.args.get("of", ""))
    except BadSignature:
        abort(404)
    answer = Response(content, mimetype="image/png", headers={"Cache-Control": "public, max-age=86400"})
    answer.set_etag(tag)
    return answer


def listed_in(communities: Iterable[Community]) -> dict[int, int]:
    """How many products each of these communities shows; one statement for all."""
    ids = [community.id for community in communities]
    counted = (
        select(Listing.community_id, func.count())
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.community_id.in_(ids), Listing.state == "accepted", Product.state == "live")
        .group_by(Listing.community_id)
    )
    return dict(db.session.execute(counted).all())


def _communities_of(person: Person | None, words: str) -> list[tuple[Community, str]]:
    if person is None:
        return []
    mine = (
        select(Community, Membership.role)
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id.desc())
        .limit(MINE + 1)
    )
    for word in words.split():
        mine = mine.where(Community.search_text.contains(word, autoescape=True))
    return [(community, role) for community, role in db.session.execute(mine)]


def _others(person: Person | None, words: str) -> Page:
    others = select(Community).where(Community.closed_at.is_(None))
    for word in words.split():
        others = others.where(Community.search_text.contains(word, autoescape=True))
    if person is not None:
        mine = select(Membership.community_id).where(Membership.person_id == person.id)
        others = others.where(Community.id.not_in(mine))
    return page_of(others, [Community.id], size=PAGE_SIZE, descending=True)


def _faces(roles: tuple[str, ...]) -> list[Membership]:
    """The first few people of these roles."""
    found = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.community_id == g.community.id, Membership.role.in_(roles))
        .order_by(Membership.id)
        .limit(FACES)
    )
    return list(db.session.scalars(found))


def _last_request(person: Person) -> JoinRequest | None:
    asked = (
        select(JoinRequest)
        .where(JoinRequest.community_id == g.community.id, JoinRequest.person_id == person.id)
        .order_by(JoinRequest.id.desc())
    )
    return db.session.scalars(asked.limit(1)).first()


def _is_invited() -> bool:
    link = link_into(g.community)
    return link is not None and link.invites and link.is_live


def _app_links(person: Person | None) -> list[NavItem]:
    """What the switched-on plugins put into the community's menu."""
    answers = door().ask_all("nav_items", asked_here(), area="community", subject=g.community, viewer=person)
    return sorted((item for _plugin, items in answers for item in items), key=lambda item: item.weight)


def _take_visit_along(_app: Flask, user: Person, **_more: object) -> None:
    if is_writing():  # the sign-in form writes nothing yet, and takes the visit along afterwards
        give_visit_to(user.id)
