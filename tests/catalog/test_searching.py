"""A search finds words by their beginning and Chinese by its characters, on both engines."""

import pytest
from sqlalchemy import select

from shop.catalog import searching
from shop.catalog.models import Product, cut
from shop.listings.models import Listing
from tests.support import goods

NAMES = ("Rock oolong, 50g", "Oolong cup", "武夷岩茶 乌龙", "龙井 green tea", "T-shirt (XL)", "Ça & là 100%")


@pytest.fixture(params=["looked up", "walked to"])
def shelf(request, db, monkeypatch):
    """A shelf of goods, searched in each of the two ways."""
    if request.param == "walked to":
        monkeypatch.setattr(searching, "MANY", 0)
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


def names_of(db, shelf, asked: str) -> set[str]:
    return {listing.product.name for listing in db.session.scalars(Listing.found_on_shelf(shelf, asked))}


def test_words_are_cut_alike_in_every_writing():
    assert cut("  Rock-Oolong ５０g 武夷岩茶\tТак_да ") == "rock oolong 50g 武 夷 岩 茶 так да"
