"""What goes out comes in again as it was, and no spreadsheet runs any of it."""

import csv
from collections.abc import Callable
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.catalog.exchange.drafts import PictureDraft, ProductDraft, VariantDraft
from shop.catalog.exchange.shopify_columns import KEPT_ON_PRODUCT, KEPT_ON_VARIANT
from shop.catalog.exchange.shopify_out import HEADER, lines
from tests.catalog.exchange.conftest import DATA

Drafts = Callable[..., list[ProductDraft]]

LETTERS = st.one_of(
    st.characters(exclude_categories=("Cs", "Cc")), st.sampled_from("'=+-@\t\r\n\"\\,;|%＝＋－＠0123456789")
)
WORDS = st.text(LETTERS, max_size=12).map(str.strip)
NAMES = WORDS.filter(bool)
AMOUNTS = st.integers(0, 10**9)


def extras(columns: dict[str, str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(
        st.sampled_from([name for name, default in columns.items() if not default]), NAMES, max_size=2
    )


@st.composite
def products(draw: st.DrawFn) -> ProductDraft:
    options = draw(st.lists(NAMES.filter(lambda name: name != "Title"), max_size=3, unique=True))
    values = st.tuples(*(NAMES for _ in options))
    variants = [
        VariantDraft(
            row=0,
            values=choice,
            sku=draw(WORDS),
            barcode=draw(st.text("'0123456789", max_size=14).map(str.strip)),
            price=draw(AMOUNTS),
            compare_at=draw(st.none() | AMOUNTS),
            grams=draw(st.integers(0, 10**6)),
            stock=draw(st.none() | st.integers(0, 10**6)),
            needs_shipping=draw(st.booleans()),
            extra=draw(extras({k: v for k, v in KEPT_ON_VARIANT.items() if k != "Variant Image"})),
        )
        for choice in draw(st.lists(values, min_size=1, max_size=4 if options else 1, unique=True))
    ]
    addresses = st.lists(st.integers(0, 99), max_size=5, unique=True)
    story = draw(st.text(LETTERS, max_size=40))
    return ProductDraft(
        row=0,
        handle=draw(NAMES),
        given=frozenset(),
        name=draw(NAMES),
        story=story,
        story_format=draw(st.sampled_from(["markdown", "html"])) if story else "markdown",
        vendor=draw(WORDS),
        kind=draw(WORDS),
        tags=draw(st.lists(NAMES, max_size=3, unique=True)),
        state=draw(st.sampled_from(["live", "draft", "archived"])),
        options=options,
        extra=draw(extras(KEPT_ON_PRODUCT)),
        variants=variants,
        pictures=[
            PictureDraft(0, f"https://pictures.example/{n}.jpg", draw(st.text(LETTERS, max_size=8)))
            for n in draw(addresses)
        ],
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.lists(products(), min_size=1, max_size=3, unique_by=lambda product: product.handle))
def test_every_product_comes_back_as_it_went(drafts: Drafts, tmp_path: Path, made: list[ProductDraft]):
    path = tmp_path / "out.csv"
    path.write_text("".join(lines(made, "CNY")), encoding="utf-8", newline="")

    back = drafts(path)

    assert [product.remarks for product in back] == [[] for _ in made]
    assert [without_rows(product) for product in back] == [without_rows(product) for product in made]


@given(st.lists(products(), min_size=1, max_size=2))
def test_no_cell_is_a_formula(made: list[ProductDraft]):
    for row in csv.reader(StringIO("".join(lines(made, "CNY")), newline="")):
        assert [text for text in row if text.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠"))] == []


@pytest.mark.parametrize(
    ("name", "currency"),
    [("shopify-tea.csv", "CNY"), ("shopify-2025.csv", "USD"), ("woocommerce-run.csv", "EUR")],
)
def test_second_export_is_the_first_to_the_letter(drafts: Drafts, tmp_path: Path, name: str, currency: str):
    taken = [p for p in drafts(DATA / name, currency) if not p.is_skipped and not p.is_wrong]
    once = "".join(lines(taken, currency))
    path = tmp_path / "out.csv"
    path.write_text(once, encoding="utf-8", newline="")

    twice = "".join(lines(drafts(path, currency), currency))

    assert twice == once


def test_file_has_shopifys_columns_and_our_story(drafts: Drafts):
    (header, gaiwan) = lines(drafts(DATA / "shopify-tea.csv")[1:2], "CNY")
    row = next(csv.DictReader([header, gaiwan]))

    assert header == ",".join(HEADER) + "\r\n"
    assert (row["Handle"], row["Title"], row["Variant Price"]) == ("gaiwan", "Gaiwan, 120 ml", "50.00")
    assert (row["Option1 Name"], row["Option1 Value"]) == ("Title", "Default Title")
    assert (row["Variant Inventory Tracker"], row["Variant Inventory Qty"]) == ("", "1")
    assert row["Body (HTML)"] == "White porcelain.<br>Holds 120 ml & feels light. "


def test_markdown_goes_out_as_html_and_comes_back_as_markdown(drafts: Drafts, tmp_path: Path):
    tea = ProductDraft(0, "tea", frozenset(), name="Tea", story="**Fresh** tea", story_format="markdown")
    (header, line) = lines([tea], "CNY")
    row = next(csv.DictReader([header, line]))

    assert row["Body (HTML)"] == "<p><strong>Fresh</strong> tea</p>\n"
    assert row["Story (Markdown)"] == "**Fresh** tea"


def test_body_that_was_edited_elsewhere_counts_more_than_our_markdown(drafts: Drafts):
    (tea,) = drafts("Handle,Title,Body (HTML),Story (Markdown)\ntea,Tea,<p>Old tea</p>,**Fresh** tea\n")

    assert (tea.story, tea.story_format) == ("<p>Old tea</p>", "html")


def without_rows(product: ProductDraft) -> dict[str, Any]:
    """What a product says, without where in the file it says it."""
    told = {f.name: getattr(product, f.name) for f in fields(product)}
    told |= {"row": 0, "rows": 0, "given": None}
    told["variants"] = [replace(variant, row=0) for variant in product.variants]
    told["pictures"] = [replace(picture, row=0) for picture in product.pictures]
    return told
