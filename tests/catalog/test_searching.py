"""A search finds words by their beginning and Chinese by its characters, on both engines."""

import pytest
from sqlalchemy import select

from shop.catalog import searching
from shop.catalog.models import Product, cut
from shop.clock import now
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.paging import page_of
from shop.people.models import Person
from tests.support import goods

NAMES = ("Rock oolong, 50g", "Oolong cup", "武夷岩茶 乌龙", "龙井 green tea", "T-shirt (XL)", "Ça & là 100%")


@pytest.fixture(params=["looked up", "walked to"])
def shelf(request, db, monkeypatch):
    """A shelf of goods, searched in each of the two ways."""
    if request.param == "walked to":
        monkeypatch.setattr(searching, "MANY", -1)
    lin = goods.person("Lin")
    community, merchant = goods.community(lin), goods.merchant(lin)
    for name in NAMES:
        goods.listing(goods.product(merchant, name), community, lin)
    db.session.commit()
    return community


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("oolong", {"Rock oolong, 50g", "Oolong cup"}),
        ("OOL", {"Rock oolong, 50g", "Oolong cup"}),
        ("cup oolong", {"Oolong cup"}),
        ("龙", {"武夷岩茶 乌龙", "龙井 green tea"}),
        ("岩茶", {"武夷岩茶 乌龙"}),
        ("乌龙 茶", {"武夷岩茶 乌龙"}),
        ("岩茶乌", {"武夷岩茶 乌龙"}),
        ("tea oo", set()),
        ("茶岩", set()),
        ("龙井tea", set()),
        ("t-shirt", {"T-shirt (XL)"}),
        ("50g", {"Rock oolong, 50g"}),
        ("ça", {"Ça & là 100%"}),
        ('oolong" OR *', set()),
        ("%", set(NAMES)),
        ("'); :x & | !", {"T-shirt (XL)"}),
    ],
)
def test_search_finds(db, shelf, asked: str, names: set[str]):
    assert names_of(db, shelf, asked) == names


@pytest.mark.both_engines
def test_renamed_product_is_found_by_its_new_name_only(db, shelf):
    product = db.session.scalars(select(Product).where(Product.name == "Oolong cup")).one()
    product.name = "Celadon bowl"
    product.settle()
    db.session.flush()

    assert names_of(db, shelf, "cup") == set()
    assert names_of(db, shelf, "celadon") == {"Celadon bowl"}


@pytest.mark.both_engines
def test_found_pages_keep_the_order_of_the_shelf(app, db, shelf):
    """However a search is done, page after page shows what the whole shelf would show of it, nothing twice."""
    lin = db.session.scalars(select(Person)).one()
    merchant = db.session.scalars(select(Merchant)).one()
    for n in range(4):
        goods.listing(goods.product(merchant, f"Oolong {n} 乌龙"), shelf, lin)
    for listing in db.session.scalars(select(Listing)):
        listing.position = -listing.position // 2
    hidden = db.session.scalars(select(Product).where(Product.name == "Oolong 2 乌龙")).one()
    hidden.archive()
    db.session.commit()

    found, after = [], ""
    for _page in range(3):
        with app.test_request_context(f"/?after={after}"):
            rows, chosen = Listing.found_on_shelf(shelf, "oolong")
            page = page_of(rows, [Listing.position, Listing.id], size=2, chosen=chosen)
        found += [product.name for _listing, product in page.rows]
        after = page.after

    assert after is None
    assert found == ["Oolong 3 乌龙", "Oolong 0 乌龙", "Oolong 1 乌龙", "Rock oolong, 50g", "Oolong cup"]


def test_what_many_have_is_not_looked_up_again_for_a_while(db, shelf, monkeypatch):
    monkeypatch.setattr(searching, "MANY", 1)
    assert searching.find("oolong").few is None

    cup = db.session.scalars(select(Product).where(Product.name == "Oolong cup")).one()
    cup.name = "Cup"
    cup.settle()
    db.session.flush()

    assert searching.find("oolong").few is None
    assert names_of(db, shelf, "oolong") == {"Rock oolong, 50g"}

    later = now() + searching.AGAIN
    monkeypatch.setattr(searching, "now", lambda: later)
    assert len(searching.find("oolong").few or []) == 1


def names_of(db, shelf, asked: str) -> set[str]:
    rows, chosen = Listing.found_on_shelf(shelf, asked)
    found = rows if chosen is None else rows.where(Listing.id.in_(chosen))
    return {listing.product.name for listing in db.session.scalars(found)}


def test_words_are_cut_alike_in_every_writing():
    assert cut("  Rock-Oolong ５０g 武夷岩茶\tТак_да ") == "rock oolong 50g 武 夷 岩 茶 так да"
