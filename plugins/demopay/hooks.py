"""Doorbells of demopay."""

from typing import Any

from plugins.demopay.calling import call_back
from plugins.demopay.provider import DemoPay
from shop.hookspecs import hookimpl


@hookimpl
def payment_methods() -> list[Any]:
    return [DemoPay()]


@hookimpl
def event_happened(event: Any) -> None:
    if event.name == "demopay.decided":
        call_back(event.payload["reference"])
