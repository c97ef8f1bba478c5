"""WooCommerce's product CSV as WooCommerce really writes it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shop.catalog.exchange.drafts import ProductDraft, Remark
from shop.catalog.exchange.woocommerce_words import is_on_sale, story, with_newlines
from tests.catalog.exchange.conftest import DATA, opened

Drafts = Callable[..., list[ProductDraft]]
HEADER = (
    "ID,Type,SKU,Name,Published,Regular price,Parent,Stock,Attribute 1 name,Attribute 1 value(s),"
    "Attribute 2 name,Attribute 2 value(s)\n"
)


@pytest.fixture
def run(drafts: Drafts) -> dict[str, ProductDraft]:
    """The products of the sample file by their names."""
    return {draft.name: draft for draft in drafts(DATA / "woocommerce-run.csv", "EUR")}


def test_variations_come_to_their_parent_by_sku_or_id(run: dict[str, ProductDraft]):
    tee = run["Run Tee"]

    assert (tee.row, tee.rows, tee.handle) == (2, 3, "run-tee")
    assert tee.options == ["Color", "Size"]
    assert [(v.values, v.sku, v.price, v.compare_at, v.stock, v.grams) for v in tee.variants] == [
        (("Blue", "S"), "tee-blue-s", 2400, 2900, 4, 150),
        (("Green", "S"), "tee-green", 2900, None, None, 0),
        (("Green", "M"), "tee-green-m", 2900, None, None, 0),
    ]


def test_pictures_of_product_and_variations_stand_once(run: dict[str, ProductDraft]):
    assert [p.source.rpartition("/")[2] for p in run["Run Tee"].pictures] == ["tee-1.jpg", "tee-2.jpg"]


def test_descriptions_become_one_story(run: dict[str, ProductDraft]):
    assert run["Run Tee"].story == (
        "<p>Light, dries fast.</p>\n<p>First line.<br>\nSecond line.</p>\n<p>New paragraph; a path is C:\\new.</p>"
    )


def test_attribute_that_is_not_chosen_is_told_in_the_story(run: dict[str, ProductDraft]):
    assert run["Water Bottle"].options == []
    assert run["Water Bottle"].story == "<p>Half a litre.</p>\n<ul><li>Material: Steel, Cork</li></ul>"


def test_prices_with_a_decimal_comma(run: dict[str, ProductDraft]):
    (bottle,) = run["Water Bottle"].variants

    assert (bottle.sku, bottle.price, bottle.compare_at) == ("00077", 119900, 129900)
    assert (bottle.stock, bottle.grams, bottle.barcode) == (7, 120, "4006381333931")


def test_categories_become_kind_and_tags(run: dict[str, ProductDraft]):
    assert run["Run Tee"].kind == "Clothing > Shirts"
    assert run["Run Tee"].tags == ["running", "summer", "Sale"]
    assert run["Run Tee"].vendor == "Ridge"


def test_sale_that_is_over_does_not_count(run: dict[str, ProductDraft]):
    (cap,) = run["Cap"].variants

    assert (cap.price, cap.compare_at, cap.stock) == (1500, None, 0)
    assert run["Cap"].state == "draft"


def test_virtual_product_needs_no_shipping(run: dict[str, ProductDraft]):
    plan = run["Training Plan (PDF)"]

    assert plan.variants[0].needs_shipping is False
    assert plan.pictures == []
    assert plan.remarks == [Remark(5, "", "“plan.jpg” is not a web address: this picture is left out.")]


def test_backorder_never_runs_out_and_private_is_a_draft(run: dict[str, ProductDraft]):
    mug = run["Mug"]

    assert (mug.variants[0].stock, mug.state) == (None, "draft")
    assert [r.words for r in mug.remarks] == ["It is sold on backorder, so it can be bought without end."]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Runner's Set", "A group of other products is left out; the products themselves are taken."),
        ("Race Entry", "It is sold on another site, so it is left out."),
        ("Gift Card", "Gift cards are not products here."),
        ("Coming Soon", "Without a price it cannot be bought in WooCommerce either."),
    ],
)
def test_what_is_no_product_here_is_skipped_with_the_reason(
    run: dict[str, ProductDraft], name: str, reason: str
):
    assert [(r.words, r.verdict) for r in run[name].remarks] == [(reason, "skipped")]


def test_formula_guard_of_woocommerce_is_taken_off(run: dict[str, ProductDraft]):
    tee = run["=Formula tee"]

    assert (tee.handle, tee.variants[0].sku, tee.state) == ("formula-tee", "-9", "draft")


def test_orphan_is_wrong(drafts: Drafts):
    (orphan,) = drafts(HEADER + "7,variation,tee-s,Tee - S,1,9,tee\n")

    assert orphan.remarks == [
        Remark(2, "Parent", "This variation belongs to “tee”, which is not in the file.", "wrong")
    ]


def test_shared_stock_is_not_sold_twice(drafts: Drafts):
    (tee,) = drafts(
        HEADER
        + '1,variable,tee,Tee,1,,,10,Size,"S, M"\n'
        + "2,variation,tee-s,Tee,1,9,tee,parent,Size,S\n"
        + "3,variation,tee-m,Tee,1,9,tee,parent,Size,M\n"
    )

    assert [v.stock for v in tee.variants] == [10, 0]
    assert {r.words for r in tee.remarks} == {
        "The variations share one stock: it is put on the first of them."
    }


def test_two_products_of_one_name_get_different_handles(drafts: Drafts):
    found = drafts(HEADER + "1,simple,a,Tee,1,9\n2,simple,b,Tee,1,9\n3,simple,c,茶,1,9\n")

    assert [draft.handle for draft in found] == ["tee", "tee-2", "cha"]


def test_more_than_three_choices_are_skipped(drafts: Drafts):
    names = ",".join(f"Attribute {i} name,Attribute {i} value(s)" for i in range(1, 5))
    values = "A,1,B,2,C,3,D,4"

    (tee,) = drafts(
        f"ID,Type,SKU,Name,Regular price,Parent,{names}\n1,variable,t,Tee,,,{values}\n2,variation,t1,Tee,9,t,{values}\n"
    )

    assert tee.remarks[0] == Remark(
        2, "Type", "It has 4 attributes to choose from; three is the most here.", "skipped"
    )


def test_columns_that_are_not_used_are_named(words: None):
    with opened(DATA / "woocommerce-run.csv", "EUR") as file:
        assert file.format == "WooCommerce"
        assert file.rows == 12
        assert [r.words[:63] for r in file.remarks] == [
            "Columns that are not used: Is featured?, Tax status, Tax class,"
        ]


def test_line_breaks_are_written_as_two_characters():
    assert with_newlines(r"a\nb\\nc") == "a\nb\\nc"


def test_text_with_its_own_blocks_is_left_alone():
    assert story("", "<p>One</p>\n\n<p>Two</p>") == "<p>One</p>\n\n<p>Two</p>"


@pytest.mark.parametrize(
    ("starts", "ends", "on"),
    [
        ("", "", True),
        ("2026-01-01", "", True),
        ("2026-07-01", "", False),
        ("", "2026-06-15", True),
        ("", "2026-06-14", False),
        ("soon", "later", True),
    ],
)
def test_sale_holds_between_its_days(starts: str, ends: str, on: bool):
    assert is_on_sale(starts, ends, datetime(2026, 6, 15, 12, tzinfo=UTC)) is on
