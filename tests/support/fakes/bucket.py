"""A bucket: as much of S3 as it takes to keep, find and forget files."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit


@contextmanager
def bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Its address, and what lies in it; whoever does not sign is sent away."""
    kept: dict[str, bytes] = {}

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if self._signed():
                kept[self.path] = content
                self._answer(200, etag=content)

        def do_GET(self) -> None:
            if self._signed():
                found = kept.get(self.path)
                self._answer(404 if found is None else 200, found or b"", found)

        do_HEAD = do_GET

        def do_POST(self) -> None:
            """Several are forgotten at once."""
            named = re.findall(rb"<Key>([^<]+)</Key>", self.rfile.read(int(self.headers["Content-Length"])))
            if self._signed():
                gone = [b"<Deleted><Key>%s</Key></Deleted>" % key for key in named]
                for key in named:
                    kept.pop(f"{urlsplit(self.path).path.rstrip('/')}/{key.decode()}", None)
                self._answer(200, b"<DeleteResult>%s</DeleteResult>" % b"".join(gone))

        def _signed(self) -> bool:
            is_signed = self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=us/")
            if not is_signed:
                self._answer(403)
            return is_signed

        def _answer(self, status: int, body: bytes = b"", etag: bytes | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", "Mon, 23 Nov 2026 07:00:00 GMT")
            if etag is not None:
                self.send_header("ETag", f'"{hashlib.md5(etag).hexdigest()}"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="bucket")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
