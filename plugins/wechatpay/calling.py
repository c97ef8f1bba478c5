"""WeChat Pay called through its SDK, outside any transaction, with its failures told in the shop's words."""

import json
import time
from collections.abc import Callable
from typing import Any

import requests
import structlog
from flask import current_app
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from plugins.wechatpay.settings import Settings, settings
from shop.db import let_go
from shop.payments.method import ProviderDown

log = structlog.get_logger(__name__)

# A notification may name a certificate that is new to us; asking for the list is allowed this seldom.
SECONDS_BETWEEN_REFRESHES = 60


class Declined(Exception):
    """WeChat Pay understood and said no; `code` is its word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Client(WeChatPay):
    """The SDK with an address of its own; it fetches certificates already while it is made."""

    def __init__(self, now: Settings, key: tuple[str, str] | None) -> None:
        self._type = WeChatPayType.NATIVE
        self._mchid, self._appid, self._partner_mode = now.mchid, now.appid, False
        self._notify_url = f"{current_app.config['BASE_URL']}/hooks/pay/wechatpay"
        self._core = _Core(now, key)

    def knows(self, serial: str) -> bool:
        """Whether a signature by this key or certificate can be checked without asking WeChat."""
        known = {f"{certificate.serial_number:X}" for certificate in self._core._certificates}
        return serial == self._core._public_key_id or serial.upper().lstrip("0") in known


class _Core(Core):
    def __init__(self, now: Settings, key: tuple[str, str] | None) -> None:
        self._base = now.api_base
        name, pem = key or (None, None)
        super().__init__(
            now.mchid,
            now.serial,
            now.private_key,
            now.apiv3_key,
            timeout=now.timeout,
            public_key=pem,
            public_key_id=name,
        )

    @property
    def _gate_way(self) -> str:
        return self._base

    @_gate_way.setter
    def _gate_way(self, _given: str) -> None:
        """The SDK's own address is not taken."""


def call(verb: Callable[[Any], tuple[int, Any]]) -> dict[str, Any]:
    """The decoded answer of a call; nothing is locked meanwhile. Raises ProviderDown (ask again) or Declined."""
    let_go()
    try:
        status, message = verb(clients()[0])
    except requests.RequestException as down:
        raise ProviderDown(str(down)) from down
    except ProviderDown:
        raise
    except (
        Exception
    ) as strange:  # the SDK raises nothing finer, for a signature that does not fit for instance
        log.exception("wechatpay answered strangely")
        raise ProviderDown(str(strange)) from strange
    told: dict[str, Any] = json.loads(message) if message else {}
    if status >= 500 or status == 429:
        raise ProviderDown(f"{status} {told.get('code')}")
    if status >= 300:
        raise Declined(str(told.get("code", status)), str(told.get("message", "")))
    return told


def clients() -> list[Client]:
    """One client for each public key, the one in use first; or one with the platform's certificates."""
    now = settings()
    if now is None:
        raise ProviderDown("WeChat Pay is not set up")
    kept: dict[Settings, list[Client]] = current_app.extensions.setdefault("wechatpay", {})
    if now not in kept:
        kept[now] = [Client(now, key) for key in now.public_keys] or [Client(now, None)]
    return kept[now]


def client_for(serial: str) -> Client | None:
    """The client that can check a signature by this key or certificate; a new certificate is asked for, seldom."""
    found = next((client for client in clients() if client.knows(serial)), None)
    now = settings()
    if found is not None or now is None or now.public_keys:
        return found
    last = current_app.extensions.get("wechatpay_refreshed", float("-inf"))
    if time.monotonic() - last < SECONDS_BETWEEN_REFRESHES:
        return None
    current_app.extensions["wechatpay_refreshed"] = time.monotonic()
    let_go()
    fresh = Client(now, None)
    current_app.extensions["wechatpay"][now] = [fresh]
    return fresh if fresh.knows(serial) else None
