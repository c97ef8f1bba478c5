"""Secrets of plugins: sealed in the database, masked everywhere, opened by the present and by former keys."""

import json

import pytest
import structlog
from sqlalchemy import text
from wtforms import Form, PasswordField, StringField

from shop import settings, vault
from shop.admin import actions
from shop.hooks import door
from shop.logs import _without_secrets
from shop.settings import Secret
from tests.support import goods
from tests.support.people import sign_in

pytestmark = pytest.mark.both_engines
KEY = "sk_live_nobody_may_read_this"


class SiteForm(Form):
    """Settings of the plugin of these tests."""

    name = StringField("Name")
    key = PasswordField("Key")


@pytest.fixture
def operator(app, db, client):
    """The mall asks for a key on its page; the operator has typed one."""
    manifest = door(app).plugins["mall"].manifest
    object.__setattr__(manifest, "settings", f"{__name__}:SiteForm")
    sign_in(client, goods.person("Op", is_operator=True))
    answer = client.post("/admin/plugins/mall/settings", data={"name": "Shop", "key": KEY})
    assert answer.status_code == 303
    yield client
    object.__setattr__(manifest, "settings", None)


def test_a_secret_is_sealed_in_the_database_and_read_by_its_plugin_alone(db, operator):
    kept = str(db.session.scalar(text("SELECT settings FROM plugin_site")))

    assert KEY not in kept
    assert "sealed:" in kept
    assert settings.site("mall").key == KEY
    assert settings.site("mall").name == "Shop"
    assert KEY not in operator.get("/admin/plugins/mall").text
    assert "sealed:" not in operator.get("/admin/plugins/mall").text
    assert KEY not in operator.get("/me/data.json").text

    operator.post("/admin/plugins/mall/settings", data={"name": "Other", "key": ""})
    db.session.rollback()
    assert (settings.site("mall").key, settings.site("mall").name) == (KEY, "Other")


def test_a_key_of_before_opens_what_it_sealed_until_all_is_sealed_anew(app, db, operator):
    app.config["SECRET_KEY_FALLBACKS"], app.config["SECRET_KEY"] = (
        [app.config["SECRET_KEY"]],
        "a new key " * 5,
    )
    assert settings.site("mall").key == KEY

    told = app.test_cli_runner().invoke(args=["plugins", "reseal"]).output

    assert told == "1 sealed anew.\n"
    app.config["SECRET_KEY_FALLBACKS"] = []
    db.session.rollback()
    assert settings.site("mall").key == KEY


def test_without_the_key_a_secret_is_nothing_and_the_operator_is_told(app, db, operator):
    app.config["SECRET_KEY"] = "a new key " * 5

    assert settings.site("mall").key == ""
    assert settings.unreadable("mall") == ["key"]
    told = app.test_cli_runner().invoke(args=["plugins", "check", "mall"]).output
    assert "secrets that no key opens: key" in told
    told = app.test_cli_runner().invoke(args=["plugins", "reseal"])
    assert told.exit_code == 1


def test_what_was_kept_before_there_was_a_vault_is_still_read(db, operator):
    actions.keep_site_settings("mall", {"key": "plain"}, None)
    db.session.flush()

    assert settings.site("mall").key == "plain"


def test_a_secret_never_stands_in_a_log():
    told = _without_secrets(None, "info", {"event": "x", "key": Secret(KEY), "all": [{"one": Secret(KEY)}]})

    assert KEY not in json.dumps(told)
    assert f"{Secret(KEY)!r}" == "Secret(…)"
    assert structlog.get_config()["processors"][1] is _without_secrets


def test_two_secrets_alike_do_not_look_alike(app, db):
    assert vault.seal("a") != vault.seal("a")
