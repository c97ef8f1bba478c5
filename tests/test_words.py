"""Every word that people read can be read in every language: extracted, translated, and the same word everywhere."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from tools import messages

ROOT = Path(__file__).resolve().parent.parent
OWNERS = messages.owners()
EACH = [(name, language) for name in OWNERS for language in messages.LANGUAGES]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")


@pytest.mark.parametrize(("owner", "language"), EACH)
def test_every_sentence_is_translated(owner: str, language: str):
    catalogue = catalogue_of(owner, language)

    untold = [
        message.id
        for message in messages.extracted(OWNERS[owner][1])
        if message.id and not is_told(catalogue.get(singular(message), message.context))
    ]

    assert untold == [], "run `make messages`, then translate what is empty"


@pytest.mark.parametrize(("owner", "language"), EACH)
def test_no_translation_is_left_that_nobody_says(owner: str, language: str):
    said = {(m.context, singular(m)) for m in messages.extracted(OWNERS[owner][1])}

    left = [m.id for m in catalogue_of(owner, language) if m.id and (m.context, singular(m)) not in said]

    assert left == [], "run `make messages`"


@pytest.mark.parametrize(("owner", "language"), EACH)
def test_translations_keep_their_placeholders(owner: str, language: str):
    lost = [
        (message.id, text)
        for message in catalogue_of(owner, language)
        if message.id
        for text in texts(message.string)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(texts(message.id)[-1]))
    ]

    assert lost == []


@pytest.mark.parametrize(("owner", "language"), EACH)
def test_catalogue_can_be_compiled(owner: str, language: str):
    """`make serve` begins with it, and stops at the first sentence that babel finds wrong."""
    catalogue = catalogue_of(owner, language)
    wrong = {message.id: [str(error) for error in message.check(catalogue)] for message in catalogue}

    assert {sentence: errors for sentence, errors in wrong.items() if errors} == {}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_one_word_is_one_word_in_all_catalogues(language: str):
    """The catalogues are joined: two translations of one msgid would hide each other."""
    said = defaultdict(set)
    for owner in OWNERS:
        for message in catalogue_of(owner, language):
            if message.id:
                said[message.context, singular(message)].add(texts(message.string))

    assert {word: forms for word, forms in said.items() if len(forms) > 1} == {}


def test_chinese_says_you_as_among_friends():
    formal = [m.id for owner in OWNERS for m in catalogue_of(owner, "zh_Hans_CN") if "您" in str(m.string)]

    assert formal == []


def test_catalogues_are_joined_and_count_as_their_language_does(app: Flask):
    with app.test_request_context("/"):
        with force_locale("zh_Hans_CN"):
            assert gettext("This group") == "本群"
            assert gettext("Add to cart") == "加入购物车"  # the mall's own
            assert ngettext("%(num)s member", "%(num)s members", 1) == "1 位成员"
            assert ngettext("%(num)s member", "%(num)s members", 5) == "5 位成员"
        with force_locale("en"):
            assert ngettext("%(num)s member", "%(num)s members", 1) == "1 member"
            assert ngettext("%(num)s member", "%(num)s members", 5) == "5 members"


def catalogue_of(owner: str, language: str) -> Catalog:
    """The catalogue as it is kept in the tree."""
    return messages.read(OWNERS[owner][0] / language / "LC_MESSAGES" / "messages.po", language)


def singular(message: Message) -> str:
    """What a message is called: of a plural, its first form."""
    return texts(message.id)[0]


def texts(said: object) -> tuple[str, ...]:
    """Every form of a message or of its translation."""
    return tuple(said) if isinstance(said, tuple | list) else (str(said),)


def is_told(message: Message | None) -> bool:
    """Whether a translation is there, whole, and looked at by a person."""
    return message is not None and not message.fuzzy and all(texts(message.string))
