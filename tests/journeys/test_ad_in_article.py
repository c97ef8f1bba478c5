"""Two plugins that do not know each other: an article leaves room below its text, and a paid ad stands there."""

from plugins.ads import jobs
from plugins.ads.budgets import Settlement
from plugins.ads.counts import Stat
from plugins.affiliate.articles import Article
from shop.checking import check
from shop.switches import switch
from tests.plugins.ads.conftest import Looker, open_square


def test_a_paid_ad_stands_below_an_article_and_is_seen_followed_paid_and_shared(app, db, client):
    square, looker = open_square(), Looker(client)
    switch(square.community.id, "affiliate", True, None)
    article = Article(
        community=square.community, author=square.owner, kind="article", title="Three kettles",
        lead="One pours well.", body="I boiled water for a month.", cards=[],
    )  # fmt: skip
    db.session.add(article)
    db.session.flush()
    article.publish(square.owner)
    db.session.commit()
    here = f"{square.shelf}/x/affiliate/{article.id}"

    page, ads = looker.client.get(here).text, looker.filled(here)
    (ad,) = looker.ads(here)
    told = [looker.sees(ad), looker.follows(ad)]
    jobs.settle()

    assert page.index("I boiled water for a month.") < page.index('data-ads-slot="article.below"')
    assert "A pot for your tea" in ads
    assert told == ["counted", "counted"]
    db.session.expire_all()
    (stat,) = db.session.query(Stat).all()
    assert (stat.slot, stat.views, stat.clicks, stat.spent) == ("article.below", 1, 1, 7)
    (settled,) = db.session.query(Settlement).all()
    assert (settled.amount, settled.given) == (7, 5)
    assert check(app) == []

    switch(square.community.id, "ads", False, None)
    db.session.commit()
    assert looker.ads(here) == []
