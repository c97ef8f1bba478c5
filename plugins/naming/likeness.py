"""Likeness: two names that look the same are the same name, whatever letters they are made of.

NFKC makes one form of each letter, the table below one letter of those that look alike across Latin, Cyrillic, Greek
and digits (the part of Unicode's confusables that people can type; the whole list is 6,000 pairs, most of them of
scripts that nobody would mix into a name by mistake). Accents, marks, space and punctuation are not looked at.
"""

import unicodedata

# What each Latin letter is taken for: Cyrillic, Greek, and other letters that look like it. Read after case folding.
_LOOKS = {
    "a": "аαɑ", "b": "Ььвβ", "c": "сϲᴄ", "d": "ԁ", "e": "еєε℮ɛ", "f": "ƒ", "g": "ɡց", "h": "һнհ", "i": "іιıɩ1lӏ|",
    "j": "јϳ", "k": "кκӄ", "m": "мʍ", "n": "пηո", "o": "оοσ0օөѳ", "p": "рρ", "q": "ԛգ", "r": "гʀ", "s": "ѕꜱ5",
    "t": "тτ", "u": "υսцʋ", "v": "νѵ", "w": "ԝω", "x": "хχ", "y": "уγүყ", "z": "ᴢ2", "ae": "æ", "oe": "œ", "ss": "ß",
}  # fmt: skip
_LATIN = {ord(look): letter for letter, looks in _LOOKS.items() for look in looks}


def tidied(text: str) -> str:
    """The proposal as it is shown: NFKC, one space between words, nothing invisible."""
    seen = (letter for letter in unicodedata.normalize("NFKC", text) if _is_seen(letter))
    return " ".join("".join(seen).split())


def skeleton(text: str) -> str:
    """What a name is compared by; empty when nothing of it can be seen."""
    folded = unicodedata.normalize("NFKD", tidied(text)).casefold().translate(_LATIN)
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LNS")


def mixes_scripts(text: str) -> bool:
    """Whether one word is written in letters of several alphabets, as a forgery is."""
    return any(
        len({_script(letter) for letter in word if letter.isalpha()} - {""}) > 1 for word in text.split()
    )


def _is_seen(letter: str) -> bool:
    """Spaces stay; controls, directions, joiners and unassigned or private letters go."""
    return letter.isspace() or unicodedata.category(letter)[0] != "C"


def _script(letter: str) -> str:
    """Latin, Cyrillic or Greek; Chinese, Japanese and others mix with Latin by right."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK") else ""
