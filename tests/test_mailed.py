"""A mail has a text and the same look in HTML, in its reader's language, and can be looked at in development."""

import ast
from pathlib import Path

from flask_babel import force_locale

from shop.jobs import run_until_idle
from shop.mail_samples import is_words, kinds, sample
from shop.orders.mails import KINDS
from tests.support import goods

ROOT = Path(__file__).resolve().parent.parent


def test_mails_are_looked_at_as_their_readers_see_them(app, db, client):
    lin, bo = goods.person("Lin"), goods.person("Bo", locale="zh_Hans_CN")
    goods.merchant(lin, "Old Hill")
    db.session.commit()
    goods.signed_in(client, lin).post(
        "/desk/old-hill/invitations", data={"email": bo.email, "role": "counter"}
    )
    run_until_idle(app)
    sent = app.extensions["mailman"].outbox[-1]
    folder = Path(app.config["MAIL_FILE_PATH"])
    folder.mkdir(parents=True)
    (folder / "one.log").write_bytes(sent.message().as_bytes() + b"\n" + b"-" * 79 + b"\n")

    listed, text, html = (client.get(f"/style/mails{path}") for path in ("", "/one", "/one/html"))

    assert "/style/mails/one" in listed.text
    assert "Lin邀请你" in text.text
    assert 'lang="zh-Hans-CN"' in html.text
    assert "Lin邀请你" in html.text
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert client.get("/style/mails/two").status_code == 404


def test_every_kind_of_mail_has_a_sample_in_every_language(app, client):
    """A placeholder without a sample, a sentence without a translation, or a writer that nobody lists is told here."""
    listed = client.get("/style/mails").text
    with app.test_request_context():
        named = {**dict.fromkeys(KINDS), **kinds()}
        faults = [name for name in named if f"/style/mails/kinds/{name}/" not in listed]
        for name in named:
            with force_locale("en"):
                english = sample(name)
            with force_locale("zh_Hans_CN"):
                chinese = sample(name)
            assert english is not None
            assert chinese is not None
            faults += (
                [f"{name}: {english[0]}"]
                if english[0] == chinese[0] or "‹" in english[1] + chinese[1]
                else []
            )

    assert faults == []
    assert writers() - {name.partition("-")[0] for name in named} == set()
    page, html = (
        client.get(f"/style/mails/kinds/people.mails.recovery/zh_Hans_CN{path}") for path in ("", "/html")
    )
    assert ("新密码" in page.text, 'lang="zh-Hans-CN"' in html.text) == (True, True)
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert client.get("/style/mails/kinds/people.mails.recovery/tlh").status_code == 404


def writers() -> set[str]:
    """Every function that sends a letter whose words are in it; those of others are found where the words are."""
    found = set()
    for path in [*ROOT.glob("shop/*/*.py"), *ROOT.glob("plugins/*/*.py")]:
        code = path.read_text("utf-8")
        for node in ast.walk(ast.parse(code) if "import Letter" in code else ast.Module([], [])):
            calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
            sends = any(getattr(call.func, "id", "") == "Letter" and is_words(call.args[0]) for call in calls)
            if isinstance(node, ast.FunctionDef) and sends:
                found.add(f"{path.parent.name}.{path.stem}.{node.name.strip('_')}")
    return found
