"""The merchant's products on their way out, a few hundred at a time."""

from collections.abc import Iterator

from sqlalchemy import select

from shop.catalog.exchange.drafts import PictureDraft, ProductDraft, VariantDraft
from shop.catalog.exchange.known import Known, load, source_of
from shop.catalog.exchange.shopify_out import lines
from shop.catalog.models import Product
from shop.db import db
from shop.merchants.models import Merchant

TOGETHER = 250


def exported(merchant: Merchant) -> Iterator[str]:
    """The merchant's catalogue as Shopify's CSV, piece by piece; what is archived of a product stays here."""
    return lines(_drafts(merchant.id), merchant.currency)


def _drafts(merchant_id: int) -> Iterator[ProductDraft]:
    last = 0
    while True:
        page = select(Product.id).where(Product.merchant_id == merchant_id, Product.id > last)
        ids = db.session.scalars(page.order_by(Product.id).limit(TOGETHER)).all()
        if not ids:
            return
        known = load(ids)
        for i in ids:
            yield draft_of(known[i])
        last = ids[-1]


def draft_of(known: Known) -> ProductDraft:
    """A product as a file tells it."""
    told = {name: value for name, value in known.product.items() if name != "id"}
    draft = ProductDraft(row=0, given=frozenset(), **told)
    names = ("sku", "barcode", "price", "compare_at", "grams", "needs_shipping", "extra")
    draft.variants = [
        VariantDraft(0, values=tuple(v["values"]), stock=v["left"], **{name: v[name] for name in names})
        for v in known.variants
        if not v["is_archived"]
    ]
    pictures = ((source_of(picture), picture["alt"]) for picture in known.pictures)
    draft.pictures = [PictureDraft(0, source, alt) for source, alt in pictures if source]
    return draft
