"""A file is laid beside the catalogue, then written all or nothing; writing it twice changes nothing."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Table, func, select

from shop.catalog.exchange import writing
from shop.catalog.exchange.outgoing import exported
from shop.catalog.exchange.plan import Plan, import_file, plan_of
from shop.catalog.exchange.shapes import Step
from shop.catalog.models import Picture, Product, Variant
from shop.errors import Refused
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.pouring import pour
from tests.catalog.exchange.conftest import DATA, REAL
from tests.support.sql import count_sql

TEA = DATA / "shopify-tea.csv"
HEADER = (
    "Handle,Title,Body (HTML),Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,"
    "Variant Inventory Tracker,Variant Inventory Qty,Image Src\n"
)
CUP = "cup,Cup,<p>Thin.</p>,porcelain,Size,S,CUP-S,20,shopify,5,https://pictures.example/s.jpg\n"
CUPS = CUP + "cup,,,,,L,CUP-L,30,shopify,2,https://pictures.example/l.jpg\n"
# What our export says to the letter as Shopify said it (a price of 50 becomes 50.00).
SAID_THE_SAME = ["Title", "Body (HTML)", "Vendor", "Type", "Tags", "Option1 Value"]
SAID_THE_SAME += ["Variant Inventory Qty", "Image Src"]

Import = Callable[[str | Path], Plan]
Look = Callable[[str | Path], list[Step]]


@pytest.fixture
def merchant(db: SQLAlchemy) -> Merchant:
    """A merchant who sells in CNY."""
    lin = Person(name="Lin", email="lin@example.org")
    db.session.add(lin)
    db.session.flush()
    merchant = Merchant.open("cloud-terrace", "Cloud Terrace", "CNY", lin)
    db.session.commit()
    return merchant


@pytest.fixture
def take_in(db: SQLAlchemy, merchant: Merchant, tmp_path: Path) -> Import:
    """Import a file, or rows under HEADER."""

    def take(content: str | Path) -> Plan:
        plan = import_file(merchant, as_file(content, tmp_path))
        db.session.commit()
        return plan

    return take


@pytest.fixture
def look(merchant: Merchant, tmp_path: Path) -> Look:
    """The steps of a file, without doing them."""

    def look(content: str | Path) -> list[Step]:
        seen: list[Step] = []
        with plan_of(merchant, as_file(content, tmp_path), lambda steps, _done, _rows: seen.extend(steps)):
            return seen

    return look


@pytest.mark.both_engines
def test_file_becomes_products(db: SQLAlchemy, take_in: Import):
    plan = take_in(TEA)

    assert (plan.format, plan.rows, dict(plan.counts)) == ("Shopify", 10, {"made": 5, "skipped": 1})
    oolong = product(db, "spring-oolong")
    assert (oolong.name, oolong.state, oolong.currency, oolong.options) == (
        "Spring Oolong 春乌龙",
        "live",
        "CNY",
        ["Weight", "Box"],
    )
    assert [(v.title, v.sku, v.price, v.left) for v in oolong.variants] == [
        ("50 g / Paper", "00123", 8800, 12),
        ("50 g / Tin", "00124", 10800, 3),
        ("500 g / Paper", "00125", 129900, 0),
    ]
    assert (oolong.price_from, oolong.price_to, oolong.compare_at) == (8800, 129900, 9800)
    assert "春 乌 龙" in oolong.search_text
    assert [(p.state, p.position) for p in oolong.pictures] == [("waiting", n) for n in (1, 2, 3, 4, 5)]
    assert product(db, "gaiwan").variants[0].left is None


@pytest.mark.both_engines
@pytest.mark.parametrize("name", ["shopify-tea.csv", "woocommerce-run.csv"])
def test_importing_the_same_file_twice_changes_nothing(db: SQLAlchemy, take_in: Import, name: str):
    take_in(DATA / name)
    before = everything(db)

    plan = take_in(DATA / name)

    assert set(plan.counts) == {"same", "skipped"}
    assert everything(db) == before


@pytest.mark.both_engines
def test_export_and_import_lose_nothing(db: SQLAlchemy, merchant: Merchant, take_in: Import, tmp_path: Path):
    take_in(TEA)
    gaiwan, kettle = product(db, "gaiwan"), product(db, "kettle")
    gaiwan.story, gaiwan.story_format = "**Thin** porcelain", "markdown"
    kettle.name = "=Kettle"
    own = Picture(state="stored", key="pictures/ab/" + "ab" * 20, width=960, height=960, colour="#112233")
    kettle.pictures.append(own)
    kettle.settle()
    db.session.commit()
    before = everything(db)
    path = tmp_path / "out.csv"
    path.write_text("".join(exported(merchant)), encoding="utf-8", newline="")

    plan = take_in(path)

    assert dict(plan.counts) == {"same": 5}
    assert everything(db) == before
    assert "".join(exported(merchant)) == path.read_bytes().decode()


@pytest.mark.both_engines
def test_export_makes_the_same_products_for_another_merchant(
    db: SQLAlchemy, merchant: Merchant, take_in: Import, tmp_path: Path
):
    take_in(TEA)
    path = tmp_path / "out.csv"
    path.write_text("".join(exported(merchant)), encoding="utf-8", newline="")
    other = Merchant.open("other", "Other", "CNY", db.session.scalars(select(Person)).one())
    db.session.commit()

    import_file(other, path)
    db.session.commit()

    assert "".join(exported(other)) == path.read_bytes().decode()


@pytest.mark.both_engines
def test_what_changes_is_said_and_done(db: SQLAlchemy, take_in: Import, look: Look):
    take_in(CUPS)
    changed = CUPS.replace("Cup,<p>Thin.</p>,porcelain", "Tea Cup,<p>Thick.</p>,porcelain").replace(
        ",20,", ",22,"
    )
    changed = changed.replace("shopify,2,", "shopify,9,") + "cup,,,,,XL,CUP-XL,40,shopify,1,\n"

    (step,) = look(changed)
    take_in(changed)

    assert (step.verdict, step.words) == (
        "changed",
        "name: “Cup” → “Tea Cup”, story, price of S: ¥20.00 → ¥22.00, stock of L: 2 → 9, new variant XL",
    )
    cup = product(db, "cup")
    assert (cup.name, cup.story, cup.price_from, cup.price_to) == ("Tea Cup", "<p>Thick.</p>", 2200, 4000)
    assert [(v.title, v.price, v.left) for v in cup.variants] == [
        ("S", 2200, 5),
        ("L", 3000, 9),
        ("XL", 4000, 1),
    ]


def test_stock_that_is_counted_again_keeps_what_is_taken(db: SQLAlchemy, take_in: Import):
    take_in(CUPS)
    small = product(db, "cup").variants[0].stock
    assert small is not None
    small.take(2)
    db.session.commit()

    take_in(CUPS.replace("shopify,5,", "shopify,10,"))

    db.session.expire_all()
    assert (small.left, small.size) == (10, 12)


def test_stock_may_begin_and_stop_to_be_counted(db: SQLAlchemy, take_in: Import):
    take_in(CUPS)

    take_in(CUPS.replace("30,shopify,2", "30,,"))
    assert [v.left for v in product(db, "cup").variants] == [5, None]

    take_in(CUPS)
    assert [v.left for v in product(db, "cup").variants] == [5, 2]


def test_silence_of_a_file_changes_nothing(db: SQLAlchemy, take_in: Import, tmp_path: Path):
    take_in(CUPS)
    path = tmp_path / "names.csv"
    path.write_text("Handle,Title,Option1 Name,Option1 Value,Variant Price\ncup,Mug,Size,S,\n")

    plan = take_in(path)

    mug = product(db, "cup")
    assert dict(plan.counts) == {"changed": 1}
    assert (mug.name, mug.story, mug.tags) == ("Mug", "<p>Thin.</p>", ["porcelain"])
    assert [(v.price, v.sku, v.left) for v in mug.variants] == [(2000, "CUP-S", 5), (3000, "CUP-L", 2)]


def test_variant_is_known_by_its_sku_when_its_value_is_renamed(db: SQLAlchemy, take_in: Import):
    take_in(CUPS)
    before = [v.id for v in product(db, "cup").variants]

    take_in(CUPS.replace("Size,S,", "Size,Small,"))

    cup = product(db, "cup")
    assert [(v.id, v.title) for v in cup.variants] == [(before[0], "Small"), (before[1], "L")]


def test_variant_that_fits_no_option_any_more_is_archived(db: SQLAlchemy, take_in: Import, look: Look):
    plain = "cup,Cup,,,,,,20,,,\n"
    take_in(plain)

    (step,) = look(CUPS)
    take_in(CUPS)

    assert "variant without options is archived" in step.words
    cup = product(db, "cup")
    assert [(v.title, v.is_archived) for v in cup.variants] == [("", True), ("S", False), ("L", False)]
    assert (cup.price_from, cup.price_to) == (2000, 3000)


def test_picture_is_known_by_its_address(db: SQLAlchemy, take_in: Import):
    take_in(CUP)
    first = product(db, "cup").pictures[0]
    first.state, first.key, first.width, first.height, first.colour = "stored", "pictures/x", 9, 9, "#ffffff"
    db.session.commit()

    take_in(CUPS)

    pictures = product(db, "cup").pictures
    assert [(p.state, p.source[-5:]) for p in pictures] == [("stored", "s.jpg"), ("waiting", "l.jpg")]


def test_woocommerce_product_is_known_by_sku_after_a_new_name(
    db: SQLAlchemy, take_in: Import, tmp_path: Path
):
    path = tmp_path / "woo.csv"
    path.write_text("ID,Type,SKU,Name,Regular price\n7,simple,MUG,Mug,12\n")
    take_in(path)

    path.write_text("ID,Type,SKU,Name,Regular price\n7,simple,MUG,Big Mug,12\n")
    plan = take_in(path)

    assert dict(plan.counts) == {"changed": 1}
    assert [(p.handle, p.name) for p in db.session.scalars(select(Product))] == [("mug", "Big Mug")]


@pytest.mark.both_engines
def test_one_wrong_row_stops_everything(db: SQLAlchemy, take_in: Import, look: Look):
    wrong = CUPS + "pot,Pot,,,,,,free,,,\n"

    steps = look(wrong)
    with pytest.raises(Refused, match="Nothing is imported as long as something in the file is wrong"):
        take_in(wrong)

    assert [(step.handle, step.verdict) for step in steps] == [("cup", "made"), ("pot", "wrong")]
    assert steps[1].remarks == [
        {
            "row": 4,
            "column": "Variant Price",
            "words": "“free” is not a price. Write it like 12.50.",
            "verdict": "wrong",
        }
    ]
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Product)) == 0


def test_new_product_needs_a_price(look: Look):
    (pot, cup) = look("pot,Pot,,,,,POT,,,,\ncup,Cup,,,,,,,,,\n")

    assert [(r["row"], r["words"]) for r in (*pot.remarks, *cup.remarks)] == [
        (2, "The price is missing: write it like 12.50."),
        (3, "The price is missing: write it like 12.50."),
    ]


@pytest.mark.both_engines
def test_failure_in_the_middle_leaves_nothing(
    db: SQLAlchemy, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
):
    def fail(table: Table, rows: list[dict[str, Any]]) -> None:
        if table.name == "picture":
            raise RuntimeError("the disk is full")
        pour(table, rows)

    monkeypatch.setattr(writing, "pour", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        import_file(merchant, TEA)
    db.session.rollback()

    assert [db.session.scalar(select(func.count()).select_from(m)) for m in (Product, Variant, Limit)] == [
        0,
        0,
        0,
    ]


def test_plan_of_a_changed_catalogue_is_made_anew(db: SQLAlchemy, merchant: Merchant, tmp_path: Path):
    asked: list[int] = []

    def meanwhile(_steps: list[Step], _done: int, _rows: int) -> None:
        """Somebody makes the same product while the file is read for the first time."""
        asked.append(1)
        if len(asked) == 1:
            theirs = Product(merchant=merchant, handle="cup", name="Cup", currency="CNY")
            theirs.variants.append(Variant.make(100))
            db.session.add(theirs)
            db.session.commit()

    plan = import_file(merchant, as_file(CUPS, tmp_path), meanwhile)
    db.session.commit()

    assert len(asked) == 2
    assert dict(plan.counts) == {"changed": 1}
    assert product(db, "cup").price_to == 3000


def test_statements_do_not_grow_with_the_rows(app: Flask, db: SQLAlchemy, take_in: Import):
    def costs(products: int) -> int:
        rows = "".join(CUPS.replace("cup,", f"cup-{products}-{n},") for n in range(products))
        with count_sql(app) as sql:
            take_in(rows)
        return len(sql)

    assert costs(3) == costs(60)


def test_dry_run_writes_nothing(app: Flask, db: SQLAlchemy, look: Look):
    with count_sql(app) as sql:
        look(TEA)

    assert [statement for statement in sql if not statement.startswith("SELECT")] == []


@pytest.mark.may_skip("needs ../shared")
@pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize("name", ["shopify-apparel.csv", "shopify-home-and-garden.csv"])
def test_real_files_of_shopify_come_in_go_out_and_come_in_again(
    db: SQLAlchemy, merchant: Merchant, take_in: Import, tmp_path: Path, name: str
):
    first = take_in(REAL / name)
    before = everything(db)
    path = tmp_path / "out.csv"
    path.write_text("".join(exported(merchant)), encoding="utf-8", newline="")
    second = take_in(path)

    assert (dict(first.counts), dict(second.counts)) == ({"made": 20}, {"same": 20})
    assert everything(db) == before
    assert [row["Handle"] for row in rows_of(path)] == [row["Handle"] for row in rows_of(REAL / name)]
    for column in SAID_THE_SAME:
        assert [row[column] for row in rows_of(path)] == [row[column] for row in rows_of(REAL / name)]


def test_export_is_one_row_a_variant_or_picture(db: SQLAlchemy, merchant: Merchant, take_in: Import):
    take_in(CUPS)

    rows = list(csv.DictReader(StringIO("".join(exported(merchant)), newline="")))

    assert [(r["Handle"], r["Title"], r["Option1 Value"], r["Variant Inventory Qty"]) for r in rows] == [
        ("cup", "Cup", "S", "5"),
        ("cup", "", "L", "2"),
    ]


def as_file(content: str | Path, folder: Path) -> Path:
    if isinstance(content, Path):
        return content
    path = folder / "rows.csv"
    path.write_text(HEADER + content, encoding="utf-8")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def product(db: SQLAlchemy, handle: str) -> Product:
    db.session.expire_all()
    return db.session.scalars(select(Product).where(Product.handle == handle)).one()


def everything(db: SQLAlchemy) -> list[Any]:
    """Every row of the catalogue, with its ids and times."""
    db.session.rollback()
    tables = (Product.__table__, Variant.__table__, Picture.__table__, Limit.__table__)
    return [tuple(row) for table in tables for row in db.session.execute(select(table).order_by(table.c.id))]
