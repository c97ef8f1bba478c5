"""Shopify's product columns: the old names, those of its template of 2025, and what becomes of each here."""

COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value",
    "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
    "Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Variant Taxable", "Variant Barcode",
    "Image Src", "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description",
    "Google Shopping / Google Product Category", "Google Shopping / Gender", "Google Shopping / Age Group",
    "Google Shopping / MPN", "Google Shopping / AdWords Grouping", "Google Shopping / AdWords Labels",
    "Google Shopping / Condition", "Google Shopping / Custom Product", "Google Shopping / Custom Label 0",
    "Google Shopping / Custom Label 1", "Google Shopping / Custom Label 2", "Google Shopping / Custom Label 3",
    "Google Shopping / Custom Label 4",
    "Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item", "Status",
)  # fmt: skip

# Ours alone: the story as it was written, which the HTML beside it cannot give back. Shopify passes over it.
STORY_COLUMN = "Story (Markdown)"

# What the shop does not use but gives back when it exports, with what Shopify writes when nothing was said.
KEPT_ON_PRODUCT = {
    name: "" for name in COLUMNS if name.startswith(("SEO ", "Google Shopping", "Product Category"))
}
KEPT_ON_VARIANT = {
    "Variant Fulfillment Service": "manual",
    "Variant Taxable": "true",
    "Variant Image": "",
    "Variant Weight Unit": "kg",
    "Variant Tax Code": "",
    "Cost per item": "",
}
# Kept on a variant that never runs out here: what Shopify said about its stock.
KEPT_WITHOUT_END = ("Variant Inventory Qty", "Variant Inventory Policy")
STOCK_COLUMNS = ("Variant Inventory Tracker", *KEPT_WITHOUT_END)

OTHER_NAMES = {
    "url handle": "handle",
    "description": "body (html)",
    "published on online store": "published",
    "sku": "variant sku",
    "barcode": "variant barcode",
    "price": "variant price",
    "compare-at price": "variant compare at price",
    "charge tax": "variant taxable",
    "tax code": "variant tax code",
    "inventory tracker": "variant inventory tracker",
    "inventory quantity": "variant inventory qty",
    "continue selling when out of stock": "variant inventory policy",
    "weight value (grams)": "variant grams",
    "weight unit for display": "variant weight unit",
    "requires shipping": "variant requires shipping",
    "fulfillment service": "variant fulfillment service",
    "product image url": "image src",
    "variant image url": "variant image",
}

# A row that fills one of these describes a variant; the others carry only a picture.
VARIANT_CELLS = (
    "option1 value", "option2 value", "option3 value", "variant sku", "variant price", "variant barcode",
    "variant inventory qty",
)  # fmt: skip

# Which of our fields a file speaks about, by the column that says it.
FIELDS = {
    "title": "name",
    "body (html)": "story",
    "vendor": "vendor",
    "type": "kind",
    "tags": "tags",
    "published": "state",
    "status": "state",
    "variant sku": "sku",
    "variant barcode": "barcode",
    "variant price": "price",
    "variant compare at price": "compare_at",
    "variant grams": "grams",
    "variant inventory qty": "stock",
    "variant inventory tracker": "stock",
    "variant requires shipping": "needs_shipping",
    "image alt text": "alt",
}
