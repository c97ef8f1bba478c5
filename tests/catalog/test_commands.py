"""The same from a terminal."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from shop.catalog.models import Product
from tests.support import goods

TEA = str(Path(__file__).parent.parent / "data" / "shopify-tea.csv")


@pytest.fixture(autouse=True)
def _merchant(db: SQLAlchemy) -> None:
    """One merchant."""
    goods.merchant(goods.person())
    db.session.commit()


@pytest.mark.both_engines
def test_import_says_what_would_happen_and_then_does_it(db: SQLAlchemy, cli_runner: FlaskCliRunner):
    looked = cli_runner.invoke(args=["import", TEA])
    assert looked.exit_code == 0
    assert "row      2  made     Spring Oolong 春乌龙: 3 variants, 5 pictures\n" in looked.output
    assert "row     10    Gift Card: Gift cards are not products here.\n" in looked.output
    assert looked.output.endswith(
        "Shopify, 10 rows: 5 made, 0 changed, 0 same, 1 skipped, 0 wrong\n"
        "Nothing has happened yet. Run it again with --apply.\n"
    )
    assert products(db) == 0

    done = cli_runner.invoke(args=["import", TEA, "--merchant", "old-hill", "--apply"])
    assert done.output.endswith("\nDone.\n")
    assert products(db) == 5

    again = cli_runner.invoke(args=["import", TEA, "--apply", "--quiet"])
    assert "Spring Oolong" not in again.output
    assert "0 made, 0 changed, 5 same, 1 skipped, 0 wrong" in again.output


def test_wrong_row_ends_with_an_error(db: SQLAlchemy, cli_runner: FlaskCliRunner, tmp_path: Path):
    path = tmp_path / "wrong.csv"
    path.write_text("Handle,Title,Variant Price\ntea,Tea,5\ncup,Cup,free\n")

    for more in ([], ["--apply"]):
        result = cli_runner.invoke(args=["import", str(path), *more])
        assert result.exit_code == 1
        assert "row      3    Variant Price: “free” is not a price. Write it like 12.50.\n" in result.output
    assert products(db) == 0


def test_broken_file_ends_with_a_sentence(cli_runner: FlaskCliRunner, tmp_path: Path):
    path = tmp_path / "broken.csv"
    path.write_bytes(b"PK\x03\x04")

    result = cli_runner.invoke(args=["import", str(path)])

    assert result.exit_code == 1
    assert "Error: This is a workbook, not a CSV file." in result.output


def test_export_goes_to_a_file_or_to_the_terminal(cli_runner: FlaskCliRunner, tmp_path: Path):
    cli_runner.invoke(args=["import", TEA, "--apply"])
    path = tmp_path / "out.csv"

    cli_runner.invoke(args=["export", str(path), "--merchant", "old-hill"])
    shown = cli_runner.invoke(args=["export"])

    assert path.read_bytes().startswith(b"Handle,Title,Body (HTML),Vendor,")
    assert shown.stdout_bytes == path.read_bytes()
    assert "5 same" in cli_runner.invoke(args=["import", str(path)]).output


def test_merchant_is_asked_for_where_there_are_several(db: SQLAlchemy, cli_runner: FlaskCliRunner):
    goods.merchant(goods.person("Bo"), "New Hill")
    db.session.commit()

    for more in ([], ["--merchant", "nobody"]):
        result = cli_runner.invoke(args=["import", TEA, *more])
        assert result.exit_code == 1
        assert "Say whose catalogue: --merchant SLUG. There are: new-hill, old-hill" in result.output


def products(db: SQLAlchemy) -> int:
    found = db.session.scalar(select(func.count()).select_from(Product)) or 0
    db.session.rollback()
    return found
