"""The author's desk: my articles in this community, written with a preview, proposed to the managers."""

from dataclasses import asdict

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.affiliate.articles import KINDS, OBTAINED, RIGHTS, Article
from plugins.affiliate.finding import mine_or_managed, own
from plugins.affiliate.forms import ArticleForm, PictureForm
from shop import settings
from shop.access import for_members, me
from shop.db import db
from shop.errors import NotValid, Refused, TooLarge
from shop.events import record
from shop.paging import page_of
from shop.pictures import accept
from shop.shell import set_back
from shop.text import markdown

bp = Blueprint("affiliate_articles", __name__)
PAGE = 20
WORDS = ("kind", "title", "lead", "body", "verdict", "obtained", "byline", "rights", "source", "source_url")


@bp.get("/mine")
@for_members
def index() -> str:
    """What I wrote here, newest first."""
    set_back(url_for("affiliate.index"))
    mine = select(Article).where(Article.community_id == g.community.id, Article.author_id == me().id)
    return render_template(
        "affiliate/mine.html", page=page_of(mine, [Article.id], size=PAGE, descending=True), kinds=KINDS
    )


@bp.get("/mine/new")
@for_members
def new() -> str:
    _may_write()
    return _page(ArticleForm(), None)


@bp.post("/mine")
@for_members
def create() -> ResponseReturnValue:
    """Begin an article; cards are put in on its page."""
    _may_write()
    form = ArticleForm()
    article = Article(community_id=g.community.id, author_id=me().id, cards=[])
    if not form.validate() or not _take(form, article):
        return _page(form, None), 422
    db.session.add(article)
    db.session.commit()
    flash(_("Kept as a draft. Put in the cards now."), "good")
    return redirect(url_for("affiliate_articles.edit", article_id=article.id), 303)


@bp.get("/mine/<int:article_id>")
@for_members
def edit(article_id: int) -> str:
    article = mine_or_managed(article_id)
    return _page(ArticleForm(obj=article), article)


@bp.post("/mine/<int:article_id>")
@for_members
def update(article_id: int) -> ResponseReturnValue:
    """Other words. What was published is read again by a manager, unless a manager changed it."""
    article = mine_or_managed(article_id)
    form = ArticleForm()
    if not form.validate() or not _take(form, article):
        db.session.rollback()
        return _page(form, mine_or_managed(article_id)), 422
    if article.state == "published" and g.role == "member":
        article.move("withdrawn", me())
        article.move("proposed", me())
        flash(_("Saved. A manager reads it again before others do."))
    else:
        flash(_("Saved."), "good")
    db.session.commit()
    return redirect(url_for("affiliate_articles.edit", article_id=article.id), 303)


@bp.post("/mine/<int:article_id>/proposal")
@for_members
def create_proposal(article_id: int) -> ResponseReturnValue:
    """Ready: a manager's own is published, anybody else's waits for one."""
    article = own(article_id)
    if missing := article.missing():
        raise Refused(" ".join(missing))
    if g.role == "member":
        article.move("proposed", me())
        flash(_("The managers read it now."), "good")
    else:
        article.publish(me())
        record("affiliate.published", g.community.id, article=article.id, person=article.author_id)
        flash(_("Everybody can read it now."), "good")
    db.session.commit()
    return redirect(url_for("affiliate_articles.index"), 303)


@bp.post("/mine/<int:article_id>/removal")
@for_members
def destroy(article_id: int) -> ResponseReturnValue:
    """Away with a draft; what was published is withdrawn, so that its clicks and sales stay explained."""
    article = own(article_id)
    if article.state == "published":
        article.move("withdrawn", me())
        flash(_("Nobody can read it any more."), "good")
    elif article.published_at is None:
        db.session.delete(article)
        flash(_("The draft is gone."), "good")
    db.session.commit()
    return redirect(url_for("affiliate_articles.index"), 303)


@bp.post("/mine/preview")
@for_members
def preview() -> str:
    """Markdown as readers will see it, for the phone beside the form."""
    return str(markdown(request.form.get("text") or request.form.get("body") or ""))


def _may_write() -> None:
    if g.role == "member" and not settings.here("affiliate").members_write:
        abort(403)


def _take(form: ArticleForm, article: Article) -> bool:
    """Put what was typed into the article; False when its words or picture cannot be kept."""
    for name in WORDS:
        setattr(article, name, form[name].data or "")
    try:
        article.check_links()
        upload = form.picture.data
        if upload:
            article.picture = asdict(accept(upload.stream))
    except (NotValid, TooLarge) as refusal:
        where = form.body if refusal.field == "body" else form.picture
        where.errors = [*where.errors, str(refusal)]
        return False
    return True


def page_of_article(article: Article, picture_form: PictureForm) -> str:
    """The author's page of an article, with what is wrong with a picture."""
    return _page(ArticleForm(formdata=None, obj=article), article, picture_form)


def _page(form: ArticleForm, article: Article | None, picture_form: PictureForm | None = None) -> str:
    set_back(url_for("affiliate_articles.index"))
    return render_template(
        "affiliate/edit.html",
        form=form,
        picture_form=picture_form or PictureForm(formdata=None),
        article=article,
        kinds=KINDS,
        rights=RIGHTS,
        obtained=OBTAINED,
    )
