"""Pages kept for visitors: what has changed is seen by the very next request, and nothing private is kept."""

import gzip
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from shop.catalog.models import Product, Variant
from shop.clock import now
from shop.communities.models import Community
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import apps, goods
from tests.support.sql import count_sql

SHELF, PAGE = "/c/tea", "/c/tea/p/1-oolong"


@pytest.fixture
def stall(db):
    """A product on the shelf of Tea that the mall sells, three of it left."""
    lin = goods.person("Lin")
    tea = goods.community(lin)
    switch(tea.id, "mall", True, lin.id)
    listing = goods.listing(goods.product(goods.merchant(lin), "Oolong", stock=3), tea, lin)
    goods.offer(listing, lin)
    db.session.commit()
    return listing


@pytest.fixture
def visitor(client, stall):
    """Somebody who has seen both pages, so that they are kept."""
    for path in (SHELF, PAGE) * 2:
        assert client.get(path).status_code == 200
    return client


@contextmanager
def afresh(app, client, path):
    """The page before and after what happens inside; it must have been kept before."""
    with only_asked(app):
        seen = {"before": client.get(path).text}
    yield seen
    seen["after"] = client.get(path).text


@contextmanager
def only_asked(app, times=1):
    """Inside, pages come from those that are kept: the database is asked whether they are true, and nothing else."""
    asked = app.extensions["kept"].asked
    with count_sql(app) as sql:
        yield
    assert sql == []
    assert app.extensions["kept"].asked == asked + times


@pytest.mark.both_engines
@pytest.mark.parametrize("path", [SHELF, PAGE])
def test_a_kept_page_is_the_same_page_and_costs_one_statement(app, visitor, path):
    with only_asked(app):
        kept = visitor.get(path)
    app.extensions["kept"].most = 0
    made = visitor.get(path)

    assert without_chance(kept.text) == without_chance(made.text)
    differing = {"Content-Security-Policy", "ETag", "Set-Cookie", "X-Request-ID"}
    assert {k: v for k, v in kept.headers if k not in differing} == {
        k: v for k, v in made.headers if k not in differing
    }
    nonce = re.search("'nonce-([^']+)'", kept.headers["Content-Security-Policy"])[1]
    assert f'nonce="{nonce}"' in kept.text


def end_offer(db):
    db.session.get(Offer, 1).end(db.session.get(Person, 1))


def sell_all(db):
    db.session.get(Variant, 1).stock.take(3)


CHANGES = {
    "a name": (lambda db: setattr(db.session.get(Product, 1), "name", "Rock oolong"), SHELF, "Rock oolong"),
    "a promise": (lambda db: setattr(db.session.get(Community, 1), "promise", "New words"), SHELF, "New words"),
    "the last one": (sell_all, SHELF, "Sold out"),
    "the last one, on its page": (sell_all, PAGE, "Sold out"),
    "one of three": (lambda db: db.session.get(Variant, 1).stock.take(1), PAGE, "Only 2 left"),
    "a seller's name": (lambda db: setattr(db.session.get(Merchant, 1), "name", "Far Hill"), PAGE, "Far Hill"),
    "a switch": (lambda db: switch(1, "mall", False, 1), PAGE, "Nobody has opened a way"),
    "an offer": (end_offer, PAGE, "Nobody has opened a way"),
    "rows of an import": (
        lambda db: db.session.execute(update(Product), [{"id": 1, "name": "Rock oolong"}]),
        SHELF,
        "Rock oolong",
    ),
    "products chosen by a condition": (
        lambda db: db.session.execute(update(Product).values(name="Rock oolong")),
        SHELF,
        "Rock oolong",
    ),
}  # fmt: skip


@pytest.mark.both_engines
@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_by_the_very_next_request(app, db, visitor, what):
    change, path, words = CHANGES[what]

    with afresh(app, visitor, path) as seen:
        change(db)
        db.session.commit()

    assert words not in seen["before"]
    assert words in seen["after"]


def test_a_withdrawn_product_is_gone_at_once(app, db, visitor):
    with afresh(app, visitor, SHELF) as seen:
        db.session.get(Listing, 1).withdraw(db.session.get(Person, 1))
        db.session.commit()

    assert "Oolong" in seen["before"]
    assert "Oolong" not in seen["after"]
    assert visitor.get(PAGE).status_code == 404


@pytest.mark.both_engines
def test_a_change_of_another_process_is_seen_by_the_very_next_request(
    app, db, visitor, database_url, tmp_path
):
    other = apps.make(database_url, tmp_path)

    with afresh(app, visitor, SHELF) as seen, other.app_context():
        db.session.get(Product, 1).name = "Rock oolong"
        db.session.commit()

    apps.put_away(other)
    assert "Rock oolong" in seen["after"]


def test_what_was_rolled_back_has_changed_nothing(app, db, visitor):
    db.session.get(Product, 1).name = "Rock oolong"
    db.session.flush()
    db.session.rollback()

    with only_asked(app):
        assert "Rock oolong" not in visitor.get(SHELF).text


def test_many_shops_in_one_process_count_a_change_once(database_url, tmp_path, db, stall):
    for number in range(3):
        apps.put_away(apps.make(database_url, tmp_path / str(number)))
    before = stall.community.version

    stall.product.name = "Rock oolong"
    db.session.commit()

    db.session.refresh(stall.community)
    assert stall.community.version == before + 1


def test_an_offer_is_over_when_its_time_is(app, db, visitor):
    offer = db.session.get(Offer, 1)
    offer.closes_at = now() + timedelta(hours=1)
    db.session.commit()
    visitor.get(PAGE)

    with afresh(app, visitor, PAGE) as seen:
        # So it is in the database when the hour has passed; written past the objects, so that no version grows.
        over = update(Offer.__table__).values(closes_at=now() - timedelta(seconds=1))
        db.session.connection().execute(over)
        db.session.commit()

    assert "Nobody has opened a way" not in seen["before"]
    assert "Nobody has opened a way" in seen["after"]


def test_an_unchanged_page_is_not_sent_again(app, visitor):
    tag = visitor.get(PAGE).headers["ETag"]

    unchanged = visitor.get(PAGE, headers={"If-None-Match": tag})

    assert unchanged.status_code == 304
    assert unchanged.data == b""
    assert "Content-Security-Policy" not in unchanged.headers  # the browser's copy has a nonce of its own


def test_a_kept_page_is_sent_squeezed_to_who_takes_that(visitor):
    squeezed = visitor.get(PAGE, headers={"Accept-Encoding": "gzip"})

    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert without_chance(gzip.decompress(squeezed.data).decode()) == without_chance(visitor.get(PAGE).text)


def test_a_page_that_was_first_sent_squeezed_is_kept_whole(app, client, stall):
    client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    with only_asked(app):
        assert "Oolong" in client.get(PAGE).text


def test_each_language_has_a_copy_of_its_own(app, visitor):
    english = visitor.get(PAGE).text
    chinese = visitor.get(PAGE, headers={"Accept-Language": "zh-CN"}).text

    assert 'lang="en"' in english
    assert 'lang="zh-Hans-CN"' in chinese
    assert visitor.get(PAGE, headers={"Accept-Language": "zh-CN"}).text.count('lang="zh-Hans-CN"') == 1
    assert 'lang="en"' in visitor.get(PAGE).text


def test_two_visitors_share_a_page_and_no_token(app, visitor):
    other = app.test_client()

    tokens = {re.search('name="csrf_token" value="([^"]+)"', c.get(PAGE).text)[1] for c in (visitor, other)}
    nonces = {
        re.search("nonce-[^']+", visitor.get(PAGE).headers["Content-Security-Policy"])[0] for _i in (1, 2)
    }

    assert len(tokens) == 2
    assert len(nonces) == 2


@pytest.mark.settings(WTF_CSRF_ENABLED=True)
def test_the_token_of_a_kept_page_works(app, visitor):
    page = visitor.get(PAGE).text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))

    assert visitor.post("/c/tea/x/mall/lines", data={**form, "quantity": "1"}).status_code == 303
    assert visitor.post("/c/tea/x/mall/lines", data={**form, "csrf_token": "x"}).status_code == 422


@pytest.fixture
def members(app, db, visitor):
    """Mei and Bo, both signed in; Mei has seen both pages."""
    people = [goods.person("Mei Zhou"), goods.person("Bo Qian")]
    db.session.commit()
    mei, bo = (goods.signed_in(app.test_client(), person) for person in people)
    for path in (SHELF, PAGE) * 2:
        assert mei.get(path).status_code == 200
    return mei, bo


@pytest.mark.both_engines
def test_who_is_signed_in_shares_a_page_with_others_who_are_and_nothing_of_anybody(app, visitor, members):
    mei, bo = members
    bo.get("/c/tea/about")  # a session with a form token
    kept = len(app.extensions["kept"])

    with only_asked(app, times=4):  # who asks, and whether the page is true
        hers, his = mei.get(PAGE), bo.get(PAGE)

    assert len(app.extensions["kept"]) == kept
    tokens = [_token(page.text) for page in (hers, his)]
    assert tokens[0] != tokens[1]
    assert all("Zhou" not in page.text and "Qian" not in page.text for page in (hers, his))
    assert without_chance(hers.text) == without_chance(his.text)
    assert "tongues" not in his.text
    assert "tongues" in visitor.get(PAGE).text
    assert hers.headers["X-Keeper"] != his.headers["X-Keeper"]


@pytest.mark.both_engines
def test_who_is_signed_out_elsewhere_or_closed_gets_a_visitor_s_page_at_once(app, db, members):
    mei, bo = members
    bo.get(PAGE)

    db.session.get(Person, 2).fs_uniquifier = "another stamp"
    db.session.get(Person, 3).active = False
    db.session.commit()

    assert ["tongues" in client.get(PAGE).text for client in (mei, bo)] == [True, True]


def test_who_is_signed_in_reads_in_the_language_of_their_account(app, db, members):
    mei, _bo = members

    db.session.get(Person, 2).locale = "zh_Hans_CN"
    db.session.commit()
    chinese = [mei.get(PAGE).text for _again in range(2)]

    assert ['lang="zh-Hans-CN"' in page for page in chinese] == [True, True]


def test_a_plugin_with_a_word_for_each_keeps_the_pages_of_who_is_signed_in_from_being_kept(app, members):
    mei, _bo = members
    mall = door(app).plugins["mall"]
    before = mall.manifest.shows_each
    object.__setattr__(mall.manifest, "shows_each", ("listing.below",))
    app.extensions["kept"].clear()
    app.extensions["parts"].clear()
    try:
        for _again in range(2):
            mei.get(PAGE)
    finally:
        object.__setattr__(mall.manifest, "shows_each", before)

    assert len(app.extensions["kept"]) == 0


def _token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_a_message_and_a_cart_stay_with_whom_they_belong_to(app, visitor):
    other = app.test_client()
    page = other.get(PAGE).text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    other.post("/c/tea/x/mall/lines", data={**form, "quantity": "1"})

    told = other.get(PAGE).text
    after = other.get(PAGE).text

    assert "is in your cart" in told
    assert "is in your cart" not in after
    assert 'class="count"' in after
    assert "is in your cart" not in visitor.get(PAGE).text
    assert 'class="count"' not in visitor.get(PAGE).text


def test_a_plugin_that_has_not_promised_to_show_everybody_the_same_keeps_pages_from_being_kept(app, visitor):
    mall = door(app).plugins["mall"]
    object.__setattr__(mall.manifest, "shows_alike", False)
    app.extensions["kept"].clear()
    app.extensions["parts"].clear()
    try:
        visitor.get(PAGE)
        visitor.get(SHELF)
    finally:
        object.__setattr__(mall.manifest, "shows_alike", True)

    assert len(app.extensions["kept"]) == 0


def test_searches_are_not_kept(app, visitor):
    kept = len(app.extensions["kept"])

    visitor.get(f"{SHELF}?q=oolong")
    visitor.get(f"{SHELF}?utm_source=x")

    assert len(app.extensions["kept"]) == kept


@pytest.mark.settings(KEPT_PAGES=2)
def test_only_so_many_pages_are_kept(app, visitor):
    for host in "abcd":
        visitor.get(SHELF, base_url=f"http://{host}.example")

    assert len(app.extensions["kept"]) == 2


@pytest.mark.settings(ENV="development")
def test_nothing_is_kept_while_somebody_works_on_the_pages(app, visitor):
    assert len(app.extensions["kept"]) == 0


def test_a_broken_database_is_told_of_by_the_page_itself(app, db, visitor):
    db.session.execute(text("ALTER TABLE limits RENAME TO limits_gone"))
    db.session.commit()

    assert visitor.get(SHELF).status_code == 503


def without_chance(page: str) -> str:
    """The page without its nonce and its form token, which are new each time."""
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]+"', r"\1", page)
