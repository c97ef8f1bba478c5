"""How much came into sight and for how long: told once by the page as it is left, for reports only."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from plugins.ads import counting, jobs, reports
from plugins.ads.counts import Impression, Passing, Stat
from shop import clock
from tests.plugins.ads.conftest import Looker
from tests.support import goods


def token_of(ad: dict[str, str]) -> str:
    return ad["go"].split("/go/")[1]


def leaves(looker: Looker, square, *told: tuple[dict[str, str], int]) -> None:
    """The page is left: each ad with the milliseconds that it stood in sight."""
    data = {"token": [token_of(ad) for ad, _ms in told], "ms": [str(ms) for _ad, ms in told]}
    answer = looker.client.post(f"{square.shelf}/x/ads/left", data=data, headers=looker.headers)
    assert answer.status_code == 204


def sums(db) -> tuple[int, int, int, int]:
    db.session.expire_all()
    found = select(Stat.views, Stat.passed, Stat.timed, Stat.watched)
    return tuple(db.session.execute(found).first() or (0, 0, 0, 0))


@pytest.fixture
def later(monkeypatch):
    """A minute goes by for those who look."""
    instant = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr("plugins.ads.watching.now", lambda: instant)


def test_a_page_tells_once_how_long_an_ad_stood_in_sight(db, square, looker, later):
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad)

    leaves(looker, square, (ad, 4200))
    leaves(looker, square, (ad, 9000))

    assert sums(db) == (1, 0, 1, 4200)
    report = reports.of_campaign(square.campaign)
    assert (report.total.in_sight, str(report.total.seconds), square.campaign.spent) == (100, "4.2 s", 0)


def test_nobody_looks_longer_than_the_time_that_went_by(db, square, looker):
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad)

    leaves(looker, square, (ad, 10**9))

    assert 1000 <= sums(db)[3] < 60_000


def test_what_was_never_come_to_is_told_once_and_lowers_the_share_in_sight(db, square, looker):
    seen, passed = looker.ads(square.shelf)[0], looker.ads(square.shelf)[0]
    looker.sees(seen)

    leaves(looker, square, (passed, 0))
    leaves(looker, square, (passed, 0))

    assert sums(db) == (1, 1, 0, 0)
    assert reports.of_campaign(square.campaign).slots[0].in_sight == 50
    page = reports.of_campaign(square.campaign).sights
    assert [rows[0]["text"] for _title, rows in page] == ["50 %"] * 3


def test_whoever_comes_back_and_sees_it_has_not_passed_it_by(db, square, looker):
    (ad,) = looker.ads(square.shelf)
    leaves(looker, square, (ad, 0))

    assert looker.sees(ad) == "counted"

    assert sums(db) == (1, 0, 0, 0)
    leaves(looker, square, (ad, 0))  # after the view nobody can say so any more
    assert sums(db)[1] == 0


def test_only_the_pages_own_visitor_is_believed_and_no_forged_token(db, app, square, looker, later):
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad)
    stranger = Looker(app.test_client(), goods.person("Lin"))
    owner = Looker(app.test_client(), square.owner)
    (hers,) = owner.ads(square.shelf)

    leaves(stranger, square, (ad, 5000))
    leaves(looker, square, ({"go": "/go/nothing"}, 5000))
    leaves(owner, square, (hers, 0))

    assert sums(db) == (1, 0, 0, 0)


def test_a_view_taken_back_takes_its_time_along_and_passings_are_forgotten(db, square, looker, later):
    first, second = looker.ads(square.shelf)[0], looker.ads(square.shelf)[0]
    looker.sees(first)
    leaves(looker, square, (first, 3000), (second, 0))
    counting.void(db.session.scalars(select(Impression)).one(), goods.person("Op", is_operator=True), "no")
    db.session.commit()

    assert sums(db) == (0, 1, 0, 0)
    db.session.scalars(select(Passing)).one().at = clock.now() - timedelta(hours=3)
    db.session.commit()
    jobs.forget_old()
    assert db.session.scalar(select(func.count(Passing.id))) == 0
