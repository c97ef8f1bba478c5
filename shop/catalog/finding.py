"""Finds a product of the merchant in the address; another merchant's is not found."""

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shop.catalog.models import Product
from shop.db import db


def find_product(product_id: int) -> Product:
    """The product with its variants and pictures, or 404."""
    wanted = (
        select(Product)
        .where(Product.id == product_id, Product.merchant_id == g.merchant.id)
        .options(selectinload(Product.variants), selectinload(Product.pictures))
    )
    return db.session.scalars(wanted).first() or abort(404)
