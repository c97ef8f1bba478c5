"""A mail has a text and the same look in HTML, in its reader's language, and can be looked at in development."""

from pathlib import Path

from shop.jobs import run_until_idle
from tests.support import goods


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
