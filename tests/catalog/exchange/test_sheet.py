"""Every way in which a CSV can be broken gets a sentence that says what to do."""

import codecs
from collections.abc import Callable

import pytest

from shop.catalog.exchange.sheet import Sheet
from shop.errors import NotValid, Refused, TooLarge

Made = Callable[..., Sheet]
HEADER = "Handle,Title,Body (HTML),Variant Price\n"


def test_rows_are_numbered_as_a_spreadsheet_counts(sheet: Made):
    tea = sheet(HEADER + 'tea,Tea,"two\nlines, ""quoted""",5\n,,,\ncup,Cup,,7\n')

    assert list(tea) == [
        (2, ["tea", "Tea", 'two\nlines, "quoted"', "5"]),
        (4, ["cup", "Cup", "", "7"]),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_told_by_the_header(sheet: Made, separator: str):
    tea = sheet(f"Handle,Title\ntea,Tea{chr(10)}".replace(",", separator))

    assert tea.header == ("Handle", "Title")
    assert list(tea) == [(2, ["tea", "Tea"])]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Handle,Title\n茶,乌龙\n".encode(), "utf-8-sig"),
        (codecs.BOM_UTF8 + "Handle,Title\n茶,乌龙\n".encode(), "utf-8-sig"),
        ("Handle,Title\n茶,乌龙\n".encode("gb18030"), "gb18030"),
        ("Handle\tTitle\n茶\t乌龙\n".encode("utf-16"), "utf-16"),
    ],
)
def test_chinese_is_read_however_a_spreadsheet_saved_it(sheet: Made, content: bytes, encoding: str):
    tea = sheet(content)

    assert tea.encoding == encoding
    assert tea.header == ("Handle", "Title")
    assert list(tea) == [(2, ["茶", "乌龙"])]


def test_lines_may_end_as_on_any_system(sheet: Made):
    assert list(sheet("Handle,Title\r\ntea,Tea\r\n")) == [(2, ["tea", "Tea"])]
    assert list(sheet("Handle,Title\rtea,Tea\r")) == [(2, ["tea", "Tea"])]


def test_empty_cells_at_the_end_may_be_missing_or_too_many(sheet: Made):
    tea = sheet(HEADER + "tea,Tea\ncup,Cup,,7,,,\n")

    assert list(tea) == [(2, ["tea", "Tea", "", ""]), (3, ["cup", "Cup", "", "7"])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\n", "The file is empty."),
        (b"PK\x03\x04....", "This is a workbook, not a CSV file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is a workbook, not a CSV file."),
        (b"<!DOCTYPE html><title>Sign in</title>", "This is a web page, not a CSV file."),
        (b"Handle,Title\ntea,T\x00ea\n", "bytes that are no text"),
        ("Handle,Title\ncafe,Café au lait\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        (b"Handle\ntea\n", "does not name any columns"),
        (b'"Handle,Title\ntea,Tea\n', "does not name any columns"),
        (",".join(f"c{i}" for i in range(1001)).encode(), "more than 1000 columns"),
    ],
)
def test_file_that_is_no_table_is_refused(sheet: Made, content: bytes, sentence: str):
    with pytest.raises(Refused, match=sentence) as no:
        sheet(content)
    assert no.value.status in (413, 422)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("tea,Tea,a,b,5,c\n", "Row 2 has 6 cells, but there are 4 columns"),
        ('tea,Tea,"open,5\ncup,Cup,,5\n', "ends inside a quotation that begins in row 2"),
        ('tea,Tea,,5\ncup,"Cup" x,,5\n', "The quotation marks in row 3 do not fit"),
        (f"tea,Tea,{'x' * 1_000_001},5\n", "A cell in row 2 is longer than 1000000 characters"),
    ],
)
def test_broken_row_is_named(sheet: Made, rows: str, sentence: str):
    with pytest.raises(NotValid, match=sentence):
        list(sheet(HEADER + rows))


def test_file_that_is_too_large_is_refused(sheet: Made):
    with pytest.raises(TooLarge, match="The file has 2 MB; at most 1 MB") as no:
        sheet(HEADER + "x" * 1_100_000, 1_000_000)
    assert no.value.status == 413


def test_column_that_stands_twice_is_refused(sheet: Made):
    with pytest.raises(NotValid, match="The column “title” stands twice"):
        sheet("Handle,Title,title\n").places()
