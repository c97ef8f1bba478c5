"""Answers: what a hook may return, read from its own signature and checked down to each element and field."""

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

C = TypeVar("C", bound=type)
Fits = Callable[[Any], bool]


class Words:
    """The mark of a field that holds words: text, or a lazy translation that is turned into text at once."""


def answer_of(function: Callable[..., Any]) -> Fits:
    """The check of a hook's answer, from what its signature says it returns."""
    return _fits(typing.get_type_hints(function).get("return", Any))


def checked(kind: C) -> C:
    """A dataclass that refuses a field of the wrong type when it is made, inside the plugin that makes it."""
    prepared: list[tuple[str, Any, Fits | None]] = []

    def settle(self: Any) -> None:
        if not prepared:
            hints = typing.get_type_hints(type(self), include_extras=True)
            prepared.extend((f.name, hints[f.name], _words_or_fits(hints[f.name])) for f in fields(self))
        for name, hint, fits in prepared:
            value = getattr(self, name)
            if fits is None:
                if type(value) is not str:
                    object.__setattr__(self, name, _as_words(kind, name, value))
            elif not fits(value):
                raise TypeError(f"{kind.__name__}.{name} is {value!r}, not {hint}")

    kind.__post_init__ = settle  # type: ignore[attr-defined]
    return kind


def _words_or_fits(hint: Any) -> Fits | None:
    if typing.get_origin(hint) is typing.Annotated:
        return None if Words in typing.get_args(hint) else _fits(typing.get_args(hint)[0])
    return _fits(hint)


def _as_words(kind: type, name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if hasattr(value, "_func") or hasattr(value, "__html__"):  # a lazy translation
        return str(value)
    raise TypeError(f"{kind.__name__}.{name} is {value!r}, not words")


def _fits(hint: Any) -> Fits:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return lambda value: True
    if hint is None or hint is type(None):
        return lambda value: value is None
    if hint is int:
        return lambda value: type(value) is int  # True is no amount
    if origin in (typing.Union, types.UnionType):
        choices = [_fits(one) for one in inner]
        return lambda value: any(fits(value) for fits in choices)
    if origin is tuple and len(inner) == 2 and inner[1] is ...:
        each = _fits(inner[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    if origin is tuple:
        parts = [_fits(one) for one in inner]
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(parts)
            and all(fits(one) for fits, one in zip(parts, value, strict=True))
        )
    if origin is list or origin is Sequence:
        element = _fits(inner[0])
        return lambda value: isinstance(value, list) and all(map(element, value))
    if origin in (dict, Mapping):
        key, entry = _fits(inner[0]), _fits(inner[1])
        return lambda value: isinstance(value, dict) and all(key(k) and entry(v) for k, v in value.items())
    return lambda value: isinstance(value, origin or hint)
