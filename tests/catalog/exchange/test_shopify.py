"""Shopify's product CSV as Shopify really writes it."""

from collections.abc import Callable

import pytest

from shop.catalog.exchange.drafts import ProductDraft, Remark
from tests.catalog.exchange.conftest import DATA, REAL, opened

Drafts = Callable[..., list[ProductDraft]]
HEADER = (
    "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant SKU,Image Src,Gift Card,Published,Status\n"
)


def test_rows_of_one_handle_are_one_product(drafts: Drafts):
    oolong = drafts(DATA / "shopify-tea.csv")[0]

    assert (oolong.row, oolong.rows, oolong.handle, oolong.name) == (
        2,
        4,
        "spring-oolong",
        "Spring Oolong 春乌龙",
    )
    assert oolong.options == ["Weight", "Box"]
    assert [(v.values, v.sku, v.price, v.compare_at, v.stock, v.grams) for v in oolong.variants] == [
        (("50 g", "Paper"), "00123", 8800, 9800, 12, 50),
        (("50 g", "Tin"), "00124", 10800, None, 3, 90),
        (("500 g", "Paper"), "00125", 129900, None, 0, 500),
    ]
    assert [(p.source[-13:], p.alt) for p in oolong.pictures] == [
        ("/oolong-1.jpg", "Oolong leaves in a bowl"),
        ("/oolong-2.jpg", ""),
        ("/oolong-3.jpg", ""),
        ("/oolong-4.jpg", "The garden"),
        ("oolong-50.jpg", ""),
    ]
    assert oolong.tags == ["oolong", "spring", "乌龙"]
    assert oolong.variants[0].barcode == "6901234567892"
    assert not oolong.remarks


def test_body_is_kept_to_the_letter(drafts: Drafts):
    oolong, gaiwan = drafts(DATA / "shopify-tea.csv")[:2]

    assert oolong.story.startswith(
        '<p>Picked before the rains,\nrolled by hand. It says "again".</p>\n\n    <ul>'
    )
    assert gaiwan.story == "White porcelain.<br>Holds 120 ml & feels light. "
    assert (oolong.story_format, gaiwan.story_format) == ("html", "html")


def test_columns_that_the_shop_does_not_use_are_kept(drafts: Drafts):
    oolong = drafts(DATA / "shopify-tea.csv")[0]

    assert oolong.extra == {
        "SEO Title": "Spring Oolong, picked by hand",
        "SEO Description": "A floral oolong",
    }
    assert oolong.variants[0].extra == {
        "Variant Image": "https://pictures.example/oolong-50.jpg",
        "Variant Weight Unit": "g",
        "Cost per item": "41.50",
    }


def test_product_without_options_has_one_plain_variant(drafts: Drafts):
    gaiwan = drafts(DATA / "shopify-tea.csv")[1]

    assert gaiwan.options == []
    assert [v.values for v in gaiwan.variants] == [()]


def test_stock_that_shopify_does_not_count_never_runs_out(drafts: Drafts):
    _, gaiwan, kettle = drafts(DATA / "shopify-tea.csv")[:3]

    assert (gaiwan.variants[0].stock, kettle.variants[0].stock) == (None, None)
    assert gaiwan.remarks == [
        Remark(
            6,
            "Variant Inventory Qty",
            "Shopify does not count this stock down (1): it can be bought without end.",
        )
    ]
    assert gaiwan.variants[0].extra == {"Variant Inventory Qty": "1"}
    assert kettle.variants[0].extra["Variant Inventory Policy"] == "continue"


def test_unpublished_draft_and_archived_products_are_not_live(drafts: Drafts):
    states = {draft.handle: draft.state for draft in drafts(DATA / "shopify-tea.csv")}

    assert states == {
        "spring-oolong": "live",
        "gaiwan": "live",
        "kettle": "draft",
        "old-cake": "archived",
        "new-year-box": "draft",
        "gift-card": "live",
    }


def test_gift_card_is_skipped(drafts: Drafts):
    card = drafts(DATA / "shopify-tea.csv")[-1]

    assert card.remarks == [Remark(10, "Gift Card", "Gift cards are not products here.", "skipped")]
    assert card.is_skipped
    assert not card.is_wrong


def test_formula_guard_is_taken_off(drafts: Drafts):
    cake = drafts(DATA / "shopify-tea.csv")[3]

    assert cake.variants[0].sku == "=CAKE"


def test_names_of_the_template_of_2025_are_known(words: None):
    with opened(DATA / "shopify-2025.csv", "USD") as file:
        (socks,) = file.drafts()

        assert file.format == "Shopify"
        assert file.rows == 3
        assert [remark.words for remark in file.remarks] == [
            "Columns that are not used: Option1 Linked To, Option2 Linked To, Option3 Linked To, Unit price total "
            "measure, Unit price total measure unit, Unit price base measure, Unit price base measure unit"
        ]
    assert [(v.values, v.price, v.stock, v.grams) for v in socks.variants] == [
        (("S",), 1800, 40, 60),
        (("M",), 1800, 25, 65),
        (("L",), 1950, None, 70),
    ]
    assert socks.extra == {"Product Category": "Apparel & Accessories > Clothing > Underwear & Socks"}
    assert socks.state == "live"


def test_rows_of_one_product_may_lie_apart(drafts: Drafts):
    tea, cup = drafts(HEADER + "tea,Tea,Size,S,5\ncup,Cup,,,7\ntea,,,L,9\n")

    assert [(v.row, v.values, v.price) for v in tea.variants] == [(2, ("S",), 500), (4, ("L",), 900)]
    assert [(v.row, v.price) for v in cup.variants] == [(3, 700)]


def test_file_says_which_fields_it_speaks_about(drafts: Drafts):
    (tea,) = drafts("Handle,Title,Cost per item\ntea,Tea,\n")

    assert tea.given == {"name", "Cost per item"}
    assert tea.variants == []


@pytest.mark.parametrize(
    ("rows", "remark"),
    [
        ("tea,,,,5\n", Remark(2, "Title", "The product has no name.", "wrong")),
        (
            ",Tea,,,5\n",
            Remark(2, "Handle", "The handle is missing: it tells which rows are one product.", "wrong"),
        ),
        (
            "tea,Tea,,,free\n",
            Remark(2, "Variant Price", "“free” is not a price. Write it like 12.50.", "wrong"),
        ),
        (
            "tea,Tea,Size,S,5\ntea,,,S,6\n",
            Remark(3, "", "This is the same variant as in row 2 (S).", "wrong"),
        ),
        (
            "tea,Tea,,S,5\n",
            Remark(2, "Option1 Value", "There is a value, but row 2 gives the option no name.", "wrong"),
        ),
        ("tea,Tea,Size,,5\n", Remark(2, "", "This variant does not say its Size.", "wrong")),
        (
            "tea,Tea,,,5,,,,,sold\n",
            Remark(2, "Status", "“sold” is not active, draft or archived.", "wrong"),
        ),
        ("tea,Tea,,,5,,,,maybe\n", Remark(2, "Published", "“maybe” is neither true nor false.", "wrong")),
        (
            "tea,Tea,,,5,,tea.jpg\n",
            Remark(2, "", "“tea.jpg” is not a web address: this picture is left out."),
        ),
        (
            f"{'t' * 300},Tea,,,5\n",
            Remark(2, "handle", f"“{'t' * 39}…” is longer than 255 characters.", "wrong"),
        ),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(drafts: Drafts, rows: str, remark: Remark):
    (draft,) = drafts(HEADER + rows)

    assert draft.remarks == [remark]


def test_shortened_barcode_is_noticed(drafts: Drafts):
    (tea,) = drafts("Handle,Title,Variant Price,Variant Barcode\ntea,Tea,5,6.90123E+12\n")

    assert tea.is_wrong
    assert tea.remarks[0].words.startswith("A spreadsheet has shortened the barcode to “6.90123E+12”.")


@pytest.mark.may_skip("needs ../shared")
@pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize(
    ("name", "products", "variants", "first"),
    [
        ("shopify-apparel.csv", 20, 22, ("ocean-blue-shirt", 5000)),
        ("shopify-home-and-garden.csv", 20, 21, ("clay-plant-pot", 999)),
    ],
)
def test_real_files_of_shopify_are_read(
    drafts: Drafts, name: str, products: int, variants: int, first: tuple[str, int]
):
    found = drafts(REAL / name)

    assert len(found) == products
    assert sum(len(draft.variants) for draft in found) == variants
    assert (found[0].handle, found[0].variants[0].price) == first
    assert [draft.handle for draft in found if draft.is_wrong or draft.is_skipped] == []
