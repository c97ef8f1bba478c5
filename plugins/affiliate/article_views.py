"""Articles for readers: the list of a community, and one article with its cards."""

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import joinedload

from plugins.affiliate.articles import KINDS, OBTAINED, RIGHTS, Article
from plugins.affiliate.finding import published
from plugins.affiliate.signing import sign_card
from shop.access import current_person, public
from shop.paging import page_of
from shop.pieces import gather
from shop.shell import set_back

bp = Blueprint("affiliate", __name__)
PAGE = 12


@bp.get("/")
@public
def index() -> str:
    """What members recommend, newest first."""
    set_back(url_for("listings.index"))
    wanted = Article.published_in(g.community).options(joinedload(Article.author))
    person = current_person()
    return render_template(
        "affiliate/index.html",
        page=page_of(wanted, [Article.id], size=PAGE, descending=True),
        kinds=KINDS,
        may_write=person is not None and g.community.role_of(person) is not None,
    )


@bp.get("/<int:article_id>")
@public
def show(article_id: int) -> str:
    """One article; what it earns its author is said before the first card, and beside each."""
    set_back(url_for("affiliate.index"))
    article = published(article_id)
    gather("article.below", [article])
    return render_template(
        "affiliate/show.html",
        article=article,
        kinds=KINDS,
        rights=RIGHTS,
        obtained=OBTAINED,
        tokens={card.id: sign_card(card.id) for card in article.cards},
    )
