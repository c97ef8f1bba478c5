"""What no database can hold is answered in words, on both engines."""

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.support import goods


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/c/tea/p/99999999999999999999-tea", {404}),
        ("/c/%00/about", {404}),
        ("/communities?q=%00", {200, 404}),
        ("/c/tea/manage/handover?to=99999999999999999999", {404}),
    ],
)
def test_what_no_database_holds_is_not_found(
    db: SQLAlchemy, client: FlaskClient, path: str, status: set[int]
):
    owner = goods.person()
    goods.community(owner)
    db.session.commit()

    assert goods.signed_in(client, owner).get(path).status_code in status
