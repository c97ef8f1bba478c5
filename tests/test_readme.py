"""The README is true: its commands exist, its links lead somewhere, its plugin works."""

import re
import sys
from pathlib import Path

import pytest

from shop import plugins
from shop.hooks import door
from shop.switches import switch
from tests.support import apps, goods

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def test_every_file_that_it_names_is_there():
    named = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_command_that_it_names_is_there(app):
    named = re.search(r"`shop (serve[^`]+)`", README)[1].split(" | ")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))

    assert [name for name in named if name not in app.cli.commands] == []
    assert set(re.findall(r"make (\w+)", README)) - targets == set()


@pytest.fixture
def with_chat(tmp_path, monkeypatch, database_url):
    """A shop where the README's plugin lies beside the bundled ones."""
    for path, code in re.findall(r"```python\n# (plugins/chat/\w+\.py)\n(.*?)```", README, re.S):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code)
    monkeypatch.setattr(
        sys.modules["plugins"], "__path__", [str(ROOT / "plugins"), str(tmp_path / "plugins")]
    )
    found = {**plugins.candidates(), "chat": ("bundled", "plugins.chat")}
    monkeypatch.setattr(plugins, "candidates", lambda: found)
    app = apps.make(database_url, tmp_path)
    with app.app_context():
        yield app
    apps.put_away(app)
    for name in [name for name in sys.modules if name.startswith("plugins.chat")]:
        del sys.modules[name]


def test_its_plugin_works(with_chat):
    owner = goods.person()
    community = goods.community(owner)
    switch(community.id, "chat", True, None)
    client = goods.signed_in(with_chat.test_client(), owner)
    settings = f"/c/{community.slug}/manage/apps/chat"
    assert "Address of the chat" in client.get(settings).text
    assert client.post(settings, data={"address": "javascript:alert(1)"}).status_code == 422
    assert client.post(settings, data={"address": "https://chat.example/tea"}).status_code == 303

    asked = door().asked_in(community.id)
    answers = door().ask_all("nav_items", asked, area="community", subject=community, viewer=None)

    assert door().plugins["chat"].error is None
    assert [item.url for name, items in answers if name == "chat" for item in items] == [
        "https://chat.example/tea"
    ]
    assert "https://chat.example/tea" in client.get(f"/c/{community.slug}/about").text


def test_its_plugin_is_about_twenty_lines():
    code = re.findall(r"```python\n# plugins/chat/\w+\.py\n(.*?)```", README, re.S)

    assert sum(bool(line.strip()) for text in code for line in text.splitlines()) <= 20
