"""A file tells by its columns who wrote it."""

from collections.abc import Callable

import pytest

from shop.catalog.exchange.drafts import ProductDraft
from shop.errors import NotValid, TooLarge

Drafts = Callable[..., list[ProductDraft]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Name,E-mail\nAda,a@example.org\n", "not the columns of a product file from Shopify or WooCommerce"),
        ("Handle,Title\n", "columns but no products"),
        ("Handle,Title,handle\ntea,Tea,tea\n", "The column “handle” stands twice"),
        ("Handle,Title\ntea,Tea,5\n", "Row 2 has 3 cells, but there are 2 columns"),
    ],
)
def test_file_of_another_kind_is_refused(drafts: Drafts, content: str, sentence: str):
    with pytest.raises(NotValid, match=sentence):
        drafts(content)


def test_product_of_endless_rows_is_refused(drafts: Drafts):
    with pytest.raises(TooLarge, match="The product in row 2 has more than 2500 rows"):
        drafts("Handle,Title\n" + "tea,Tea\n" * 2501)


def test_file_in_gb18030_is_read_with_a_note(drafts: Drafts, tmp_path, words):
    path = tmp_path / "tea.csv"
    path.write_bytes("Handle,Title,Variant Price\nwulong,乌龙,5\n".encode("gb18030"))

    assert [draft.name for draft in drafts(path)] == ["乌龙"]
