"""A product as it is being typed: never saved, drawn for the phone beside the form."""

from collections.abc import Sequence

from flask import g

from shop.catalog.forms import NewProductForm, ProductForm
from shop.catalog.models import Product

Row = tuple[int, int | None, int | None]


def as_typed(form: NewProductForm | ProductForm, product: Product | None = None) -> tuple[Product, bool]:
    """A product in no session, with what a shelf shows of a form as far as it can be read; and whether none is left."""
    rows = _rows(form)
    prices = [price for price, _was, _left in rows]
    was = [was for price, was, _left in rows if was and was > price]
    typed = Product(
        name=form.name.data or "",
        currency=g.merchant.currency,
        price_from=min(prices, default=0),
        price_to=max(prices, default=0),
        compare_at=min(was, default=None),
        cover=product.cover if product else None,
    )
    return typed, bool(rows) and all(left == 0 for _price, _was, left in rows)


def _rows(form: NewProductForm | ProductForm) -> Sequence[Row]:
    """Price, compare-at price and stock of everything that could be bought."""
    if isinstance(form, NewProductForm):
        return [] if form.price.data is None else [(form.price.data, None, None)]
    sold = [row for row in form.rows if row.is_sold and row.price.data is not None]
    return [(row.price.data, row.compare_at.data, row.stock.data) for row in sold]
