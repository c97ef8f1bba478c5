"""Styles, scripts and drawings: joined once at start, squeezed, and named after what they hold."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

from shop.access import public

STATIC = Path(__file__).resolve().parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"
# While developing, how many seconds may pass before a changed file is seen.
LOOK_EVERY = 0.5
SQUEEZED = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}


def install(app: Flask, extra: Sequence[Path] = (), root: Path = STATIC) -> None:
    """Serve static/ at /assets; `extra` are the static folders of plugins, each inside the plugin's own folder."""
    assets = Assets(root, extra, watch=app.debug or app.config.get("ENV") == "development")
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset_url"] = assets.url
    app.add_url_rule("/assets/<path:file>", "assets", public(lambda file: assets.serve(file)))
    app.add_url_rule("/favicon.ico", "favicon", public(lambda: assets.serve("mark.svg")))


def asset_url(name: str) -> str:
    """The address of a file, as templates ask for it."""
    assets: Assets = current_app.extensions["assets"]
    return assets.url(name)


@dataclass(frozen=True)
class Asset:
    """One file as the browser gets it."""

    name: str
    body: bytes
    squeezed: bytes | None
    type: str
    digest: str

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, name: str, body: bytes) -> Asset:
        """The file called `name`, with its print and its gzip."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind.startswith("text/") or kind.endswith(("javascript", "json")):
            kind += "; charset=utf-8"
        squeezed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in SQUEEZED else None
        return cls(name, body, squeezed, kind, hashlib.sha256(body).hexdigest()[:10])

    @property
    def path(self) -> str:
        """Where it is asked for: `app.css` as `app.<print>.css`."""
        stem, dot, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}{dot}{suffix}"


class Assets:
    """All files under static/, and what the plugins add to them."""

    def __init__(self, root: Path, extra: Sequence[Path] = (), watch: bool = False) -> None:
        self.root = root
        self.extra = [folder for folder in extra if folder.is_dir()]
        self.watch = watch
        self.read()

    def url(self, name: str) -> str:
        """The address of `app.css`, `app.js`, `icons.svg` or `<plugin>/<file>`; it changes when the file does."""
        self.look_again()
        return f"/assets/{self.files[name].path}"

    def serve(self, file: str) -> Response:
        """Give the file out; an address of yesterday gets today's file, so that an old page still works."""
        self.look_again()
        asset = self.files.get(file) or self.files.get(re.sub(r"\.[0-9a-f]{10}(\.\w+)$", r"\1", file))
        if asset is None:
            abort(404)
        squeeze = asset.squeezed is not None and bool(request.accept_encodings["gzip"])
        response = Response(asset.squeezed if squeeze else asset.body, content_type=asset.type)
        response.headers["Cache-Control"] = FOREVER if file == asset.path else "public, max-age=60"
        response.set_etag(asset.digest + ("-gz" if squeeze else ""))
        response.headers["Vary"] = "Accept-Encoding"
        if squeeze:
            response.headers["Content-Encoding"] = "gzip"
        response.make_conditional(request)
        return response

    def read(self) -> None:
        """Read everything from the disk."""
        self.seen, self.looked = self.newest(), time.monotonic()
        css = [self.root / "css" / "layers.css", *sorted((self.root / "css").glob("*.css"))]
        js = sorted((self.root / "js").glob("*.js"))
        joined = {
            "app.css": b"".join(tidy_css(path) for path in dict.fromkeys([*css, *self.from_plugins("css")])),
            "app.js": b"".join(own_scope(path) for path in [*js, *self.from_plugins("js")]),
        }
        self.files = {name: Asset.of(name, body) for name, body in joined.items()}
        for name, path in self.others():
            self.files[name] = Asset.of(name, path.read_bytes())

    def look_again(self) -> None:
        """While developing, read again when a file was changed."""
        if self.watch and time.monotonic() - self.looked >= LOOK_EVERY:
            self.looked = time.monotonic()
            if self.newest() != self.seen:
                self.read()

    def from_plugins(self, suffix: str) -> Iterator[Path]:
        """`plugins/<name>/static/<name>.css` joins the common file when it is there."""
        for folder in self.extra:
            path = folder / f"{folder.parent.name}.{suffix}"
            if path.is_file():
                yield path

    def others(self) -> Iterator[tuple[str, Path]]:
        """Drawings, and scripts that only one page loads, under their own names."""
        joined = set(self.from_plugins("css")) | set(self.from_plugins("js"))
        for folder, prefix in [
            (self.root, ""),
            *((folder, f"{folder.parent.name}/") for folder in self.extra),
        ]:
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                common = folder == self.root and name.startswith(("css/", "js/"))
                if path.is_file() and path not in joined and not common:
                    yield prefix + name, path

    def newest(self) -> tuple[int, int]:
        """How many files there are and when the last one was changed."""
        times = [path.stat().st_mtime_ns for folder in [self.root, *self.extra] for path in folder.rglob("*")]
        return len(times), max(times, default=0)


def tidy_css(path: Path) -> bytes:
    """A style file without its comments and indents."""
    return _tidied(path.read_text("utf-8"))


@lru_cache(maxsize=256)
def _tidied(text: str) -> bytes:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip()).encode()


def own_scope(path: Path) -> bytes:
    """A script in a block of its own, so that no two scripts share a name."""
    return f"{{\n{path.read_text('utf-8')}}}\n".encode()
