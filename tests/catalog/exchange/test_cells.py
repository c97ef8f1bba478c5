"""A cell is read as people write it, and written so that no spreadsheet runs it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalog.exchange import cells as cell
from shop.errors import NotValid

pytestmark = pytest.mark.usefixtures("words")

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("'=+-@\t\r\n \"0123456789eE＝＋－＠")))


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("1299", "CNY", 129900),
        ("1,299.00", "CNY", 129900),
        ("1.299,00", "CNY", 129900),
        ("1 299,00", "CNY", 129900),
        ("1\xa0299,00", "CNY", 129900),
        ("1'299.00", "CNY", 129900),
        ("1,299", "CNY", 129900),
        ("1,299,000", "CNY", 129900000),
        ("1.299.000", "CNY", 129900000),
        ("12,5", "CNY", 1250),
        ("0.500", "CNY", 50),
        (".5", "CNY", 50),
        ("12.5000", "CNY", 1250),
        ("¥1,299.00", "CNY", 129900),
        ("￥１２．５", "CNY", 1250),
        ("12.50 CNY", "CNY", 1250),
        ("88元", "CNY", 8800),
        ("'12.50", "CNY", 1250),
        ("1299.00", "JPY", 1299),
        ("1,299", "JPY", 1299),
        ("1.299", "KWD", 1299),
        ("1,299.000", "KWD", 1299000),
        ("0", "CNY", 0),
        ("", "CNY", None),
        ("  ", "CNY", None),
    ],
)
def test_price_is_read_as_people_write_it(text: str, currency: str, amount: int | None):
    assert cell.price(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("1.299", "CNY", "two ways"),
        ("1,299", "KWD", "two ways"),
        ("12.345", "CNY", "two ways"),
        ("0.125", "CNY", "more decimals than CNY"),
        ("12.50", "JPY", "more decimals than JPY"),
        ("free", "CNY", "is not a price"),
        ("-5", "CNY", "is not a price"),
        ("1,29,999.00", "CNY", "is not a price"),
        ("1e5", "CNY", "is not a price"),
        ("9" * 100_000, "CNY", "is not a price"),
        ("9" * 30, "CNY", "out of range"),
        ("#N/A", "CNY", "is not a price"),
    ],
)
def test_price_is_never_guessed(text: str, currency: str, sentence: str):
    with pytest.raises(NotValid, match=sentence):
        cell.price(text, currency)


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "JPY", "KWD", "EUR"]))
def test_price_written_is_price_read(amount: int, currency: str):
    assert cell.price(cell.price_out(amount, currency), currency) == amount


@given(TEXTS)
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str):
    written = cell.guarded(text)

    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cell.unguarded(written) == text


@given(TEXTS.map(str.strip))
def test_no_code_begins_like_a_formula_and_none_is_lost(code: str):
    written = cell.code_out(code)

    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.code_in(written) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("'00123", "00123"),
        ("00123", "00123"),
        ('="00123"', "00123"),
        ("''00123", "'00123"),
        (" TEA-1 ", "TEA-1"),
        ("'", ""),
        ("", ""),
    ],
)
def test_apostrophe_before_a_code_is_the_spreadsheets(text: str, code: str):
    assert cell.code_in(text) == code


@pytest.mark.parametrize(
    ("code", "text"), [("00123", "'00123"), ("6901234567892", "'6901234567892"), ("7", "7")]
)
def test_code_that_a_spreadsheet_would_change_is_kept_from_it(code: str, text: str):
    assert cell.code_out(code) == text


def test_apostrophe_of_a_word_stays():
    assert cell.unguarded("'Tis the season") == "'Tis the season"
    assert cell.guarded("'Tis the season") == "'Tis the season"


@pytest.mark.parametrize(
    ("text", "number"), [("1,000", 1000), ("5.0", 5), ("-3", -3), ("'-3", -3), ("", None)]
)
def test_count_is_read_as_people_write_it(text: str, number: int | None):
    assert cell.count(text) == number


@pytest.mark.parametrize("text", ["many", "1.5", "1e999999999", "NaN", "99999999999"])
def test_count_that_is_none_is_refused(text: str):
    with pytest.raises(NotValid, match="is not a whole number"):
        cell.count(text)


def test_weight_is_in_grams():
    assert cell.weight("0,5") == 0
    assert cell.weight("453.59237") == 454
    assert cell.weight("") == 0


@pytest.mark.parametrize("text", ["-1", ".", "heavy", "1e9", "9" * 50])
def test_weight_that_is_none_is_refused(text: str):
    with pytest.raises(NotValid, match="is not a weight"):
        cell.weight(text)


def test_flag_is_yes_no_or_the_default():
    assert cell.flag("TRUE", default=False) is True
    assert cell.flag("0", default=True) is False
    assert cell.flag("", default=True) is True
    with pytest.raises(NotValid, match="neither true nor false"):
        cell.flag("perhaps", default=True)


def test_list_in_a_cell_may_hold_commas():
    assert cell.words("red, blue\\, dark, ,red") == ["red", "blue, dark"]
