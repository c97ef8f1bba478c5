"""The make-believe provider seen from the shop: a payment method that only tests can choose."""

import hmac
import json
import os
import signal
from collections.abc import Sequence
from typing import Any

import httpx
from flask import Flask, Request

from shop.db import let_go
from shop.payments.method import NotGenuine, PaymentMethod, ProviderDown, Report, Started
from shop.payments.models import Payment, Refund
from tests.support.fakes.provider import sign


class FakePay(PaymentMethod):
    """Charges at once; where the provider says so, the shop is killed just after the charge."""

    code = "fakepay"
    title = "Fake pay"

    def __init__(self, url: str, *, patience: float = 60) -> None:
        self.client = httpx.Client(base_url=url, timeout=patience, trust_env=False)

    def start(self, payment: Payment, return_url: str) -> Started:
        charge = self._call(
            "POST",
            "/charges",
            key=payment.key,
            amount=payment.amount,
            currency=payment.currency,
            order=payment.order.number,
        )
        assert charge is not None
        self.die_perhaps(charge)
        return Started(charge["reference"])

    def die_perhaps(self, charge: dict[str, Any]) -> None:
        if charge.get("dies"):
            os.kill(os.getpid(), signal.SIGKILL)

    def refund(self, refund: Refund) -> Report | None:
        currency, key = refund.payment.currency, refund.key
        done = self._call("POST", "/refunds", key=key, charge=refund.payment.key, amount=refund.amount)
        if done is None:
            return Report(f"no_{key}", "refund_failed", "", 0, currency, key)
        return Report(
            f"evt_{done['reference']}", "refunded", done["reference"], done["amount"], currency, key
        )

    def ask(self, payment: Payment) -> Report | None:
        charge = self._call("GET", f"/charges?key={payment.key}")
        return report_of(charge) if charge else None

    def verify(self, request: Request) -> Sequence[Report]:
        payload = request.get_data()
        if not hmac.compare_digest(sign(payload), request.headers.get("Fake-Mac", "")):
            raise NotGenuine("not signed by the provider")
        return [report_of(json.loads(payload))]

    def _call(self, method: str, path: str, **said: Any) -> dict[str, Any] | None:
        let_go()
        try:
            answer = self.client.request(method, path, json=said or None)
        except httpx.HTTPError as silence:
            raise ProviderDown(str(silence)) from silence
        if answer.status_code >= 500:
            raise ProviderDown(str(answer.status_code))
        return dict(answer.json()) if answer.status_code == 200 else None


def report_of(charge: dict[str, Any]) -> Report:
    """What the provider says of a charge."""
    return Report(
        f"evt_{charge['reference']}",
        "captured",
        charge["reference"],
        charge["amount"],
        charge["currency"],
        key=charge["key"],
        order=charge["order"],
    )


def accept(app: Flask, url: str, **how: Any) -> None:
    """This shop takes payments by the provider at `url`."""
    app.extensions["door"].methods["fakepay"] = FakePay(url, **how)
