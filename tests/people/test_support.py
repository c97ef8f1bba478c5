"""The way in that other tests use is the one that the gate accepts."""

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.support.people import make_person, sign_in, sign_out


@pytest.mark.both_engines
def test_signed_in_person_passes_the_gate(client: FlaskClient, db: SQLAlchemy):
    lin = make_person("Lin")

    assert client.get("/me").status_code == 303

    sign_in(client, lin)
    assert client.get("/me").status_code == 200

    sign_out(client)
    assert client.get("/me").status_code == 303
