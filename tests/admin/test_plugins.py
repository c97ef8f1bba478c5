"""The operator's pages of plugins: how they stand, what is open, settings with secrets, another try."""

import pytest
from sqlalchemy import insert, select

from shop import settings
from shop.clock import now
from shop.hooks import door
from shop.migrating import upgrade_all
from shop.orders.models import Order
from shop.switches import PluginRest, PluginSite
from shop.testing.packages import installed, manifest
from tests.support import apps, goods
from tests.support.sales import open_stall, order_from, pay


@pytest.fixture
def operator(db, client):
    somebody = goods.person("Op", is_operator=True)
    db.session.commit()
    goods.signed_in(client, somebody)
    return somebody


def test_the_operator_sees_every_plugin(client, operator):
    page = client.get("/admin/plugins/")

    assert page.status_code == 200
    assert page.text.count("<tr>") == 1 + len(door(client.application).plugins)
    assert client.get("/admin/plugins/mall").status_code == 200


def test_nobody_else_does(client, db):
    goods.signed_in(client, goods.person("Lin"))

    assert client.get("/admin/plugins/").status_code == 404


@pytest.mark.both_engines
def test_a_plugin_with_an_open_order_cannot_be_deactivated(app, db, client, operator):
    order = order_from(open_stall())

    refused = client.post("/admin/plugins/mall/deactivation")

    assert refused.status_code == 409
    assert "1 orders" in refused.text
    order.move("cancelled")
    db.session.commit()
    assert client.post("/admin/plugins/mall/deactivation").status_code == 303
    assert "mall" not in {p.name for p in door(app).working()}
    assert client.get("/c/tea/p/1").status_code == 200


def test_a_payment_plugin_cannot_be_deactivated_while_its_money_may_have_to_go_back(
    app, db, client, operator
):
    pay(order_from(open_stall()))

    assert client.post("/admin/plugins/demopay/deactivation").status_code == 409

    order = db.session.scalars(select(Order)).one()
    for state in ("received", "completed"):
        order.move(state)
    db.session.commit()
    assert client.post("/admin/plugins/demopay/deactivation").status_code == 303


def test_a_deactivated_plugin_is_not_loaded_with_the_next_start(
    database_url, app, db, client, operator, tmp_path
):
    client.post("/admin/plugins/offlinepay/deactivation")

    again = apps.make(database_url, tmp_path)

    assert door(again).plugins["offlinepay"].state == "listed"
    assert "offlinepay" not in door(again).methods
    apps.put_away(again)


def test_a_plugin_that_rests_is_tried_again_by_a_click(db, client, operator):
    db.session.execute(insert(PluginRest).values(name="mall", why="5 failures within 5 minutes", at=now()))
    db.session.commit()
    assert "Try it again" in client.get("/admin/plugins/mall").text

    client.post("/admin/plugins/mall/trial")

    row = db.session.scalars(select(PluginRest)).one()
    assert row.ended_by_id == operator.id


SETTINGS = """
    from dataclasses import dataclass, field
    from typing import Literal
    from shop.settings import Secret

    @dataclass(frozen=True)
    class Site:
        words: str = field(default="hello", metadata={"label": "Words", "most": 10})
        most: int = field(default=3, metadata={"label": "Most", "least": 1, "most": 9})
        is_loud: bool = field(default=False, metadata={"label": "Loud"})
        side: Literal["left", "right"] = field(default="left", metadata={"label": "Side"})
        key: Secret = field(default=Secret(), metadata={"label": "Key"})
"""


def test_settings_are_declared_once_and_a_secret_is_never_shown_again(database_url, app, db, tmp_path):
    operator = goods.person("Op", is_operator=True)
    db.session.commit()
    files = {
        "__init__.py": manifest("setting", level="'site'", settings="'try_setting.schema:Site'"),
        "schema.py": SETTINGS,
    }
    with installed(tmp_path, setting=files):
        again = apps.make(database_url, tmp_path)
    client = goods.signed_in(again.test_client(), operator)
    db.session.commit()
    with again.app_context():
        assert settings.site("setting").most == 3

    wrong = client.post("/admin/plugins/setting/settings", data={"words": "a", "most": "10", "side": "left"})
    sent = {"words": "hi", "most": "5", "is_loud": "y", "side": "right", "key": "sk-very-secret"}
    assert client.post("/admin/plugins/setting/settings", data=sent).status_code == 303
    client.post("/admin/plugins/setting/settings", data=sent | {"key": "", "words": "again"})

    assert wrong.status_code == 422
    assert "sk-very-secret" not in client.get("/admin/plugins/setting").text
    with again.app_context():
        kept = settings.site("setting")
        assert (kept.words, kept.most, kept.is_loud, kept.side, str(kept.key)) == (
            "again",
            5,
            True,
            "right",
            "sk-very-secret",
        )
        assert "sk-very" not in repr(kept)
    apps.put_away(again)


def test_the_commands_tell_how_plugins_stand(app, cli_runner):
    assert "mall" in cli_runner.invoke(args=["plugins", "list"]).output
    assert "mall: active" in cli_runner.invoke(args=["plugins", "status", "mall"]).output
    assert cli_runner.invoke(args=["plugins", "check", "mall"]).output == "mall: good\n"
    assert cli_runner.invoke(args=["plugins", "upgrade"]).output == "Everything is up to date.\n"
    assert "There is no plugin nothing" in cli_runner.invoke(args=["plugins", "activate", "nothing"]).output
    assert upgrade_all(app) == []


def test_a_plugin_can_be_activated_again(app, db, cli_runner):
    cli_runner.invoke(args=["plugins", "deactivate", "offlinepay"])
    cli_runner.invoke(args=["plugins", "activate", "offlinepay"])

    db.session.expire_all()
    assert db.session.scalars(select(PluginSite.is_active)).all() == [True]


@pytest.mark.settings(ENV="development", SECRET_KEY="a key that only tests know, and long enough")
def test_in_development_a_bar_tells_which_hooks_made_the_page(app, client, db):
    open_stall()

    page = client.get("/c/tea?hooks=1").text

    assert 'class="hooks-bar"' in page
    assert "offer_panels" in page
