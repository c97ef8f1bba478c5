"""The way out: a signed link of a card, counted, to the partner or to the listing in this community."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug import Response

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.clicks import machine, note, visitor_of
from plugins.affiliate.signing import read_card, sign_seen, was_seen
from shop.access import current_person, public
from shop.db import db, set_writing
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("affiliate_redirects", __name__)


@bp.get("/go/<token>")
@public
@limiter.limit("120/minute")
def show(token: str) -> ResponseReturnValue:
    """Count and go on. Whoever does not come from a page that told them who earns is told first."""
    card = _find(token)
    why = machine(request)
    if not why and not _was_told(card):
        set_back(url_for("affiliate.show", article_id=card.article_id))
        return _kept_private(
            Response(
                render_template("affiliate/leaving.html", card=card, token=token, seen=sign_seen(card.id)),
                mimetype="text/html",
            )
        )
    visitor = visitor_of(current_person()) if not why else "machine"
    db.session.rollback()
    set_writing(True)
    card = _find(token)
    click = note(card, request, visitor, current_person())
    goes_on = card.programme is None or card.programme.is_live
    target = _target(card, click if not why and goes_on else "")
    db.session.commit()
    if why == "prefetch":
        return _kept_private(Response(status=204))
    return _kept_private(redirect(target, 303))


def _target(card: Card, click: str) -> str:
    """The partner's address with the click in it, or the author's link into this community."""
    if card.programme is None:
        if card.link is not None:
            return url_for("group_links.follow", token=card.link.token)
        return url_for("listings.show", listing_id=card.listing_id, handle=None)
    parts = urlsplit(card.url)
    known = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != card.programme.param]
    if click:
        known.append((card.programme.param, click))
    return parts._replace(query=urlencode(known)).geturl()


def _was_told(card: Card) -> bool:
    """Whether the disclosure was on the page that led here: one of ours, or the page in between."""
    if was_seen(card.id, request.args.get("seen", "")):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else (request.referrer or "").startswith(request.host_url)


def _find(token: str) -> Card:
    number = read_card(token)
    if number is None:
        abort(404)
    wanted = (
        select(Card)
        .join(Article, Article.id == Card.article_id)
        .where(Card.id == number, Article.community_id == g.community.id, Article.state == "published")
        .options(
            joinedload(Card.article).joinedload(Article.author),
            joinedload(Card.article).joinedload(Article.community),
            joinedload(Card.programme),
            joinedload(Card.link),
        )
    )
    card = db.session.scalars(wanted).first()
    if card is None or (card.programme is not None and not card.programme.leads_to(card.url)):
        abort(404)
    return card


def _kept_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
