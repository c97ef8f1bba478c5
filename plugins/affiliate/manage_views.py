"""The managers' desk: articles to answer, what they bring, and who is paused."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from plugins.affiliate import counting
from plugins.affiliate.articles import KINDS, Article
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.finding import LARGEST_ID, mine_or_managed
from plugins.affiliate.forms import AnswerForm, PauseForm
from plugins.affiliate.programmes import Pause
from shop.access import for_managers, me
from shop.clock import now
from shop.communities.models import Membership
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.paging import page_of

bp = Blueprint("affiliate_manage", __name__)
PAGE = 20
MOST_PAUSES = 100


@bp.get("/manage")
@for_managers
def index() -> str:
    """What waits for an answer first, then everything that was written."""
    state = request.args.get("state", "proposed")
    wanted = (
        select(Article)
        .where(Article.community_id == g.community.id, Article.state == state)
        .options(joinedload(Article.author))
    )
    page = page_of(wanted, [Article.id], size=PAGE, descending=True)
    return render_template(
        "affiliate/manage.html",
        page=page,
        state=state,
        kinds=KINDS,
        brought=counting.by_article(article.id for article in page.rows),
    )


@bp.post("/manage/<int:article_id>/answer")
@for_managers
def create_answer(article_id: int) -> ResponseReturnValue:
    """Publish, decline with a reason that the author reads, or withdraw what was published."""
    article = mine_or_managed(article_id)
    form = AnswerForm()
    if not form.validate():
        raise NotValid(_("At most 400 letters, please."))
    decision, words = request.form.get("decision", ""), form.words.data or ""
    if decision == "publish":
        article.publish(me())
        record("affiliate.published", g.community.id, article=article.id, person=article.author_id)
        flash(_("“%(title)s” can be read now.", title=article.title), "good")
    elif decision in ("declined", "withdrawn"):
        if not words:
            raise NotValid(_("Say why: the author reads it."))
        article.move(decision, me(), words)
        flash(_("The author reads your reason."), "good")
    else:
        abort(422)
    db.session.commit()
    return redirect(url_for("affiliate_manage.index"), 303)


@bp.get("/manage/insight")
@for_managers
def show() -> str:
    """Clicks and sales of the community, with charts; and who is paused."""
    here, sold = Click.community_id == g.community.id, Conversion.community_id == g.community.id
    top = counting.by_article(_articles_with_clicks())
    titles = {
        article.id: article
        for article in db.session.scalars(
            select(Article).where(Article.id.in_(top)).options(joinedload(Article.author))
        )
    }
    return render_template(
        "affiliate/insight.html",
        total=counting.total(clicks=here, sales=sold),
        days=counting.by_day(g.community.zone, here),
        uncounted=counting.uncounted(here),
        states=counting.by_state(sold),
        top=sorted(((titles[n], b) for n, b in top.items()), key=lambda pair: -pair[1].clicks),
        pauses=_pauses(),
        authors=_authors(),
        form=PauseForm(formdata=None),
    )


@bp.post("/manage/pauses")
@for_managers
def create_pause() -> ResponseReturnValue:
    """Somebody earns nothing here until further notice."""
    form = PauseForm()
    number = request.form.get("person", "")
    if not form.validate():
        raise NotValid(_("Say why: they read it."))
    person_id = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    if person_id not in {author.id for author in _authors()}:
        raise Refused(_("This person has written nothing here."))
    if Pause.of(g.community.id, person_id) is None:
        db.session.add(
            Pause(community_id=g.community.id, person_id=person_id, reason=form.reason.data, by_id=me().id)
        )
    db.session.commit()
    flash(_("Paused. New clicks and sales earn nothing."), "good")
    return redirect(url_for("affiliate_manage.show"), 303)


@bp.post("/manage/pauses/<int:pause_id>/end")
@for_managers
def destroy_pause(pause_id: int) -> ResponseReturnValue:
    """They earn again."""
    pause = db.session.get(Pause, pause_id) if pause_id < LARGEST_ID else None
    if pause is None or pause.community_id != g.community.id:
        abort(404)
    pause.ended_at = pause.ended_at or now()
    db.session.commit()
    flash(_("They earn again."), "good")
    return redirect(url_for("affiliate_manage.show"), 303)


def _articles_with_clicks() -> list[int]:
    waiting = case((Article.state == "published", 0), else_=1)
    wanted = select(Article.id).where(
        Article.community_id == g.community.id, Article.published_at.is_not(None)
    )
    return list(db.session.scalars(wanted.order_by(waiting, Article.id.desc()).limit(PAGE)))


def _pauses() -> list[Pause]:
    wanted = (
        select(Pause)
        .where(Pause.community_id == g.community.id, Pause.ended_at.is_(None))
        .options(joinedload(Pause.person))
        .order_by(Pause.id.desc())
        .limit(MOST_PAUSES)
    )
    return list(db.session.scalars(wanted))


def _authors() -> list[Membership]:
    """Members who have written here, as people."""
    wrote = select(Article.author_id).where(Article.community_id == g.community.id)
    people = (
        select(Membership)
        .where(Membership.community_id == g.community.id, Membership.person_id.in_(wrote))
        .options(joinedload(Membership.person))
        .limit(MOST_PAUSES)
    )
    return [membership.person for membership in db.session.scalars(people)]
