"""What looks the same is the same, whatever letters it is made of."""

import pytest

from plugins.naming.likeness import mixes_scripts, skeleton, tidied


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Moon Cup", "moon  cup"),
        ("Moon Cup", "MOON-CUP!"),
        ("Moon", "Mооn"),  # two Cyrillic letters
        ("Moon", "M00n"),
        ("Moon", "Ｍｏｏｎ"),  # full width
        ("Moon", "Mo\u200bon"),  # a zero-width space
        ("Moon", "\u202eMoon"),  # a change of direction
        ("Café", "Cafe"),
        ("Café", "Cafe\u0301"),
        ("Alto", "Αlto"),  # a Greek capital
        ("lily", "Iily"),
        ("听水", "听 水。"),
        ("ﬁne", "fine"),
    ],
)
def test_these_are_one_name(one, other):
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("Moon", "Noon"), ("听水", "听泉"), ("阿满", "小满"), ("Pip", "Pop")]
)
def test_these_are_two(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b\u2060", "!!! …", "\u202e"])
def test_nothing_to_be_seen_is_no_name(nothing):
    assert skeleton(nothing) == ""


def test_a_name_is_shown_tidied():
    assert tidied("  Moon\u200b \t\n Cup\u0007 ") == "Moon Cup"


def test_a_word_of_two_alphabets_is_a_forgery_and_a_name_of_two_words_is_not():
    assert mixes_scripts("Pаris")  # a Cyrillic а
    assert not mixes_scripts("Paris Москва")
    assert not mixes_scripts("0xPIG 茶")
