"""Links that members make: their page with code and poster, and the landing of whoever opens one."""

import re
from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from shop.access import current_person, for_members, me, public
from shop.clock import now
from shop.communities.forms import CHANNEL_WORDS, LinkForm, choices
from shop.communities.links import GroupLink
from shop.communities.visits import begin_visit, is_visiting, visit_unknown_link
from shop.db import db, writing
from shop.errors import NotValid
from shop.events import record
from shop.hooks import asked_here, door
from shop.insight import brought
from shop.listings.posters import poster_of, short_url
from shop.listings.targets import choices_in, landing_of, title_of
from shop.paging import page_of
from shop.qr import qr_svg
from shop.shell import set_back

bp = Blueprint("group_links", __name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")
# Whoever draws a preview of a link is not a visitor; the page behind the redirect tells them what it is.
ROBOTS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|preview|externalhit|whatsapp|slurp|embedly|vkshare|curl/|wget/|go-http",
    re.IGNORECASE,
)
PAGE_SIZE = 20


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/g/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Somebody opened a link: they land on what it opens, without signing in, and a visit begins."""
    link = _find(token)
    person = current_person()
    if link is None:
        if _is_visitor():
            visit_unknown_link()
            flash(_("We do not know this link, but you are welcome. Look around."), "message")
        return _landed(url_for("communities.index"))
    url = landing_of(link, person)
    if _is_visitor() and not is_visiting(link):
        db.session.rollback()
        with writing():
            visit = begin_visit(link)
            visit.person_id = person.id if person else None
            db.session.commit()
    return _landed(url)


@bp.get("/g/<token>/qr.svg")
@public
def qr(token: str) -> Response:
    """The link as a code to scan."""
    link = _find(token) or abort(404)
    answer = Response(qr_svg(short_url(link)), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@bp.get("/g/<token>/poster.png")
@public
def poster(token: str) -> Response:
    """The link as a picture to send: what it opens, its price, the community, the code."""
    content, tag = poster_of(_find(token) or abort(404))
    answer = Response(content, mimetype="image/png")
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer


@bp.get("/c/<community>/links")
@for_members
def index() -> str:
    """My links into this community, newest first."""
    set_back(url_for("communities.show"))
    mine = select(GroupLink).where(GroupLink.community_id == g.community.id, GroupLink.sharer_id == me().id)
    page = page_of(mine, [GroupLink.id], size=PAGE_SIZE, descending=True)
    return render_template(
        "communities/links/index.html",
        page=page,
        brought=brought.by_links(page.rows),
        channel_words=CHANNEL_WORDS,
    )


@bp.get("/c/<community>/links/new")
@for_members
def new() -> str:
    """A form for a link; `?opens=listing:7` says what it opens."""
    set_back(url_for("group_links.index"))
    return render_template("communities/links/new.html", form=_form())


@bp.post("/c/<community>/links")
@for_members
def create() -> ResponseReturnValue:
    set_back(url_for("group_links.index"))
    form = _form()
    if not form.validate():
        return render_template("communities/links/new.html", form=form), 422
    opens, _colon, number = form.opens.data.partition(":")
    link = GroupLink.make(
        g.community,
        me(),
        form.name.data or "",
        opens=opens,
        opens_id=int(number) if number else None,
        channel=form.channel.data,
        expires_at=now() + timedelta(days=form.days.data) if form.days.data else None,
        seats=form.seats.data,
        invites="invites" in form and form.invites.data,
    )
    for _plugin, problems in door().ask_all(
        "action_checking", asked_here(), action="link.make", subject=link, by=me()
    ):
        for problem in problems:
            raise NotValid(problem.message, field=problem.field)
    db.session.flush()
    record("link.made", g.community.id, link=link.id, opens=link.opens, opens_id=link.opens_id, by=me().id)
    db.session.commit()
    return redirect(url_for("group_links.show", token=link.token), 303)


@bp.get("/c/<community>/links/<token>")
@for_members
def show(token: str) -> str:
    """One link: how to hand it on, and what it has brought; for whoever made it and for managers."""
    link = _find_here(token)
    set_back(url_for("group_links.index"))
    return render_template(
        "communities/links/show.html",
        link=link,
        opens=title_of(link),
        url=short_url(link),
        brought=brought.by_links([link])[link.id],
        channel_words=CHANNEL_WORDS,
    )


@bp.post("/c/<community>/links/<token>/end")
@for_members
def destroy(token: str) -> ResponseReturnValue:
    """End the link: it still leads where it led, and credits nobody."""
    link = _find_here(token)
    link.end()
    record("link.ended", g.community.id, link=link.id, by=me().id)
    db.session.commit()
    flash(_("“%(name)s” has ended. It still leads there, and credits nobody.", name=link.name), "good")
    return redirect(url_for("group_links.show", token=token), 303)


def _form() -> LinkForm:
    form = LinkForm()
    form.opens.choices = choices(choices_in(g.community))
    if request.method == "GET":
        form.opens.data = request.args.get("opens", "community")
    if g.role == "member":
        form.leave_out_invites()
    return form


def _find(token: str) -> GroupLink | None:
    if not TOKEN.match(token):
        return None
    return db.session.scalars(select(GroupLink).where(GroupLink.token == token)).first()


def _find_here(token: str) -> GroupLink:
    link = _find(token)
    if link is None or link.community_id != g.community.id:
        abort(404)
    if link.sharer_id != me().id and g.role == "member":
        abort(404)
    return link


def _is_visitor() -> bool:
    """A person who opens the link now: no robot, no HEAD, no browser that only fetches ahead."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and not is_robot(request.user_agent.string)


def is_robot(agent: str) -> bool:
    """Whether whoever calls themselves so draws previews or collects pages."""
    return bool(ROBOTS.search(agent))


def _landed(url: str) -> ResponseReturnValue:
    answer = redirect(url, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer
