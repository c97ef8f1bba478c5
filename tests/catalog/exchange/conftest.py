"""Files to read without a database: sentences need a language, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from shop.catalog.exchange.drafts import ProductDraft
from shop.catalog.exchange.formats import ProductFile, product_file
from shop.catalog.exchange.sheet import Sheet, open_sheet

DATA = Path(__file__).parents[2] / "data"
# The files that Shopify itself gives to learn with; they lie beside the checkout, not in it.
REAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def words() -> Iterator[None]:
    """A language for sentences, without the shop around it."""
    bare = Flask(__name__)
    Babel(bare)
    with bare.app_context():
        yield


@pytest.fixture
def sheet(tmp_path: Path, words: None) -> Callable[[str | bytes], Sheet]:
    """A sheet of the given text or bytes."""

    def made(content: str | bytes, most_bytes: int = 10_000_000) -> Sheet:
        path = tmp_path / "products.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_sheet(path, most_bytes)

    return made


@pytest.fixture
def drafts(tmp_path: Path, words: None) -> Callable[..., list[ProductDraft]]:
    """The product drafts of a file in tests/data, or of the given text."""

    def read(content: str | Path, currency: str = "CNY") -> list[ProductDraft]:
        path = content if isinstance(content, Path) else tmp_path / "products.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        with product_file(path, currency) as file:
            return list(file.drafts())

    return read


@contextmanager
def opened(path: Path, currency: str = "CNY") -> Iterator[ProductFile]:
    """A product file with its remarks."""
    with product_file(path, currency) as file:
        yield file
