"""The lists of the affiliate plugin, for tests/test_lists.py."""

from plugins.affiliate.articles import Article
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Programme
from shop.db import db
from shop.switches import switch
from tests.support.lists import List, Place


def written(place: Place) -> Article:
    switch(place.stall.community.id, "affiliate", True, place.person.id)
    made = Article(
        community=place.stall.community, author=place.person, kind="article", title=place.name, lead="One pours well.",
        body="I boiled water for a month.", cards=[],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def article(place: Place) -> str:
    written(place).publish(place.person)
    return place.name


def proposed_article(place: Place) -> str:
    written(place).state = "proposed"
    return place.name


def programme(place: Place) -> str:
    return _programme(place.name, place.stall.merchant.id)


def sites_programme(place: Place) -> str:
    return _programme(place.name, None)


def _programme(name: str, merchant_id: int | None) -> str:
    made = Programme(name=name, hosts=[], currency="CNY", rates=[], merchant_id=merchant_id)
    made.set_caps(None, None)
    db.session.add(made)
    return name


def sale(place: Place) -> str:
    """A sale of the person's own article by the merchant's first programme."""
    kept = db.session.get(Programme, 1)
    if kept is None:
        _programme("Kettles", place.stall.merchant.id)
        db.session.flush()
        kept = db.session.get_one(Programme, 1)
    told = written(place)
    db.session.add(
        Conversion(
            key=f"key-{place.n}", via="postback", ref=place.name, programme_id=kept.id, article=told,
            community=place.stall.community, promoter=place.person, amount=1000, first_amount=1000,
            currency="CNY", commission=100,
        )
    )  # fmt: skip
    return place.name


LISTS = {
    "affiliate_earnings.index": List(sale),
    "affiliate_programmes.show": List(sale),
    "affiliate_admin.index": List(sites_programme),
    "affiliate_programmes.index": List(programme),
    "affiliate.index": List(article),
    "affiliate_articles.index": List(article),
    "affiliate_manage.index": List(proposed_article),
}
