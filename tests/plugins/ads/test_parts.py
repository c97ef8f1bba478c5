"""By country and by keyword: what the operator's proxy and the page tell, and what nobody told."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, update

from plugins.ads import choosing, counting, giving_out, jobs, places, reports, tokens
from plugins.ads.counts import Impression, Part
from plugins.ads.visitors import country_of
from shop import clock
from shop.switches import PluginSite
from shop.testing.sql import count_sql
from tests.plugins.ads.conftest import Looker
from tests.support import goods

FROM_CHINA = {"CF-IPCountry": "CN"}


def name_header(db, header: str) -> None:
    site = db.session.scalars(select(PluginSite).where(PluginSite.name == "ads")).one()
    site.settings = {**site.settings, "country_header": header}
    db.session.commit()


def told(sums: list[reports.Sums]) -> list[tuple[str, int, int, int, int]]:
    return [(str(each.label), each.views, each.clicks, each.spent, each.passed) for each in sums]


@pytest.mark.both_engines
def test_a_report_by_country_and_by_keyword_ends_with_what_nobody_told(db, app, square, client):
    name_header(db, "CF-IPCountry")
    stranger, lin = Looker(app.test_client()), goods.person("Lin")
    (unnamed,) = stranger.ads(square.shelf)
    product = goods.product(square.merchant, "Pot", stock=3)
    product.tags = ["Clay", "tea"]
    listing = goods.listing(product, square.community, square.owner)
    looker = Looker(client, lin)
    (ad,) = looker.ads(f"{square.shelf}/p/{listing.id}")

    assert [looker.sees(ad, **FROM_CHINA), looker.follows(ad)] == ["counted", "counted"]
    assert stranger.sees(unnamed, **{"CF-IPCountry": "Shanghai"}) == "counted"

    db.session.rollback()
    with count_sql(app) as sql:
        report = reports.of_campaign(square.campaign)
    assert len([statement for statement in sql if "ads_stat" in statement or "ads_part" in statement]) == 9
    assert told(report.countries) == [("China", 1, 1, 7, 0), ("Not told", 1, 0, 0, 0)]
    assert told(report.keywords) == [("clay", 1, 1, 7, 0), ("Not told", 1, 0, 0, 0)]
    (mine,) = giving_out.export(lin)["ads"]
    assert (mine["country"], mine["keyword"]) == ("CN", "clay")

    seen = db.session.scalars(select(Impression).where(Impression.country == "CN")).one()
    counting.void(seen, goods.person("Op", is_operator=True), "a click farm")
    db.session.execute(update(Impression).values(at=clock.now() - timedelta(days=100)))
    db.session.commit()
    assert jobs.forget_old() == 2
    after = reports.of_community(square.community)
    assert told(after.countries) == [("China", 0, 0, 0, 0), ("Not told", 1, 0, 0, 0)]


def test_the_files_by_country_and_keyword_have_each_view_in_one_line(db, square, looker, app):
    name_header(db, "CF-IPCountry")
    first, second = looker.ads(square.shelf)[0], looker.ads(square.shelf)[0]
    looker.sees(first, **FROM_CHINA), looker.sees(second), looker.follows(first)
    operator = Looker(app.test_client(), goods.person("Op", is_operator=True)).client

    files = [operator.get(f"/admin/x/ads/report.csv?by={by}") for by in ("country", "keyword")]

    day = f"{choosing.day_of(square.community)[0]:%Y-%m-%d},Pots,A pot for your tea"
    assert [file.text.lstrip("\ufeff") for file in files] == [
        "day,campaign,ad,country,community,views,clicks,passed_by,seconds,spent,currency\r\n"
        f"{day},CN,Tea,1,1,0,,0.07,CNY\r\n"
        f"{day},Not told,Tea,1,0,0,,0.00,CNY\r\n",
        "day,campaign,ad,keyword,community,views,clicks,passed_by,seconds,spent,currency\r\n"
        f"{day},Not told,Tea,2,1,0,,0.07,CNY\r\n",
    ]
    assert files[0].headers["Content-Disposition"] == 'attachment; filename="ads-country.csv"'
    page = operator.get("/admin/x/ads/").text
    assert all(words in page for words in ("China", "Not told", "By keyword", "report.csv?by=country"))


def test_without_the_setting_the_header_is_ignored(db, square, looker):
    (ad,) = looker.ads(square.shelf)

    assert looker.sees(ad, **FROM_CHINA) == "counted"

    assert db.session.scalars(select(Impression.country)).all() == [None]
    assert db.session.scalar(select(func.count(Part.id))) == 0
    report = reports.of_campaign(square.campaign)
    assert told(report.countries) == told(report.keywords) == [("Not told", 1, 0, 0, 0)]


@pytest.mark.parametrize(
    ("said", "country"),
    [("CN", "CN"), ("cn", None), ("CHN", None), ("T1", None), ("CN, US", None), ("XX", None), ("", None)],
)
def test_only_two_capital_letters_are_a_country(app, said, country):
    with app.test_request_context(headers={"CF-IPCountry": said}):
        assert country_of("CF-IPCountry") == country
        assert country_of("") is None


def test_whoever_comes_back_and_sees_it_is_no_longer_among_those_who_passed_by(db, square, looker):
    name_header(db, "CF-IPCountry")
    seen, ad = looker.ads(square.shelf)[0], looker.ads(square.shelf)[0]
    looker.sees(seen)
    data = {"token": [ad["go"].split("/go/")[1]], "ms": ["0"]}
    looker.client.post(f"{square.shelf}/x/ads/left", data=data, headers=looker.headers | FROM_CHINA)
    db.session.rollback()
    passed = told(reports.of_campaign(square.campaign).countries)

    looker.sees(ad)  # this time nobody tells

    assert passed == [("China", 0, 0, 0, 1), ("Not told", 1, 0, 0, 0)]
    db.session.rollback()
    after = told(reports.of_campaign(square.campaign).countries)
    assert after == [("China", 0, 0, 0, 0), ("Not told", 2, 0, 0, 0)]


def test_a_keyword_is_what_the_ad_is_aimed_at_or_a_tag_and_never_another_word_searched(app):
    here = SimpleNamespace(id=1)
    with app.test_request_context("/?q=secret+tea"):
        pots = [SimpleNamespace(tags=["Pots"]), SimpleNamespace(tags=["Clay", "pots"])]
        texts = [places.mark("shelf.top", pots, here), places.mark("shelf.below", [], here)]
        full, bare = places.read(texts, here)

    assert full.tags == {"clay", "pots", "secret", "tea"}
    assert (full.keyword([]), full.keyword(["Mugs", "Clay"]), full.keyword(["tea"])) == (
        "pots",
        "clay",
        "tea",
    )
    assert (bare.keyword([]), bare.keyword(["tea"]), bare.tags) == ("", "tea", {"secret", "tea"})


def test_a_token_of_the_version_before_is_read(app):
    with app.test_request_context():
        old, new = tokens.make(1, 2, "shelf.top", "g1"), tokens.make(1, 2, "shelf.top", "g1", "clay")

        assert [len(tokens._signer().loads(text)) for text in (old, new)] == [6, 7]
        assert [tokens.read(text).keyword for text in (old, new)] == ["", "clay"]
