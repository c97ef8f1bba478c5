"""Files in a bucket (S3 and what speaks like it), so that every machine sees the same ones.

The address is SHOP_FILES_URL, `s3://bucket/folder`. Who may write there is told by the names that every tool knows:
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, and AWS_ENDPOINT_URL for another maker's.
"""

import io
from contextlib import suppress
from datetime import timedelta
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from shop.config import BadConfig
from shop.files import ADDRESS, is_key, name_for

try:
    import obstore
    from obstore import store as stores
except ModuleNotFoundError:  # one machine needs no bucket: it is in the extra `scale`
    obstore = stores = None  # type: ignore[assignment]

# A page does not wait longer than this for a picture of its own.
PATIENCE: dict[str, Any] = {"timeout": "10s", "connect_timeout": "3s", "allow_http": True}
AGAIN: dict[str, Any] = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class BucketFiles:
    """Files in a bucket; whatever `put` returned is there for every machine."""

    def __init__(self, url: str) -> None:
        if obstore is None:
            raise BadConfig("SHOP_FILES_URL needs a package more: pip install 'tuanzi[scale]'")
        parts = urlsplit(url)
        self.store: Any
        if parts.scheme == "memory":  # for tests
            self.store = stores.MemoryStore()
        elif parts.scheme == "s3" and parts.netloc:
            self.store = stores.S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                client_options=PATIENCE,  # type: ignore[arg-type]
                retry_config=AGAIN,  # type: ignore[arg-type]
            )
        else:
            raise BadConfig(f"SHOP_FILES_URL must look like s3://bucket/folder, not {url!r}.")

    def put(self, content: bytes, *, folder: str, ending: str, name: str | None = None) -> str:
        name = name or name_for(content, folder)
        key = f"{folder}/{name[:2]}/{name}.{ending}"
        obstore.put(self.store, key, content)
        return key

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self.get(key))

    def get(self, key: str) -> bytes:
        if not is_key(key):
            raise FileNotFoundError(key)
        return obstore.get(self.store, key).bytes().to_bytes()

    def exists(self, key: str) -> bool:
        try:
            return is_key(key) and bool(obstore.head(self.store, key))
        except FileNotFoundError:
            return False

    def delete(self, key: str) -> None:
        if is_key(key):
            with suppress(FileNotFoundError):
                obstore.delete(self.store, key)

    def url(self, key: str) -> str:
        return ADDRESS + key


def named_for(url: str) -> BucketFiles | None:
    """The bucket that SHOP_FILES_URL names, or None when it names none."""
    return BucketFiles(url) if url else None
