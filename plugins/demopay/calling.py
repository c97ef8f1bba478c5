"""The provider calls the shop: a signed webhook over HTTP, again until it is answered with 200."""

import json

import httpx
from flask import current_app
from sqlalchemy import select

from plugins.demopay.models import Charge
from plugins.demopay.provider import report_of, sign
from shop.db import db

TIMEOUT_SECONDS = 5


def call_back(reference: str) -> None:
    """Tell the shop what was decided; raises when it does not take it."""
    charge = db.session.scalars(select(Charge).where(Charge.reference == reference)).one()
    report = report_of(charge)
    payload = json.dumps(
        {
            "id": report.event_ref,
            "kind": report.kind,
            "reference": report.reference,
            "amount": report.amount,
            "currency": report.currency,
        }
    ).encode()
    db.session.commit()  # nothing is held while we wait for the answer
    headers = {"Demopay-Signature": sign(payload), "Content-Type": "application/json"}
    with httpx.Client(transport=_transport(), timeout=TIMEOUT_SECONDS) as client:
        client.post(
            f"{current_app.config['BASE_URL']}/hooks/pay/demopay", content=payload, headers=headers
        ).raise_for_status()


def _transport() -> httpx.BaseTransport | None:
    """Under test there is no server: the application itself is called."""
    return httpx.WSGITransport(app=current_app.wsgi_app) if current_app.testing else None
