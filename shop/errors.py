"""Refused: a rule said no, in words for the person who asked."""

from typing import Any


class Refused(Exception):
    """A rule said no; the message is shown to the person. `status` is the answer's HTTP status."""

    status = 409

    def __init__(self, message: Any, *, status: int | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return str(self.message)


class NotValid(Refused):
    """What was sent does not make sense (422)."""

    status = 422


class Forbidden(Refused):
    """This person may not do this (403)."""

    status = 403


class TooLarge(Refused):
    """What was sent is larger than allowed (413)."""

    status = 413


class SoldOut(Refused):
    """A limited thing has less left than was asked for; `left` is what there is."""

    def __init__(self, message: Any, *, left: int) -> None:
        super().__init__(message)
        self.left = left
