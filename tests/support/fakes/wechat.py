"""WeChat Pay on this machine: API v3 with real RSA keys on both sides, made for each run.

It checks that every request is signed by the merchant, signs its own answers, enciphers notifications with the
merchant's APIv3 key, and keeps its own books. It can act and then hang up.
"""

import base64
import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock, Thread
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Request, Response, request
from werkzeug.serving import make_server

APPID, MCHID, SERIAL = "wx0123456789abcdef", "1900000001", "7777777777777777777777777777777777777777"
APIV3_KEY = "an api v3 key of thirty-two char"


@dataclass(frozen=True)
class Key:
    """A pair of RSA keys under the name that signatures carry, and (for the platform) its certificate."""

    name: str
    private: rsa.RSAPrivateKey
    certificate: str

    def sign(self, text: str) -> str:
        return base64.b64encode(self.private.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()

    @property
    def public_pem(self) -> str:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()

    @property
    def private_pem(self) -> str:
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()


@cache
def make_key(number: int, *, is_certificate: bool = False) -> Key:
    """The key of this number, made once a run."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake platform")])
    serial, instant = (0x5F << 152) + number, datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, private.public_key(), serial)
        .not_valid_before(instant - timedelta(days=1))
        .not_valid_after(instant + timedelta(days=1))
        .sign(private, SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Key(f"{serial:X}" if is_certificate else f"PUB_KEY_ID_{number:020}", private, pem)


@dataclass
class FakeWechat:
    """The provider: its keys, its books, and what it is told to do wrong next."""

    key: Key
    merchant: Key
    url: str = ""
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    sharings: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)  # "down", "hang up before" or "hang up after"
    slow_refunds: bool = False
    lock: Lock = field(default_factory=Lock)

    @property
    def charged(self) -> int:
        """What shoppers have really paid."""
        return sum(t["amount"]["total"] for t in self.trades.values() if t["trade_state"] == "SUCCESS")

    @property
    def refunded(self) -> int:
        """What has really gone back."""
        return sum(r["amount"]["refund"] for r in self.refunds.values())

    def pay(self, number: str) -> dict[str, Any]:
        """Somebody pays; returns the notification."""
        trade = self.trades[number]
        assert trade["trade_state"] == "NOTPAY", "the trade is closed"
        trade.update(trade_state="SUCCESS", transaction_id=f"42000{len(self.trades):023}")
        return self.notice("TRANSACTION.SUCCESS", trade)

    def notice(self, kind: str, about: dict[str, Any]) -> dict[str, Any]:
        """A notification, not yet enciphered."""
        return {"id": secrets.token_hex(16), "event_type": kind, "resource": json.loads(json.dumps(about))}

    def signed(
        self, notice: dict[str, Any], *, key: Key | None = None, at: float | None = None
    ) -> dict[str, Any]:
        """The body and headers of a notification."""
        told = json.dumps(notice["resource"])
        body = {
            "id": notice["id"],
            "create_time": "2026-01-01T00:00:00+08:00",
            "resource_type": "encrypt-resource",
            "event_type": notice["event_type"],
            "resource": {"algorithm": "AEAD_AES_256_GCM"} | seal(told, "transaction"),
        }
        text = json.dumps(body)
        return {"data": text, "headers": self.headers(text, key or self.key, at)}

    def headers(self, body: str, key: Key, at: float | None = None) -> dict[str, str]:
        """What WeChat Pay sends with every body: who signed it, when, and the signature."""
        instant, nonce = str(int(time.time() if at is None else at)), secrets.token_hex(16)
        return {
            "Content-Type": "application/json",
            "Wechatpay-Serial": key.name,
            "Wechatpay-Timestamp": instant,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": key.sign(f"{instant}\n{nonce}\n{body}\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def answer(self, asked: Request) -> tuple[int, Any]:
        """One request of the API, refused when the merchant did not sign it."""
        if not self._is_merchants(asked):
            return 401, {"code": "SIGN_ERROR", "message": "wrong signature"}
        for verb, pattern, act in (
            ("GET", r"/v3/certificates", self._certificates),
            ("POST", r"/v3/pay/transactions/(native|h5|jsapi)", self._open),
            ("GET", r"/v3/pay/transactions/out-trade-no/([^/]+)", self._show),
            ("POST", r"/v3/pay/transactions/out-trade-no/([^/]+)/close", self._close),
            ("POST", r"/v3/refund/domestic/refunds", self._refund),
            ("POST", r"/v3/profitsharing/orders", self._share),
        ):
            found = re.fullmatch(pattern, asked.path)
            if found and verb == asked.method:
                return act(*found.groups(), asked.get_json(silent=True) or {})
        return 404, {"code": "RESOURCE_NOT_EXISTS", "message": asked.path}

    def _is_merchants(self, asked: Request) -> bool:
        said = dict(re.findall(r'(\w+)="([^"]*)"', asked.headers["Authorization"]))
        text = f"{asked.method}\n{asked.full_path.rstrip('?')}\n{said['timestamp']}\n{said['nonce_str']}\n"
        text += asked.get_data(as_text=True) + "\n"
        try:
            self.merchant.private.public_key().verify(
                base64.b64decode(said["signature"]), text.encode(), padding.PKCS1v15(), SHA256()
            )
        except InvalidSignature:
            return False
        return (said["mchid"], said["serial_no"]) == (MCHID, SERIAL)

    def _certificates(self, _asked: dict[str, Any]) -> tuple[int, Any]:
        known = {"serial_no": self.key.name, "effective_time": "x", "expire_time": "y"}
        sealed = {"algorithm": "AEAD_AES_256_GCM"} | seal(self.key.certificate, "certificate")
        return 200, {"data": [known | {"encrypt_certificate": sealed}]}

    def _open(self, way: str, asked: dict[str, Any]) -> tuple[int, Any]:
        number = asked["out_trade_no"]
        kept = self.trades.setdefault(
            number,
            {
                "appid": asked["appid"],
                "mchid": asked["mchid"],
                "out_trade_no": number,
                "trade_state": "NOTPAY",
                "attach": asked["attach"],
                "amount": asked["amount"],
                "asked": asked,
            },
        )
        if kept["amount"] != asked["amount"]:
            return 400, {"code": "INVALID_REQUEST", "message": "the same number with another amount"}
        if kept["trade_state"] != "NOTPAY":
            return 400, {"code": "ORDERPAID", "message": "paid already"}
        return 200, {
            "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={number}"},
            "h5": {"h5_url": f"{self.url}/h5?prepay_id={number}"},
            "jsapi": {"prepay_id": f"wx{number}"},
        }[way]

    def _show(self, number: str, _asked: dict[str, Any]) -> tuple[int, Any]:
        if number not in self.trades:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "no such order"}
        return 200, self.trades[number]

    def _close(self, number: str, _asked: dict[str, Any]) -> tuple[int, Any]:
        if number in self.trades:
            self.trades[number]["trade_state"] = "CLOSED"
        return 204, None

    def _refund(self, asked: dict[str, Any]) -> tuple[int, Any]:
        number, trade = asked["out_refund_no"], self.trades[asked["out_trade_no"]]
        if number not in self.refunds:
            gone = sum(
                r["amount"]["refund"]
                for r in self.refunds.values()
                if r["out_trade_no"] == trade["out_trade_no"]
            )
            if gone + asked["amount"]["refund"] > trade["amount"]["total"]:
                return 400, {"code": "INVALID_REQUEST", "message": "more than was paid"}
            self.refunds[number] = {
                "refund_id": f"50{len(self.refunds):026}",
                "out_refund_no": number,
                "out_trade_no": trade["out_trade_no"],
                "transaction_id": trade["transaction_id"],
                "status": "PROCESSING" if self.slow_refunds else "SUCCESS",
                "amount": asked["amount"],
            }
        return 200, self.refunds[number]

    def refund_notice(self, number: str, status: str = "SUCCESS") -> dict[str, Any]:
        """The refund is through, or stuck; returns the notification."""
        refund = {k: v for k, v in self.refunds[number].items() if k != "status"}
        refund["amount"] = {k: v for k, v in refund["amount"].items() if k != "currency"}
        return self.notice(f"REFUND.{status}", refund | {"mchid": MCHID, "refund_status": status})

    def _share(self, asked: dict[str, Any]) -> tuple[int, Any]:
        number = asked["out_order_no"]
        self.sharings.setdefault(number, asked)
        receivers = [r | {"result": "SUCCESS"} for r in asked["receivers"]]
        return 200, {"order_id": "30000000", "out_order_no": number, "receivers": receivers}


@contextmanager
def fake_wechat(key: Key) -> Iterator[FakeWechat]:
    """WeChat Pay on a free loopback port, signing with `key`."""
    fake, app = FakeWechat(key, make_key(0)), Flask("fake wechat")

    @app.route("/sns/oauth2/access_token")
    def _openid() -> Any:
        return {"openid": f"openid-of-{request.args['code']}"}

    @app.route("/v3/<path:_rest>", methods=["GET", "POST"])
    def _api(_rest: str) -> Any:
        with fake.lock:
            fake.asked.append(f"{request.method} {request.path}")
            trouble = fake.trouble.pop(0) if fake.trouble else ""
            if trouble == "hang up before":
                _hang_up()
            status, told = (503, {"code": "SYSTEM_ERROR"}) if trouble == "down" else fake.answer(request)
        if trouble == "hang up after":
            _hang_up()
        body = "" if told is None else json.dumps(told)
        return Response(body, status, headers=fake.headers(body, fake.key))

    server = make_server("127.0.0.1", 0, app, threaded=True)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="fake wechat")
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def seal(text: str, about: str) -> dict[str, str]:
    """Enciphered with the merchant's APIv3 key."""
    nonce = secrets.token_hex(6)
    sealed = AESGCM(APIV3_KEY.encode()).encrypt(nonce.encode(), text.encode(), about.encode())
    return {"nonce": nonce, "associated_data": about, "ciphertext": base64.b64encode(sealed).decode()}


def _hang_up() -> None:
    """Cut the line without an answer."""
    request.environ["werkzeug.socket"].shutdown(2)
