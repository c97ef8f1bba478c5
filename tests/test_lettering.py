"""Words on a picture stay inside it, whatever they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.lettering import balanced, fitting_size, font, shown, width_of, wrapped


def test_latin_breaks_between_words_and_chinese_before_no_comma() -> None:
    assert wrapped("Slow bread needs a whole day", 30, 200, 9) == ["Slow bread", "needs a", "whole day"]
    assert wrapped("清明前三天手工采摘，豆香清爽", 30, 270, 9) == ["清明前三天手工采", "摘，豆香清爽"]


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert wrapped("Slow bread needs a whole day", 30, 200, 2) == ["Slow bread", "needs a wh..."]
    assert wrapped("清明前三天手工采摘，豆香清爽", 30, 180, 1) == ["清明前三天…"]


def test_no_character_stands_alone_when_lines_are_balanced() -> None:
    assert wrapped("明前龙井狮峰老茶树头采罐装", 38, 465, 2) == ["明前龙井狮峰老茶树头采罐", "装"]
    assert balanced("明前龙井狮峰老茶树头采罐装", 38, 465, 2) == ["明前龙井狮峰老", "茶树头采罐装"]


def test_what_the_font_cannot_draw_is_left_out() -> None:
    assert shown("Tea 🍵\u200d for\x00 two\n茶") == "Tea for two 茶"


def test_chinese_letters_are_drawn_and_differ() -> None:
    assert (
        bytes(font(40).getmask("茶"))
        != bytes(font(40).getmask("荼"))
        != bytes(font(40).getmask("\U0010fffd"))
    )


def test_price_is_made_smaller_until_it_fits() -> None:
    size = fitting_size("CN¥1,234,567,890.00", 62, 30, 420)

    assert size < 62
    assert width_of("CN¥1,234,567,890.00", size) <= 420


@settings(max_examples=60, deadline=None)
@given(words=st.text(max_size=120), width=st.integers(80, 640), most=st.integers(1, 3), bold=st.booleans())
def test_no_line_is_ever_wider_than_its_place(words: str, width: int, most: int, bold: bool) -> None:
    for lines in (wrapped(words, 38, width, most, bold=bold), balanced(words, 38, width, most, bold=bold)):
        assert len(lines) <= most
        assert all(width_of(line, 38, bold=bold) <= width for line in lines)


@pytest.mark.parametrize("words", ["", " ", "\n", "🍵"])
def test_nothing_to_write_is_no_line(words: str) -> None:
    assert wrapped(words, 30, 200, 2) == []
