"""Whose session an answer carries."""

from datetime import timedelta

from shop import clock, sessions
from shop.assets import asset_url
from tests.support import goods

PASSWORD = "long enough for tea"


def test_what_anybody_may_keep_carries_nobodys_session(app, db, client):
    lin = goods.person("Lin")
    lin.set_password(PASSWORD)
    db.session.commit()
    client.post("/sign-in", data={"email": lin.email, "password": PASSWORD})
    with app.test_request_context():
        style = asset_url("app.css")

    page, styled = client.get("/me"), client.get(style)

    assert page.status_code == 200
    assert page.headers["Set-Cookie"].startswith("shop=")
    assert "Set-Cookie" not in styled.headers
    assert styled.headers["Vary"] == "Accept-Encoding"


def test_who_comes_back_stays_signed_in_and_is_signed_anew_once_a_day(app, db, client, monkeypatch):
    lin = goods.person("Lin")
    lin.set_password(PASSWORD)
    goods.community(lin)
    db.session.commit()
    client.post("/sign-in", data={"email": lin.email, "password": PASSWORD})
    for _again in range(3):
        first_day = client.get("/c/tea")
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(sessions, "now", lambda: tomorrow)

    next_day, later = client.get("/c/tea"), client.get("/c/tea")

    assert "Set-Cookie" not in first_day.headers
    assert "Expires=" in next_day.headers["Set-Cookie"]
    assert "Set-Cookie" not in later.headers
