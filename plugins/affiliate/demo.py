"""The demo: a report, clicked by visitors, and sales that a partner told us of, all by the real ways."""

import json
import re
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from flask import current_app
from sqlalchemy import select
from werkzeug.test import TestResponse

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.demo_words import ARTICLES, PROGRAMMES, DemoArticle
from plugins.affiliate.programmes import Programme, Rate
from plugins.affiliate.signing import HEADER, sign
from shop import pictures
from shop.db import db
from shop.demo import art
from shop.demo.catalogue import COMMUNITIES
from shop.demo.world import World
from shop.people.models import Person

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
CRAWLER = "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example)"
WAY = re.compile(r'href="(/c/[^"]+/go/[^"]+)"')
# How many visitors follow the first card, and the second; a few come again, a crawler and a prefetch come along.
VISITORS = (11, 5)
# What the partner tells of the first visitors' clicks: amount, status, and what came of it later.
SALES = (
    ("428.00", "approved", None),
    ("168.00", "pending", None),
    ("256.00", "pending", "reversed"),
    ("99.00", "pending", None),
)


def fill(world: World) -> None:
    """Programmes, articles in every state, clicks and sales."""
    programmes = {told.code: _programme(told.code) for told in PROGRAMMES}
    db.session.flush()
    made = [_article(world, told, programmes) for told in ARTICLES]
    db.session.commit()
    for article, told in zip(made, ARTICLES, strict=True):
        if told.is_read:
            tokens = _read(article)
            _sell(programmes[told.cards[0].programme], tokens)
    _put_back_in_time()


def _programme(code: str) -> Programme:
    told = next(each for each in PROGRAMMES if each.code == code)
    programme = Programme(
        code=told.code, name=told.name, hosts=[told.host], currency=told.currency, rates=[],
        points=told.points, community_points=told.community_points, hold_days=14, window_hours=720,
    )  # fmt: skip
    programme.set_caps(told.cap, None)
    programme.rates.append(Rate(product=told.better_product, points=told.points + 300))
    db.session.add(programme)
    return programme


def _article(world: World, told: DemoArticle, programmes: dict[str, Programme]) -> Article:
    community = world.communities[told.community]
    article = Article(
        community=community, author=world.people[told.author], kind=told.kind, title=told.title, lead=told.lead,
        body=told.body, verdict=told.verdict, obtained=told.obtained, cards=[],
    )  # fmt: skip
    article.picture = asdict(pictures.keep(art.still(*told.still)))
    if told.close:
        article.add_picture(pictures.keep(art.still(*told.still, "moon", "close")), told.close)
    shelf = world.shelf_of(told.community)
    for position, each in enumerate(told.cards, 1):
        card = Card(position=position, title=each.title, note=each.note, url=each.url, product=each.product)
        if each.programme:
            card.programme, card.price = programmes[each.programme], each.price
        else:
            listing = shelf[each.on_shelf % len(shelf)]
            card.listing, card.title, card.picture = listing, listing.product.name, listing.product.cover
            card.product = listing.product.handle
        article.cards.append(card)
    db.session.add(article)
    db.session.flush()
    if told.state == "published":
        article.publish(_manager(world, told.community))
    else:
        article.move("proposed", world.people[told.author])
    return article


def _manager(world: World, community: str) -> Person:
    return world.people[next(told.owner for told in COMMUNITIES if told.slug == community)]


def _read(article: Article) -> list[str]:
    """Visitors open the article and follow its cards, each with a browser of their own; the tokens the partner got."""
    page = f"/c/{article.community.slug}/x/affiliate/{article.id}"
    tokens = []
    for which, many in enumerate(VISITORS):
        for number in range(many):
            visitor = Browser(PHONE)
            ways = WAY.findall(visitor.get(page).text)
            if which >= len(ways):
                break
            headers = {"Referer": current_app.config["BASE_URL"] + page}
            answer = visitor.get(ways[which], headers=headers)
            tokens += parse_qs(urlsplit(answer.location or "").query).get("click", [])
            if number % 4 == 0:
                visitor.get(ways[which], headers=headers)
            if number == 0:
                Browser(CRAWLER).get(ways[which], headers=headers)
                visitor.get(ways[which], headers={**headers, "Sec-Purpose": "prefetch"})
    return tokens


def _sell(programme: Programme, tokens: list[str]) -> None:
    """The partner tells us, signed, as a partner does."""
    for number, (amount, status, later) in enumerate(SALES):
        if number >= len(tokens):
            return
        told = {
            "ref": f"QS-2026-{1040 + number}",
            "click": tokens[number],
            "amount": amount,
            "status": status,
        }
        _post(programme, told)
        if later:
            _post(programme, {**told, "status": later, "amount": "", "reason": "买家退货了"})


def _post(programme: Programme, told: dict[str, str]) -> None:
    body = json.dumps(told).encode()
    answer = Browser("partner").post(
        f"/hooks/x/affiliate/{programme.code}", data=body, headers={HEADER: sign(programme.secret, body)}
    )
    if answer.status_code != 200:
        raise RuntimeError(f"the demo's partner was answered {answer.status_code}: {answer.text}")


class Browser:
    """A visitor's browser: a client that says where it asks, and what it is."""

    def __init__(self, agent: str) -> None:
        self.client = current_app.test_client()
        self.always = {"User-Agent": agent}
        self.base = current_app.config["BASE_URL"]

    def get(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.get(path, base_url=self.base, headers=self.always | (headers or {}))

    def post(self, path: str, data: bytes, headers: dict[str, str]) -> TestResponse:
        return self.client.post(path, base_url=self.base, data=data, headers=self.always | headers)


def _put_back_in_time() -> None:
    """The demo's visitors did not all come in this minute."""
    db.session.rollback()
    for number, click in enumerate(db.session.scalars(select(Click).order_by(Click.id))):
        click.at -= timedelta(days=(number * 5) % 12, hours=number % 7)
    for number, sale in enumerate(db.session.scalars(select(Conversion).order_by(Conversion.id))):
        sale.at -= timedelta(days=(number * 2) % 9, hours=3)
    for article in db.session.scalars(select(Article).where(Article.published_at.is_not(None))):
        article.published_at = article.published_at - timedelta(days=12) if article.published_at else None
    db.session.commit()
