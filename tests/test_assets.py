"""What the browser gets: one style file, one script, and addresses that change with the file."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import assets


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins" / "soup" / "static"
    folder.mkdir(parents=True)
    (folder / "soup.css").write_text("/* hot */\n@layer components {\n  .soup { color: red; }\n}\n")
    (folder / "soup.js").write_text("const hot = 1;\n")
    (folder / "bowl.svg").write_text("<svg/>")
    return folder


def shop_with(*folders: Path, debug: bool = False) -> Flask:
    app = Flask("shop", static_folder=None)
    app.debug = debug
    assets.install(app, folders)
    return app


def url(app: Flask, name: str) -> str:
    return str(app.jinja_env.globals["asset_url"](name))


def client_of(app: Flask) -> FlaskClient:
    return app.test_client()


def test_layers_are_named_before_any_is_used() -> None:
    app = shop_with()

    css = client_of(app).get(url(app, "app.css")).text

    assert css.startswith("@layer reset, tokens, base, layout, components, utilities;")


def test_a_hashed_address_is_kept_forever_and_squeezed() -> None:
    app = shop_with()

    answer = client_of(app).get(url(app, "app.css"), headers={"Accept-Encoding": "gzip"})

    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == client_of(app).get(url(app, "app.css")).data


def test_a_browser_that_has_the_file_is_told_so() -> None:
    app = shop_with()
    first = client_of(app).get(url(app, "icons.svg"))

    again = client_of(app).get(url(app, "icons.svg"), headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_an_old_page_gets_the_new_file() -> None:
    app = shop_with()

    answer = client_of(app).get("/assets/app.0123456789.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_a_file_that_is_not_there_is_not_found() -> None:
    app = shop_with()

    assert client_of(app).get("/assets/css/layers.css").status_code == 404
    assert client_of(app).get("/assets/../shop/config.py").status_code == 404


def test_a_plugin_adds_its_style_and_script_to_the_common_files(plugin: Path) -> None:
    app = shop_with(plugin, plugin.parent / "nothing")

    css = client_of(app).get(url(app, "app.css")).text
    js = client_of(app).get(url(app, "app.js")).text

    assert css.endswith("@layer components {\n.soup { color: red; }\n}\n")
    assert js.endswith("{\nconst hot = 1;\n}\n")
    assert client_of(app).get(url(app, "soup/bowl.svg")).text == "<svg/>"


def test_a_change_is_seen_while_developing(plugin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "LOOK_EVERY", 0)
    app = shop_with(plugin, debug=True)
    before = url(app, "app.css")

    (plugin / "soup.css").write_text(".soup { color: green; }")
    (plugin / "more.svg").write_text("<svg/>")

    assert url(app, "app.css") != before


def test_style_and_script_stay_light() -> None:
    app = shop_with()
    browser = client_of(app)
    squeezed = {"Accept-Encoding": "gzip"}

    names = ("app.css", "app.js", "icons.svg")
    sizes = {name: len(browser.get(url(app, name), headers=squeezed).data) for name in names}

    assert sizes["app.css"] <= 14_000
    assert sizes["app.js"] <= 8_000
    assert sizes["icons.svg"] <= 4_000
