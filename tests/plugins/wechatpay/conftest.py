"""WeChat Pay set up against the fake on this machine."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.fakes.wechat import APIV3_KEY, APPID, MCHID, SERIAL, FakeWechat, fake_wechat, make_key


@pytest.fixture
def wechat(app: Flask) -> Iterator[FakeWechat]:
    """The provider with public key 1, and the shop set up to use it; key 2 is listed for a rotation."""
    with fake_wechat(make_key(1)) as fake:
        set_up(app, fake)
        keys = [make_key(1), make_key(2)]
        app.config["WECHATPAY_PUBLIC_KEYS"] = ", ".join(f"{key.name}={key.public_pem}" for key in keys)
        yield fake


@pytest.fixture
def certified(app: Flask) -> Iterator[FakeWechat]:
    """The provider with platform certificates, which the SDK downloads."""
    with fake_wechat(make_key(3, is_certificate=True)) as fake:
        set_up(app, fake)
        yield fake


def set_up(app: Flask, fake: FakeWechat) -> None:
    app.config.update(
        WECHATPAY_APPID=APPID,
        WECHATPAY_MCHID=MCHID,
        WECHATPAY_SERIAL=SERIAL,
        WECHATPAY_PRIVATE_KEY=fake.merchant.private_pem,
        WECHATPAY_APIV3_KEY=APIV3_KEY,
        WECHATPAY_API_BASE=fake.url,
        WECHATPAY_OPEN_BASE=fake.url,
        WECHATPAY_TIMEOUT_SECONDS=5,
    )
