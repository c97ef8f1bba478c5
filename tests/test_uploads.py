"""What people send is closed when they are answered."""

from flask import Flask, request
from flask.testing import FlaskClient

from shop.access import public
from shop.uploads import ClosingRequest


def test_file_of_a_form_that_breaks_off_is_closed(app: Flask, client: FlaskClient, monkeypatch):
    begun = []
    take = ClosingRequest._get_file_stream
    monkeypatch.setattr(
        ClosingRequest, "_get_file_stream", lambda *a, **n: begun.append(take(*a, **n)) or begun[-1]
    )
    app.add_url_rule("/sent", "sent", public(lambda: str(len(request.files))), methods=["POST"])
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'

    answer = client.post("/sent", data=head + b"x" * 600_000, content_type="multipart/form-data; boundary=x")

    assert (answer.status_code, answer.text) == (200, "0")
    assert [each.closed for each in begun] == [True]
