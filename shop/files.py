"""Files: bytes kept under a key that never changes its content, in a folder now, elsewhere behind the same door."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from flask import Flask, current_app
from werkzeug.local import LocalProxy

# What anybody with the address may see, and what leaves only through a view that checks who asks.
PUBLIC = frozenset({"pictures", "posters"})
PRIVATE = frozenset({"imports", "exports"})

# Served under this address by shop/files_views.py.
ADDRESS = "/files/"

_key = re.compile(r"(?P<folder>[a-z]+)/[0-9a-f]{2}/[0-9a-f]{40}(-[0-9]{1,5})?\.(?P<ending>[a-z0-9]{2,5})")


class Files(Protocol):
    """A place for files. What `put` returned is whole and safe on the disk, or `put` raised."""

    def put(self, content: bytes, *, folder: str, ending: str, name: str | None = None) -> str:
        """Keep bytes and return their key; `name` is only for several sizes of one picture."""

    def open(self, key: str) -> BinaryIO:
        """The file as a stream; raises FileNotFoundError."""

    def get(self, key: str) -> bytes:
        """The whole content; raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Whether the key holds a file."""

    def delete(self, key: str) -> None:
        """Forget a file; it may be gone already. The caller knows that no row names it any more."""

    def url(self, key: str) -> str:
        """Where a browser finds a public file."""


class LocalFiles:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes, *, folder: str, ending: str, name: str | None = None) -> str:
        name = name or name_for(content, folder)
        key = f"{folder}/{name[:2]}/{name}.{ending}"
        path = self._path(key)
        if path.exists():
            os.utime(path)  # a sweeper of forgotten files sees that this one is wanted again
            return key
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with unfinished.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
        _fsync_folder(path.parent)
        return key

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return is_key(key) and self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def url(self, key: str) -> str:
        return ADDRESS + key

    def _path(self, key: str) -> Path:
        """A key has one strict form, so no key leads out of the folder."""
        if not is_key(key):
            raise FileNotFoundError(key)
        return self.root / key


def name_for(content: bytes, folder: str) -> str:
    """A public file is named by its content, so the same bytes are kept once; a private one cannot be guessed."""
    return hashlib.sha256(content).hexdigest()[:40] if folder in PUBLIC else secrets.token_hex(20)


def is_key(text: str) -> bool:
    """Whether a text has the form of a key in a known folder."""
    found = _key.fullmatch(text)
    return found is not None and found["folder"] in PUBLIC | PRIVATE


def is_public(key: str) -> bool:
    """Whether anybody who knows the key may have the file."""
    return is_key(key) and key.partition("/")[0] in PUBLIC


def init_app(app: Flask, elsewhere: Files | None = None) -> None:
    """Give the app its files: in its instance's folder, or `elsewhere`."""
    app.extensions["files"] = elsewhere or LocalFiles(Path(app.config["INSTANCE"]) / "files")


files = cast(Files, LocalProxy(lambda: current_app.extensions["files"]))


def _fsync_folder(folder: Path) -> None:
    """A new name in a folder survives a power cut only when the folder itself was written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
