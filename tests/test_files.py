"""A file keeps its content under its key, and only public ones can be asked for."""

import os
from pathlib import Path

import pytest
from flask import Flask

from shop import files_views
from shop.files import LocalFiles, files, init_app, is_key


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = Flask(__name__)
    app.config["INSTANCE"] = str(tmp_path)
    init_app(app)
    app.register_blueprint(files_views.bp)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


def test_what_was_put_can_be_got_until_it_is_deleted(folder: LocalFiles) -> None:
    key = folder.put(b"dumpling", folder="pictures", ending="webp")

    assert folder.get(key) == b"dumpling"
    with folder.open(key) as stream:
        assert stream.read() == b"dumpling"

    folder.delete(key)
    folder.delete(key)

    assert not folder.exists(key)
    with pytest.raises(FileNotFoundError):
        folder.get(key)


def test_same_public_bytes_are_kept_once(folder: LocalFiles) -> None:
    first = folder.put(b"dumpling", folder="pictures", ending="webp")
    second = folder.put(b"dumpling", folder="pictures", ending="webp")
    other = folder.put(b"noodle", folder="pictures", ending="webp")

    assert first == second == "pictures/32/32e382dfb93f0f3f26f7cfb94cd1c86a2c1ad2c3.webp"
    assert other != first


def test_private_file_cannot_be_guessed_from_its_content(folder: LocalFiles) -> None:
    first = folder.put(b"a;b", folder="imports", ending="csv")
    second = folder.put(b"a;b", folder="imports", ending="csv")

    assert first != second
    assert folder.get(first) == folder.get(second) == b"a;b"


def test_full_disk_leaves_nothing_half_done(folder: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        folder.put(b"dumpling", folder="pictures", ending="webp")

    assert [path for path in folder.root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "pictures",
        "pictures/../../secret_key",
        "../secret_key",
        "/etc/passwd",
        "pictures/ab/../../../x.webp",
        "pictures/ab/" + "a" * 39 + ".webp",
        "pictures/ab/" + "A" * 40 + ".webp",
        "pictures/ab/" + "a" * 40 + ".webp\n",
        "pictures/ab/" + "a" * 40 + ".webp\x00",
        "pictures/ab/" + "a" * 40,
        "elsewhere/ab/" + "a" * 40 + ".webp",
        "pictures\\ab\\" + "a" * 40 + ".webp",
    ],
)
def test_key_has_one_form_and_leads_nowhere_else(folder: LocalFiles, key: str) -> None:
    assert not is_key(key)
    with pytest.raises(FileNotFoundError):
        folder.get(key)


def test_public_file_is_served_for_ever_and_cannot_act(app: Flask) -> None:
    with app.app_context():
        key = files.put(b"RIFF....WEBP", folder="pictures", ending="webp")
        address = files.url(key)

    answer = app.test_client().get(address)

    assert (answer.status_code, answer.data) == (200, b"RIFF....WEBP")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_browser_that_has_the_file_gets_no_bytes(app: Flask) -> None:
    with app.app_context():
        address = files.url(files.put(b"RIFF....WEBP", folder="pictures", ending="webp"))
    first = app.test_client().get(address)

    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("folder", "ending"), [("imports", "csv"), ("imports", "webp"), ("pictures", "html")]
)
def test_private_folders_and_unknown_types_are_not_served(app: Flask, folder: str, ending: str) -> None:
    with app.app_context():
        address = files.url(files.put(b"x", folder=folder, ending=ending))

    assert app.test_client().get(address).status_code == 404


@pytest.mark.parametrize(
    "path", ["x.webp", "../secret_key", "%2e%2e/secret_key", "pictures/aa/" + "a" * 40 + ".webp"]
)
def test_missing_file_is_not_found(app: Flask, path: str) -> None:
    assert app.test_client().get("/files/" + path).status_code == 404
