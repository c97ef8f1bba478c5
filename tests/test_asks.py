"""What a plugin asks for is told before it is activated, and held to."""

import socket
from types import SimpleNamespace

import pytest

from shop.hooks import Loaded, door
from shop.hookspecs import hookimpl
from shop.manifest import Manifest, Permission
from shop.plugin_checks import Unloadable, check_asks
from shop.quiet import NotAsked, silent
from shop.switches import switch
from shop.testing.packages import installed, manifest, write
from tests.support import apps, goods
from tests.support.people import sign_in


def loaded(origin, *bells):
    return Loaded("one", origin, doorbells=frozenset(bells))


def test_an_installed_plugin_gets_nothing_that_it_did_not_ask_for():
    said = Manifest("one", "One", "One.", "1")

    with pytest.raises(Unloadable, match="it uses money and did not ask for it"):
        check_asks(loaded("installed", "line_pricing"), said, [])
    check_asks(loaded("installed", "page_pieces"), said, [])
    check_asks(loaded("bundled", "line_pricing"), said, [])
    asked = Manifest("one", "One", "One.", "1", asks=("money",))
    check_asks(loaded("installed", "line_pricing"), asked, [])
    with pytest.raises(Unloadable, match="it asks for the moon; there are money"):
        check_asks(loaded("bundled"), Manifest("one", "One", "One.", "1", asks=("the moon",)), [])
    rights = (Permission("fly", "Fly", "bird"),)
    with pytest.raises(Unloadable, match="nobody can have its permission fly"):
        check_asks(loaded("bundled"), Manifest("one", "One", "One.", "1", asks=(), permissions=rights), [])


def test_what_a_listed_plugin_asks_for_is_read_without_running_it(tmp_path):
    text = manifest("shy", asks="('network', 'people')") + "\nraise SystemExit('it ran')\n"
    write(tmp_path / "shy", {"__init__.py": text, "hooks.py": "def line_pricing(wishes): ..."})
    shy = Loaded("shy", "installed", is_active=False)

    shy.read_ahead(tmp_path / "shy")

    assert shy.asks == ["network", "people"]
    assert shy.told["summary"] == "A test."
    assert shy.doorbells == {"line_pricing"}


def connects(**_asked):
    with socket.socket() as line:
        line.settimeout(0.2)
        line.connect(("127.0.0.1", 9))


def test_no_hook_of_a_page_or_of_a_price_reaches_another_machine(app, db):
    made = door(app)
    made.plugins["far"] = Loaded(
        "far", "bundled", Manifest("far", "f", "f", "1", level="site", asks=("network",))
    )
    made.manager.register(SimpleNamespace(nav_items=hookimpl(lambda area: connects())), name="far")
    made.settle()

    made.ask_all("nav_items", made.asked_in(None), area="account", subject=None, viewer=None)

    (noted,) = [n for n in made.breaker.notes if n.plugin == "far"]
    assert "far may not reach ('127.0.0.1', 9): a page or a price waits for it" in noted.error


@pytest.mark.parametrize(("asks", "failure"), [((), NotAsked), (("network",), OSError), (None, OSError)])
def test_after_a_commit_only_who_asked_for_the_network_reaches_it(app, db, asks, failure):
    made = door(app)
    made.plugins["far"] = Loaded("far", "bundled", Manifest("far", "f", "f", "1", level="site", asks=asks))
    made.manager.register(SimpleNamespace(event_happened=hookimpl(lambda event: connects())), name="far")
    made.settle()

    with pytest.raises(failure):
        made.ask_owner("far", "event_happened", event=None)


def test_silence_ends_where_it_began():
    with silent("far"), pytest.raises(NotAsked):
        connects()
    with pytest.raises(OSError, match="refused"):
        connects()


VIEWS = """
    from flask import Blueprint
    from shop.access import for_permission
    bp = Blueprint("rights", __name__)

    @bp.get("/")
    @for_permission("rights.look")
    def show():
        return "seen"
"""


def test_managers_give_a_permission_of_a_plugin_to_members_and_take_it_back(database_url, app, db, tmp_path):
    rights = "(Permission('look', 'Look at it', 'manager'),)"
    said = manifest("rights", pages="(Pages('community', 'try_rights.views:bp'),)", permissions=rights)
    said = said.replace("import Job,", "import Job, Permission,")
    with installed(tmp_path, rights={"__init__.py": said, "views.py": VIEWS}):
        again = apps.make(database_url, tmp_path)
    with again.app_context():
        owner, member = goods.person("Owner"), goods.person("Member")
        tea = goods.community(owner)
        tea.join(member, accepts_rules=True)
        switch(tea.id, "rights", True, owner.id)
        db.session.commit()
        boss, guest = again.test_client(), again.test_client()
        sign_in(boss, owner)
        sign_in(guest, member)

        assert (boss.get("/c/tea/x/rights/").status_code, guest.get("/c/tea/x/rights/").status_code) == (
            200,
            403,
        )
        assert "Look at it" in boss.get("/c/tea/manage/apps/rights").text
        assert boss.post("/c/tea/manage/apps/rights", data={"may_look": "member"}).status_code == 303
        assert guest.get("/c/tea/x/rights/").status_code == 200
        boss.post("/c/tea/manage/apps/rights", data={"may_look": "owner"})
        assert guest.get("/c/tea/x/rights/").status_code == 403
        db.session.rollback()
    apps.put_away(again)
