"""The shop on a real port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import make_server


@dataclass(frozen=True)
class LiveServer:
    """A running shop and where it is."""

    app: Flask
    url: str


@contextmanager
def serving(app: Flask) -> Iterator[LiveServer]:
    """Serve `app` on a free loopback port, with forms guarded as in production."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app.config.update(BASE_URL=url, WTF_CSRF_ENABLED=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="live server")
    thread.start()
    try:
        yield LiveServer(app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
