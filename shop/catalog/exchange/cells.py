"""One cell of a spreadsheet: numbers as people write them, and text that no spreadsheet takes for a formula."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext as _

from shop.errors import NotValid
from shop.money import parse, precision, to_decimal

# What a spreadsheet may run: =SUM(…), +1, -1, @SUM(…), also after blanks, a tab or a line break, and full-width.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
# What a spreadsheet shortens or rounds: leading noughts, long digits, 1E5.
_MANGLED = re.compile(r"0\d|\d{12}|\d+[eE]\d")
# A number as our own columns write it, which a spreadsheet may add up.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,10})(?:\.\d{1,4})?")
_SPOILT = re.compile(r"0\d+|\d{12,}|\d+[eE]\d+")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([,.' ])\d{3})(?:\1\d{3})*")
_SIGNS = re.compile(r"^(?:[¥￥$€£]|[A-Z]{3}(?=[\s\d]))\s*|\s*(?:[¥￥$€£元]|[A-Z]{3})$")
_WHOLE = re.compile(r"-?\d{1,12}(?:\.0+)?")
_MEASURE = re.compile(r"(?=.*\d)\d{0,12}\.?\d{0,12}")
_DIGITS = re.compile(r"[\d.,' ]+")

YES = frozenset(("true", "1", "yes", "y", "是"))
NO = frozenset(("false", "0", "no", "n", "否"))
LARGEST_COUNT = 1_000_000_000


def guarded(text: str) -> str:
    """Text that a spreadsheet shows and never runs: an apostrophe stands before what looks like a formula."""
    return "'" + text if _FORMULA.match(text) else text


def text_out(text: str) -> str:
    """A text for a spreadsheet: nothing in it is run, no phone number loses its noughts, an amount stays a number."""
    return (
        "'" + text
        if (_FORMULA.match(text) and not _NUMBER.fullmatch(text)) or _SPOILT.fullmatch(text)
        else text
    )


def unguarded(text: str) -> str:
    """Text without the one apostrophe that `guarded` (or WooCommerce) put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def code_out(code: str) -> str:
    """A SKU or barcode for a spreadsheet, which would otherwise make 123 of 00123; Shopify writes them so too."""
    return "'" + code if code.startswith("'") or _FORMULA.match(code) or _MANGLED.match(code) else code


def code_in(text: str) -> str:
    """A SKU or barcode without the apostrophe, or the `="…"`, that kept a spreadsheet's hands off it."""
    code = text.strip()
    if code.startswith("'"):
        return code[1:]
    return code[2:-1] if code.startswith('="') and code.endswith('"') and len(code) > 3 else code


def is_shortened(code: str) -> bool:
    """Whether a spreadsheet has replaced a long number by something like 5.90123E+12."""
    return bool(_SHORTENED.fullmatch(code))


def flag(text: str, default: bool) -> bool:
    """Yes or no; an empty cell is the default. Raises NotValid with a sentence."""
    word = unguarded(text.strip()).lower()
    if not word:
        return default
    if word not in YES and word not in NO:
        raise NotValid(_("“%(text)s” is neither true nor false.", text=shown(text)))
    return word in YES


def words(text: str) -> list[str]:
    """The parts of a comma list, each once, in order; `\\,` is a comma inside a part."""
    parts = (part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", text))
    return list(dict.fromkeys(part for part in parts if part))


def joined(parts: Iterable[str]) -> str:
    """A comma list that `words` reads as the same parts."""
    return ", ".join(part.replace(",", "\\,") + (" " if part.endswith("\\") else "") for part in parts)


def count(text: str) -> int | None:
    """A whole number such as `1,000`, `5.0` or `-3`; None for an empty cell. Raises NotValid with a sentence."""
    plain = _bare(text).replace(",", "").replace(" ", "")
    if not plain:
        return None
    if not _WHOLE.fullmatch(plain) or abs(int(Decimal(plain))) > LARGEST_COUNT:
        raise NotValid(_("“%(text)s” is not a whole number.", text=shown(text)))
    return int(Decimal(plain))


def weight(text: str, grams_each: Decimal = Decimal(1)) -> int:
    """A weight in grams; an empty cell weighs nothing. Raises NotValid with a sentence."""
    plain = _bare(text).replace(",", ".") or "0"
    if not _MEASURE.fullmatch(plain) or Decimal(plain) * grams_each > LARGEST_COUNT:
        raise NotValid(_("“%(text)s” is not a weight.", text=shown(text)))
    return int((Decimal(plain) * grams_each).to_integral_value())


def price(text: str, currency: str) -> int | None:
    """Minor units from `1299`, `1,299.00`, `1.299,00`, `1 299,00` or `¥12.5`; None for an empty cell.

    Where two readings are possible nothing is guessed: NotValid, with a sentence that says how to write it.
    """
    bare = _SIGNS.sub("", unicodedata.normalize("NFKC", _bare(text)).replace("’", "'").strip())
    if not bare:
        return None
    if len(bare) > 40 or not _DIGITS.fullmatch(bare):
        raise NotValid(_("“%(text)s” is not a price. Write it like 12.50.", text=shown(text)))
    return parse(_with_point(bare, currency, text), currency)


def price_out(amount: int | None, currency: str) -> str:
    """An amount in major units with a decimal point, as Shopify writes it; nothing for None."""
    return "" if amount is None else f"{to_decimal(amount, currency):f}"


def shown(text: str) -> str:
    """A cell's text, short enough for a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"


def _bare(text: str) -> str:
    """A number's cell without blanks, and without the apostrophe that makes it a text for a spreadsheet."""
    return text.strip().removeprefix("'").strip()


def _with_point(number: str, currency: str, text: str) -> str:
    """The number without separators of thousands and with a point before its decimals."""
    last = max(number.rfind(","), number.rfind("."))
    whole, mark, decimals = (
        (number[:last], number[last], number[last + 1 :]) if last >= 0 else (number, "", "")
    )
    if not mark:
        return _without_thousands(whole, text)
    if len(decimals) == 3 and _THOUSANDS.fullmatch(number):
        # 1,299 is a thousand and more, unless the currency has three decimals; 1.299 may be either.
        if number.count(mark) == 1 and (precision(currency) == 3) == (mark == ","):
            raise NotValid(
                _(
                    "“%(text)s” can be read in two ways. Write it with a point before the decimals, like 1299.00.",
                    text=shown(text),
                )
            )
        if number.count(mark) > 1 or mark == ",":
            return number.replace(mark, "")
    if mark in whole or not decimals.isdigit():
        raise NotValid(_("“%(text)s” is not a price. Write it like 12.50.", text=shown(text)))
    kept = decimals.rstrip("0") if len(decimals) > precision(currency) else decimals
    return f"{_without_thousands(whole, text) or '0'}.{kept or '0'}"


def _without_thousands(whole: str, text: str) -> str:
    if whole.isdigit() or not whole:
        return whole
    if not _THOUSANDS.fullmatch(whole):
        raise NotValid(_("“%(text)s” is not a price. Write it like 12.50.", text=shown(text)))
    return re.sub(r"\D", "", whole)
