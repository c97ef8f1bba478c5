"""Loading plugins: one that is broken is left out, two that claim one thing stop the start and are both named."""

import importlib.metadata
from importlib.metadata import EntryPoint
from types import SimpleNamespace
from unittest.mock import patch

import pluggy
import pytest
from sqlalchemy import select

from shop import hookspecs
from shop.config import BadConfig
from shop.hooks import door
from shop.hookspecs import hookimpl
from shop.migrating import mark_pending, revision, upgrade_all
from shop.orders.models import Order
from shop.testing.packages import installed, manifest
from tests.support import apps
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


def restarted(database_url, tmp_path, **more):
    """The shop, started again on the same database."""
    return apps.make(database_url, tmp_path, **more)


BROKEN = {
    "syntax": "def (",
    "raise": "raise RuntimeError('broken')",
    "exit": "raise SystemExit(3)",
    "import": "import no_such_package",
}


def test_plugins_that_cannot_be_imported_are_left_out_however_many(database_url, app, db, client, tmp_path):
    order = order_from(open_stall())
    bad = {}
    for fault, text in BROKEN.items():
        for file in ("__init__.py", "models.py", "hooks.py"):
            name = f"bad{fault}{file[:2].strip('_') or 'in'}"
            said = manifest(name, models=f"'try_{name}.models'", level="'site'")
            bad[name] = {"__init__.py": said, "models.py": "", "hooks.py": "", file: text}

    with installed(tmp_path, **bad):
        again = restarted(database_url, tmp_path)

    assert {name: door(again).plugins[name].state for name in bad} == dict.fromkeys(bad, "failed")
    assert {p.name for p in door(again).working()} >= {"mall", "demopay"}
    assert again.test_client().get("/c/tea").status_code == 200
    assert again.test_client().get(f"/o/{order.secret}").status_code == 303
    apps.put_away(again)


def test_models_that_are_half_right_do_not_stop_the_classes_of_others(database_url, app, db, tmp_path):
    order_from(open_stall())
    models = """
        from sqlalchemy.orm import Mapped, mapped_column, relationship
        from shop.db import Base, Numbered

        class Thing(Numbered, Base):
            __tablename__ = "badhalf_thing"
            other: Mapped["NoSuchClass"] = relationship()
    """
    files = {"__init__.py": manifest("badhalf", models="'try_badhalf.models'"), "models.py": models}

    with installed(tmp_path, badhalf=files):
        again = restarted(database_url, tmp_path)

    assert door(again).plugins["badhalf"].state == "failed"
    assert again.test_client().get("/c/tea").status_code == 200
    apps.put_away(again)


VIEWS = """
    from flask import Blueprint
    from shop.access import public
    bp = Blueprint("{name}", __name__)

    @bp.get("/")
    @public
    def show():
        return "{name}"

    @bp.record
    def more(state):
        {more}
"""


def views(name, more="pass"):
    return {
        "__init__.py": manifest(name, level="'site'", pages=f"(Pages('account', 'try_{name}.views:bp'),)"),
        "views.py": VIEWS.format(name=name, more=more),
    }


REACHES = {
    "reachtaken": ("state.app.add_url_rule('/c/<x>', 'y', show)", "answers already"),
    "reachout": ("state.app.add_url_rule('/elsewhere', 'y', show)", "is outside of"),
    "reachbefore": ("state.app.before_request(lambda: 1 / 0)", "on every page"),
    "reacherror": ("state.app.errorhandler(404)(lambda e: 1 / 0)", "on every page"),
    "reachjinja": (
        "state.app.jinja_env.globals['url_for'] = 7; state.app.jinja_env.globals['mine'] = 7",
        "on every page",
    ),
}


def test_plugins_that_reach_beyond_their_own_pages_are_left_out(database_url, app, db, tmp_path):
    order_from(open_stall())

    with installed(tmp_path, **{name: views(name, more) for name, (more, _why) in REACHES.items()}):
        again = restarted(database_url, tmp_path)

    told = {name: door(again).plugins[name].error or "" for name in REACHES}
    assert [name for name, (_more, why) in REACHES.items() if why not in told[name]] == []
    assert again.test_client().get("/c/tea").status_code == 200
    assert again.test_client().get("/no/such/page").status_code == 404
    apps.put_away(again)


def test_two_plugins_that_claim_one_address_stop_the_start_and_are_both_named(
    database_url, app, db, tmp_path
):
    order_from(open_stall())
    taken = "state.app.add_url_rule('/me/x/doubleone/', 'doubletwo.y', show)"

    with (
        installed(tmp_path, doubleone=views("doubleone"), doubletwo=views("doubletwo", taken)),
        pytest.raises(BadConfig, match=r"the address /me/x/doubleone/: doubleone and doubletwo"),
    ):
        restarted(database_url, tmp_path)

    assert db.session.scalars(select(Order.state)).all() == ["pending"]


def test_two_plugins_that_claim_one_table_stop_the_start_and_are_both_named(database_url, app, tmp_path):
    models = """
        from shop.db import Base, Numbered

        class Thing(Numbered, Base):
            __tablename__ = "tablea_thing"
    """
    files = {
        name: {"__init__.py": manifest(name, models=f"'try_{name}.models'"), "models.py": models}
        for name in ("tablea", "tableb")
    }

    with (
        installed(tmp_path, **files),
        pytest.raises(BadConfig, match=r"the table tablea_thing: tablea and tableb"),
    ):
        restarted(database_url, tmp_path)


def test_two_packages_that_claim_one_name_stop_the_start_and_are_both_named(app, database_url, tmp_path):
    here, there = EntryPoint("mall", "their_mall", "shop.plugins"), EntryPoint("quilt", "one", "shop.plugins")
    other = EntryPoint("quilt", "two", "shop.plugins")

    for claims, said in (
        ((here,), "mall: plugins.mall and their_mall"),
        ((there, other), "quilt: one and two"),
    ):
        with (
            patch.object(importlib.metadata, "entry_points", lambda group, claims=claims: claims),
            pytest.raises(BadConfig, match=f"Two plugins are called {said}"),
        ):
            restarted(database_url, tmp_path)


def test_a_listed_package_that_is_not_even_there_stops_nobody(app, database_url, tmp_path):
    gone = (EntryPoint("gone", "no_such_package", "shop.plugins"), EntryPoint("odd", "..", "shop.plugins"))

    with patch.object(importlib.metadata, "entry_points", lambda group: gone):
        again = restarted(database_url, tmp_path)

    assert [door(again).plugins[name].state for name in ("gone", "odd")] == ["listed", "listed"]
    apps.put_away(again)


def test_two_plugins_that_claim_one_payment_code_stop_the_start_and_are_both_named(
    app, database_url, tmp_path
):
    hooks = """
        from plugins.demopay.provider import DemoPay
        from shop.hookspecs import hookimpl

        @hookimpl
        def payment_methods():
            return [DemoPay()]
    """
    files = {"__init__.py": manifest("paytwice", level="'site'"), "hooks.py": hooks}

    with (
        installed(tmp_path, paytwice=files),
        pytest.raises(BadConfig, match=r"the payment code demopay: demopay and paytwice"),
    ):
        restarted(database_url, tmp_path)


MIGRATION = """
    from alembic import op
    import sqlalchemy as sa
    revision, down_revision, branch_labels, depends_on = "{name}_0001", None, None, None

    def upgrade():
        op.create_table("{name}_thing", sa.Column("id", sa.Integer(), primary_key=True))
        {more}

    def downgrade():
        op.drop_table("{name}_thing")
"""
MODELS = """
    from sqlalchemy import Integer
    from sqlalchemy.orm import Mapped, mapped_column
    from shop.db import Base

    class Thing(Base):
        __tablename__ = "{name}_thing"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)
"""


def with_table(name, more="pass"):
    return {
        "__init__.py": manifest(name, models=f"'try_{name}.models'", level="'site'"),
        "models.py": MODELS.format(name=name),
        "hooks.py": """
            from shop.hookspecs import NavItem, hookimpl

            @hookimpl
            def nav_items(area):
                return [NavItem("Here", "/here")]
        """,
        "migrations/0001_first.py": MIGRATION.format(name=name, more=more),
    }


def test_a_failed_migration_leaves_orders_pages_and_other_plugins_alone(database_url, app, db, tmp_path):
    order = order_from(open_stall())
    files = {
        "goodmig": with_table("goodmig"),
        "badmig": with_table("badmig", "op.execute('SELECT x FROM nowhere')"),
    }

    with installed(tmp_path, **files):
        again = restarted(database_url, tmp_path)
        assert [door(again).plugins[n].state for n in files] == ["needs_migration", "needs_migration"]
        told = upgrade_all(again)

    assert [door(again).plugins[n].state for n in files] == ["active", "needs_migration"]
    assert sorted(line.split(": ")[:2] for line in told) == [
        ["badmig", "FAILED, nothing of it was kept"],
        ["goodmig", "goodmig_0001"],
    ]
    assert again.test_client().get("/c/tea").status_code == 200
    assert again.test_client().get(f"/o/{order.secret}").status_code == 303
    with again.app_context():
        asked = door().asked_in(None)
        answered = door().ask_all("nav_items", asked, area="account", subject=None, viewer=None)
        assert [name for name, _items in answered if name in files] == ["goodmig"]
    apps.put_away(again)


def test_each_new_migration_has_the_next_number(database_url, app, tmp_path):
    with installed(tmp_path, nummig=with_table("nummig")):
        again = restarted(database_url, tmp_path)
        upgrade_all(again)
        for words in ("second", "third"):
            revision(again, "nummig", words, autogenerate=False)
            upgrade_all(again, only="nummig")

    written = sorted(path.name for path in (tmp_path / "try_nummig" / "migrations").glob("*.py"))
    assert written == ["0001_first.py", "nummig_0002_second.py", "nummig_0003_third.py"]
    apps.put_away(again)


def test_a_discount_plugin_that_cannot_be_imported_stops_sales_in_its_communities(
    database_url, app, db, tmp_path
):
    stall = open_stall()
    order_from(stall)
    hooks = "import no_such_package\n\ndef quote_adjusting(quote):\n    return []\n"
    files = {"__init__.py": manifest("baddisc", level="'site'"), "hooks.py": hooks}

    with installed(tmp_path, baddisc=files):
        again = restarted(database_url, tmp_path)
    app.extensions["door"] = door(again)

    with pytest.raises(Exception, match="“baddisc” does not answer"):
        order_from(stall)
    db.session.rollback()
    assert db.session.scalars(select(Order.state)).all() == ["pending"]
    apps.put_away(again)


@pytest.mark.settings(SAFE_MODE=True)
def test_safe_mode_starts_with_no_plugin_at_all(app, client):
    assert dict(door(app).plugins) == {}
    assert client.get("/healthz").status_code == 200


def test_a_plugin_of_another_version_of_the_door_is_told_in_a_sentence(database_url, app, tmp_path):
    files = {"__init__.py": manifest("future", api="(7, 9)")}

    with installed(tmp_path, future=files):
        again = restarted(database_url, tmp_path)

    assert door(again).plugins["future"].error == (
        "it was made for version 7 to 9 of the door, this is version 1"
    )
    mark_pending(again)
    apps.put_away(again)


def test_answering_a_retiring_hook_is_warned_of_by_pluggy_itself():
    class Specs:
        old = staticmethod(hookspecs.promise("all", "skip", retiring="say `new` instead")(old))

    manager = pluggy.PluginManager(hookspecs.DOOR)
    manager.add_hookspecs(Specs)
    manager.register(SimpleNamespace(new=hookimpl(lambda: None)), name="calm")

    with pytest.warns(DeprecationWarning, match="say `new` instead"):
        manager.register(SimpleNamespace(old=hookimpl(old)), name="behind")


def old() -> None:
    """A hook that is going."""
