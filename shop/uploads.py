"""A request that closes what was sent to it, also when reading it was given up half way."""

from functools import cached_property
from typing import IO, Any

from flask import Request


class ClosingRequest(Request):
    """Werkzeug closes the files of a form that was read; one that breaks off is left open."""

    def close(self) -> None:
        """Close every file that was begun."""
        super().close()
        for file in self._begun:
            file.close()

    @cached_property
    def _begun(self) -> list[IO[bytes]]:
        return []

    def _get_file_stream(self, *arguments: Any, **named: Any) -> IO[bytes]:
        file = super()._get_file_stream(*arguments, **named)
        self._begun.append(file)
        return file
