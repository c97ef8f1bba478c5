"""Cards of an article: put in, changed, taken out by its author or a manager."""

from dataclasses import asdict

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.affiliate.articles import MOST_CARDS, Article, Card
from plugins.affiliate.finding import card_of, listings_here, mine_or_managed, programmes_here
from plugins.affiliate.forms import CardForm
from shop.access import for_members, me
from shop.clock import now
from shop.db import db
from shop.errors import NotValid, Refused, TooLarge
from shop.money import plain
from shop.pictures import accept
from shop.shell import set_back

bp = Blueprint("affiliate_cards", __name__)


@bp.get("/mine/<int:article_id>/cards/new")
@for_members
def new(article_id: int) -> str:
    return _page(_form(), mine_or_managed(article_id), None)


@bp.post("/mine/<int:article_id>/cards")
@for_members
def create(article_id: int) -> ResponseReturnValue:
    article = mine_or_managed(article_id)
    if len(article.cards) >= MOST_CARDS:
        raise Refused(_("An article has at most %(most)s cards.", most=MOST_CARDS))
    form = _form()
    card = Card(position=len(article.cards) + 1, title="", url="")
    if not form.validate() or not _take(form, card):
        return _page(form, article, None), 422
    article.cards.append(card)
    return _done(article, card, _("The card is in."))


@bp.get("/mine/<int:article_id>/cards/<int:card_id>")
@for_members
def edit(article_id: int, card_id: int) -> str:
    article = mine_or_managed(article_id)
    card = card_of(article, card_id)
    price = plain(card.price, card.programme.currency) if card.programme and card.price is not None else ""
    target = f"p{card.programme_id}" if card.programme_id else f"l{card.listing_id}"
    return _page(_form(card, price=price, target=target), article, card)


@bp.post("/mine/<int:article_id>/cards/<int:card_id>")
@for_members
def update(article_id: int, card_id: int) -> ResponseReturnValue:
    article = mine_or_managed(article_id)
    card = card_of(article, card_id)
    form = _form()
    if not form.validate() or not _take(form, card):
        db.session.rollback()
        return _page(form, mine_or_managed(article_id), card), 422
    return _done(article, card, _("Saved."))


@bp.post("/mine/<int:article_id>/cards/<int:card_id>/removal")
@for_members
def destroy(article_id: int, card_id: int) -> ResponseReturnValue:
    """Out of the article; its clicks and sales stay counted."""
    article = mine_or_managed(article_id)
    article.cards.remove(card_of(article, card_id))
    return _done(article, None, _("The card is out."))


def _form(card: Card | None = None, **shown: str) -> CardForm:
    kept = {"title": card.title, "note": card.note, "url": card.url, "product": card.product} if card else {}
    form = CardForm(data={**kept, **shown})
    form.offer(programmes_here(), listings_here())
    if not form.target.choices:
        raise Refused(
            _("There is nothing that a card could lead to: no programme, and nothing on the shelf.")
        )
    return form


def _take(form: CardForm, card: Card) -> bool:
    card.programme, card.listing = form.programme, form.listing
    card.programme_id = form.programme.id if form.programme else None
    card.listing_id = form.listing.id if form.listing else None
    card.title, card.note = form.title.data or "", form.note.data or ""
    card.url = form.url.data or "" if form.programme else ""
    card.product = form.product.data or ""
    if form.listing is not None:
        card.product, card.picture = form.listing.product.handle, form.listing.product.cover
    card.price, card.seen_at = form.minor, now()
    if card.link is not None and card.link.opens_id != card.listing_id:
        card.link = None
    try:
        if form.picture.data:
            card.picture = asdict(accept(form.picture.data.stream))
    except (NotValid, TooLarge) as refusal:
        form.picture.errors = [*form.picture.errors, str(refusal)]
        return False
    return True


def _done(article: Article, card: Card | None, told: str) -> ResponseReturnValue:
    if article.state == "published":
        if g.role == "member":
            article.move("withdrawn", me())
            article.move("proposed", me())
        elif card is not None:
            card.lend_link()
    db.session.commit()
    flash(told, "good")
    return redirect(url_for("affiliate_articles.edit", article_id=article.id, _anchor="cards"), 303)


def _page(form: CardForm, article: Article, card: Card | None) -> str:
    if article is None:
        abort(404)
    set_back(url_for("affiliate_articles.edit", article_id=article.id))
    return render_template("affiliate/card.html", form=form, article=article, card=card)
