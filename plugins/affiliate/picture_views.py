"""Pictures between the words of an article: put in and taken out by its author or a manager."""

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.affiliate.articles import Article
from plugins.affiliate.editor_views import page_of_article
from plugins.affiliate.finding import mine_or_managed
from plugins.affiliate.forms import PictureForm
from shop.access import for_members, me
from shop.db import db
from shop.errors import NotValid, TooLarge
from shop.pictures import accept

bp = Blueprint("affiliate_pictures", __name__)


@bp.post("/mine/<int:article_id>/pictures")
@for_members
def create(article_id: int) -> ResponseReturnValue:
    article, form = mine_or_managed(article_id), PictureForm()
    if not form.validate():
        return page_of_article(article, form), 422
    try:
        article.add_picture(accept(form.file.data.stream), form.alt.data or "")
    except (NotValid, TooLarge) as refusal:
        form.file.errors = [*form.file.errors, str(refusal)]
        return page_of_article(article, form), 422
    return _done(article, _("The picture is in: [picture %(n)s].", n=len(article.pictures)))


@bp.post("/mine/<int:article_id>/pictures/removal")
@for_members
def destroy(article_id: int) -> ResponseReturnValue:
    """Out of the article; where its mark stood, the next one stands."""
    article = mine_or_managed(article_id)
    article.drop_picture(request.form.get("key", ""))
    return _done(article, _("The picture is out."))


def _done(article: Article, told: str) -> ResponseReturnValue:
    """What was published is read again by a manager, unless a manager changed it."""
    if article.state == "published" and g.role == "member":
        article.move("withdrawn", me())
        article.move("proposed", me())
    db.session.commit()
    flash(told, "good")
    return redirect(url_for("affiliate_articles.edit", article_id=article.id, _anchor="pictures"), 303)
