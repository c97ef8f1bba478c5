"""Whose session an answer carries."""

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
