"""Files in a bucket: every machine sees them, and no other key leads there."""

from collections.abc import Iterator

import pytest

from shop.bucket import BucketFiles, named_for
from shop.config import BadConfig
from tests.support.fakes.bucket import bucket

KEY = "pictures/32/32e382dfb93f0f3f26f7cfb94cd1c86a2c1ad2c3.webp"


@pytest.fixture
def lies_in_it(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    with bucket() as (address, kept):
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "us",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }.items():
            monkeypatch.setenv(name, value)
        yield kept


def test_what_one_machine_put_another_gets_until_it_is_deleted(lies_in_it):
    one, another = BucketFiles("s3://shop/files"), BucketFiles("s3://shop/files")

    key = one.put(b"dumpling", folder="pictures", ending="webp")

    assert key == KEY
    assert lies_in_it == {f"/shop/files/{KEY}": b"dumpling"}
    assert another.get(key) == b"dumpling"
    assert another.open(key).read() == b"dumpling"
    assert another.exists(key)
    assert another.url(key) == f"/files/{KEY}"

    one.delete(key)
    one.delete(key)

    assert not another.exists(key)
    with pytest.raises(FileNotFoundError):
        another.get(key)


@pytest.mark.parametrize("key", ["../secret", "pictures/../../x", "pictures/ab/short.webp", ""])
def test_key_has_one_form(key: str):
    files = BucketFiles("memory://")

    assert not files.exists(key)
    with pytest.raises(FileNotFoundError):
        files.get(key)


def test_private_file_cannot_be_guessed_from_its_content():
    files = BucketFiles("memory://")

    first = files.put(b"a;b", folder="imports", ending="csv")
    second = files.put(b"a;b", folder="imports", ending="csv")

    assert first != second


def test_settings_name_a_bucket_or_none():
    assert named_for("") is None
    with pytest.raises(BadConfig, match="s3://bucket/folder"):
        named_for("https://example.com/files")


@pytest.mark.settings(FILES_URL="memory://")
def test_shop_serves_what_lies_in_the_bucket(app, client):
    app.extensions["files"].put(b"dumpling", folder="pictures", ending="webp")

    answer = client.get(f"/files/{KEY}")

    assert answer.data == b"dumpling"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
