"""Rows that are poured into a table are those that a statement would write."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from shop.catalog.models import Picture, Product
from shop.pouring import pour
from tests.support import goods

NAME = 'Tab\t, line\n, \\N, "quote" and 武夷岩茶'


@pytest.mark.both_engines
def test_poured_row_is_as_an_inserted_one(db):
    product = goods.product(goods.merchant(goods.person("Lin")), "Tea")
    db.session.flush()
    row = {
        "merchant_id": product.merchant_id,
        "name": NAME,
        "currency": "CNY",
        "tags": ["a", "茶"],
        "cover": None,
        "compare_at": None,
    }

    pour(Product.__table__, [row | {"handle": "poured"}])
    db.session.execute(insert(Product.__table__), [row | {"handle": "inserted"}])

    looked = select(Product.__table__, text("CAST(cover AS TEXT) AS written")).where(Product.name == NAME)
    poured, inserted = (dict(row) for row in db.session.execute(looked.order_by(Product.id)).mappings())
    differs = {key for key in poured if poured[key] != inserted[key]}
    assert differs - {"made_at", "changed_at"} == {"id", "handle"}
    assert poured["tags"] == ["a", "茶"]
    assert poured["made_at"].tzinfo is not None


@pytest.mark.both_engines
def test_row_that_breaks_a_rule_is_refused_as_sqlalchemy_says(db):
    with pytest.raises(IntegrityError):
        pour(Picture.__table__, [{"product_id": 999, "alt": "", "position": 1, "state": "waiting"}])
    db.session.rollback()


def test_no_rows_are_no_statement(db):
    pour(Product.__table__, [])
