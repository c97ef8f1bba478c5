"""A tea community in which Ana wrote about a kettle, and a partner who pays her 10 % and the community 2 %."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.programmes import Programme
from plugins.affiliate.signing import HEADER, sign
from shop.communities.models import Community
from shop.db import db as database
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
HERE = {"User-Agent": PHONE, "Sec-Fetch-Site": "same-origin"}
WAY = re.compile(r'href="(/c/[^"]+/go/[^"]+)"')


@dataclass(frozen=True)
class Tea:
    """Owner runs the community, Ana writes, the operator's programme leads to kettles.example."""

    app: Flask
    owner: Person
    ana: Person
    seller: Person
    community: Community
    merchant: Merchant
    listing: Listing
    programme: Programme
    article: Article

    @property
    def page(self) -> str:
        return f"/c/tea/x/affiliate/{self.article.id}"

    def ways(self, client: FlaskClient) -> list[str]:
        """The ways out of the article, card by card."""
        return WAY.findall(client.get(self.page).text)

    def click(self, client: FlaskClient | None = None, card: int = 0, **headers: str) -> str:
        """A visitor follows a card from the article; the token that the partner gets."""
        visitor = client or self.app.test_client()
        answer = visitor.get(self.ways(visitor)[card], headers=HERE | headers)
        found = parse_qs(urlsplit(answer.location or "").query).get("click", [""])
        return found[0]

    def tell(self, client: FlaskClient | None = None, *, secret: str = "", **told: Any) -> TestResponse:
        """The partner posts, signed."""
        body = json.dumps(told).encode()
        header = sign(secret or self.programme.secret, body)
        poster = client or self.app.test_client()
        return poster.post(f"/hooks/x/affiliate/{self.programme.code}", data=body, headers={HEADER: header})


@pytest.fixture
def tea(app: Flask, db: SQLAlchemy) -> Tea:
    return open_tea(app)


def open_tea(app: Flask, **terms: Any) -> Tea:
    """The community, its article with two cards (at the partner, and on the shelf), and the programme."""
    owner, ana, seller = goods.person("Owner"), goods.person("Ana"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    community.join(ana, accepts_rules=True)
    product = goods.product(merchant, "Oolong", 12800, stock=10)
    listing = goods.listing(product, community, owner, community_share=500, sharer_share=300)
    for name in ("affiliate", "mall"):
        switch(community.id, name, True, owner.id)
    goods.offer(listing, owner)
    programme = Programme(
        name="Kettles", hosts=["kettles.example"], currency="CNY", rates=[], code="kettles",
        **{"points": 1000, "community_points": 200, "hold_days": 14, "window_hours": 720, **terms},
    )  # fmt: skip
    programme.set_caps(None, None)
    database.session.add(programme)
    article = Article(
        community=community, author=ana, kind="article", title="Three kettles", lead="One of them pours well.",
        body="I boiled water for a month.\n\n[card 1]\n\nAnd drank this.", cards=[],
    )  # fmt: skip
    article.cards.append(
        Card(position=1, title="Swan kettle", url="https://shop.kettles.example/p?id=7", product="swan",
             programme=programme, price=39900)
    )  # fmt: skip
    article.cards.append(Card(position=2, title="Oolong", listing=listing, product="oolong"))
    database.session.add(article)
    database.session.flush()
    article.publish(owner)
    database.session.commit()
    return Tea(app, owner, ana, seller, community, merchant, listing, programme, article)


Visitors = Callable[[], FlaskClient]


@pytest.fixture
def visitor(app: Flask) -> Visitors:
    """`visitor()`: somebody with a phone and cookies of their own."""
    return app.test_client
