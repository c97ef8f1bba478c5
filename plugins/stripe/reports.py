"""What Stripe says, in the shop's words: a session, an intent, a refund or a dispute becomes a Report."""

from collections.abc import Mapping, Sequence
from typing import Any

from plugins.stripe.currency import from_stripe
from shop.payments.method import Report

# Kinds that this plugin settles itself (plugins/stripe/disputes.py).
DISPUTE = "dispute"
OUTSIDE_REFUND = "outside_refund"


def reports_of(event: Mapping[str, Any]) -> Sequence[Report]:
    """The reports of an event; none when it is not about this shop's payments, or says nothing new."""
    kind, told = event["type"], event["data"]["object"]
    if kind.startswith("checkout.session."):
        report = of_session(told, event["id"])
    elif kind.startswith("payment_intent."):
        report = of_intent(told, event["id"])
    elif kind.startswith(("refund.", "charge.refund.")):
        report = of_refund(told, event["id"])
    elif kind.startswith("charge.dispute."):
        report = _of_dispute(told, event["id"], kind.removeprefix("charge.dispute."))
    else:
        report = None
    return [report] if report else []


def of_session(told: Mapping[str, Any], ref: str) -> Report | None:
    """Paid, failed for good, or (a decline may be tried again on Stripe's page) nothing yet."""
    key, intent = told["metadata"].get("payment_key"), told.get("payment_intent")
    if key is None:
        return None
    if intent is not None and not isinstance(intent, str):
        return of_intent(intent, ref, told["id"])
    if told["status"] == "complete" and told["payment_status"] == "paid":
        kind = "captured"
    elif told["status"] == "expired":
        kind = "failed"
    else:
        return None
    return _report(ref, kind, told, told["id"], told["amount_total"], intent)


def of_intent(told: Mapping[str, Any], ref: str, reference: str | None = None) -> Report | None:
    """Captured, authorized or cancelled; a declined card is no end, for the shopper may take another."""
    amounts = {"succeeded": "amount_received", "requires_capture": "amount_capturable", "canceled": "amount"}
    kinds = {"succeeded": "captured", "requires_capture": "authorized", "canceled": "failed"}
    if told["status"] not in kinds or told["metadata"].get("payment_key") is None:
        return None
    amount = told.get(amounts[told["status"]], told["amount"])  # localstripe tells no more than the amount
    return _report(ref, kinds[told["status"]], told, reference or told["id"], amount, told["id"])


def of_refund(told: Mapping[str, Any], ref: str) -> Report | None:
    """Gone back, or refused; one that was made in Stripe's dashboard has no key of ours."""
    key = told["metadata"].get("refund_key") if told["metadata"] else None
    if told["status"] not in ("succeeded", "failed", "canceled"):
        return None
    kind = "refunded" if told["status"] == "succeeded" else "refund_failed"
    if key is None:
        if kind == "refund_failed" or not told["payment_intent"]:
            return None
        kind = OUTSIDE_REFUND
    currency = told["currency"].upper()
    amount = from_stripe(told["amount"], currency)
    note = told["payment_intent"] if key is None else told.get("failure_reason") or ""
    return Report(ref, kind, told["id"], amount, currency, key, note)


def _of_dispute(told: Mapping[str, Any], ref: str, act: str) -> Report:
    """`note` carries what Stripe did, the dispute's state, its reason and its payment intent."""
    currency = told["currency"].upper()
    note = "|".join((act, told["status"], told["reason"], told["payment_intent"]))
    return Report(ref, DISPUTE, told["id"], from_stripe(told["amount"], currency), currency, note=note)


def _report(
    ref: str, kind: str, told: Mapping[str, Any], reference: str, amount: int, intent: str | None
) -> Report:
    """`intent` is the money's name; there is none when a page ended without any."""
    currency, meta = told["currency"].upper(), told["metadata"]
    return Report(
        ref,
        kind,
        reference,
        from_stripe(amount, currency),
        currency,
        note="expired" if intent is None else "",
        key=meta["payment_key"],
        order=meta.get("order", ""),
        charge=intent,
    )
