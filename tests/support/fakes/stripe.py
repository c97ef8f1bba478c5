"""Stripe on this machine, as far as localstripe does not go: Checkout Sessions, idempotency keys, declines, disputes.

It keeps its own books (`charged`, `refunded`), forgets keys when told, can act and then hang up, and collects events
that a test delivers as often and in whatever order it likes.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock, Thread
from typing import Any

from flask import Flask, Request, Response, request
from stripe import WebhookSignature
from werkzeug.serving import make_server

SECRET = "whsec_fake"


class FakeStripe:
    """The provider: its books, its events, and what it is told to do wrong next."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.trouble: list[str] = []  # "down", "hang up before" or "hang up after", one for each request
        self.lock = Lock()
        self._numbers = count(1)
        self.url = ""

    @property
    def charged(self) -> int:
        """What shoppers have really paid."""
        return sum(intent["amount_received"] for intent in self.intents.values())

    @property
    def refunded(self) -> int:
        """What has really gone back."""
        return sum(refund["amount"] for refund in self.refunds.values() if refund["status"] == "succeeded")

    def forget_keys(self) -> None:
        """A day goes by."""
        self.keys.clear()

    # What a shopper and a bank do

    def pay(self, session_id: str, *, card: str = "good") -> None:
        """Somebody enters a card on Stripe's page."""
        session = self.sessions[session_id]
        assert session["status"] == "open", "the page is closed"
        intent = self._intent_of(session)
        if card == "declined":
            intent["status"] = "requires_payment_method"
            self._tell("payment_intent.payment_failed", intent)
            return
        session.update(status="complete")
        if intent["capture_method"] == "manual":
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self._tell("payment_intent.amount_capturable_updated", intent)
        else:
            intent.update(status="succeeded", amount_received=intent["amount"])
            session["payment_status"] = "paid"
            self._tell("payment_intent.succeeded", intent)
        self._tell("checkout.session.completed", session)

    def dispute(
        self, session_id: str, act: str, status: str, amount: int | None = None, name: str | None = None
    ) -> None:
        """A cardholder's bank asks the money back, or decides."""
        intent = self.intents[self.sessions[session_id]["payment_intent"]]
        told = {
            "id": name or f"dp_{intent['id']}",
            "object": "dispute",
            "amount": amount or intent["amount"],
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "reason": "fraudulent",
            "status": status,
            "metadata": {},
        }
        self._tell(f"charge.dispute.{act}", told)

    # Events

    def signed(
        self, event: dict[str, Any], *, at: float | None = None, secret: str = SECRET
    ) -> dict[str, Any]:
        """The body and headers of a webhook."""
        body = json.dumps(event)
        header = WebhookSignature.generate_signature_header(
            body, secret, int(time.time() if at is None else at)
        )
        return {"data": body, "headers": {"Stripe-Signature": header, "Content-Type": "application/json"}}

    def _tell(self, kind: str, about: dict[str, Any]) -> None:
        self.events.append(
            {
                "id": f"evt_{next(self._numbers)}",
                "object": "event",
                "type": kind,
                "livemode": False,
                "created": int(time.time()),
                "data": {"object": json.loads(json.dumps(about))},
            }
        )

    # The API

    def answer(self, asked: Request) -> tuple[int, Any]:
        """One request, once for its idempotency key."""
        key, form = asked.headers.get("Idempotency-Key"), asked.form.to_dict()
        if asked.method != "POST" or key is None:
            return self._route(asked.method, asked.path, form, asked.args.to_dict())
        body = json.dumps([asked.path, form], sort_keys=True)
        if key in self.keys:
            was, answer = self.keys[key]
            if was != body:
                return 400, _error(
                    "idempotency_error", "Keys for idempotent requests are for the same parameters"
                )
            return answer
        answer = self._route(asked.method, asked.path, form, {})
        self.keys[key] = (body, answer)
        return answer

    def _route(self, method: str, path: str, form: dict[str, str], args: dict[str, str]) -> tuple[int, Any]:
        for verb, pattern, act in (
            ("POST", r"/v1/checkout/sessions", self._open),
            ("GET", r"/v1/checkout/sessions", self._list_sessions),
            ("GET", r"/v1/checkout/sessions/(\w+)", self._show_session),
            ("POST", r"/v1/checkout/sessions/(\w+)/expire", self._expire),
            ("GET", r"/v1/payment_intents/(\w+)", self._show_intent),
            ("POST", r"/v1/payment_intents/(\w+)/capture", self._capture),
            ("POST", r"/v1/payment_intents/(\w+)/cancel", self._cancel),
            ("GET", r"/v1/refunds", self._list_refunds),
            ("POST", r"/v1/refunds", self._refund),
        ):
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                return act(*found.groups(), form | args)
        return 404, _error("invalid_request_error", f"no such thing: {method} {path}")

    def _open(self, form: dict[str, str]) -> tuple[int, Any]:
        amount = int(form["line_items[0][price_data][unit_amount]"])
        if amount < 50:
            return 400, _error("invalid_request_error", "Amount must be at least 50")
        name = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "livemode": False,
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": amount,
            "currency": form["line_items[0][price_data][currency]"],
            "client_reference_id": form["client_reference_id"],
            "metadata": _under("metadata", form),
            "payment_intent": None,
            "url": f"{self.url}/pay/{name}",
            "capture_method": form.get("payment_intent_data[capture_method]", "automatic"),
        }
        return 200, self.sessions[name]

    def _intent_of(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["payment_intent"] is None:
            name = f"pi_{len(self.intents) + 1}"
            session["payment_intent"] = name
            self.intents[name] = {
                "id": name,
                "object": "payment_intent",
                "livemode": False,
                "amount": session["amount_total"],
                "amount_received": 0,
                "amount_capturable": 0,
                "currency": session["currency"],
                "capture_method": session["capture_method"],
                "metadata": session["metadata"],
                "status": "requires_payment_method",
            }
        return self.intents[session["payment_intent"]]

    def _list_sessions(self, _args: dict[str, str]) -> tuple[int, Any]:
        return 200, _list(list(self.sessions.values()), "/v1/checkout/sessions")

    def _show_session(self, name: str, args: dict[str, str]) -> tuple[int, Any]:
        if name not in self.sessions:
            return 404, _error("invalid_request_error", f"No such checkout.session: {name}")
        session = dict(self.sessions[name])
        if "expand[0]" in args and session["payment_intent"]:
            session["payment_intent"] = self.intents[session["payment_intent"]]
        return 200, session

    def _expire(self, name: str, _form: dict[str, str]) -> tuple[int, Any]:
        self.sessions[name].update(status="expired", url=None)
        self._tell("checkout.session.expired", self.sessions[name])
        return 200, self.sessions[name]

    def _show_intent(self, name: str, _args: dict[str, str]) -> tuple[int, Any]:
        return 200, self.intents[name]

    def _capture(self, name: str, _form: dict[str, str]) -> tuple[int, Any]:
        intent = self.intents[name]
        intent.update(status="succeeded", amount_received=intent["amount"], amount_capturable=0)
        self._tell("payment_intent.succeeded", intent)
        return 200, intent

    def _cancel(self, name: str, _form: dict[str, str]) -> tuple[int, Any]:
        intent = self.intents[name]
        intent.update(status="canceled", amount_capturable=0)
        self._tell("payment_intent.canceled", intent)
        return 200, intent

    def _list_refunds(self, args: dict[str, str]) -> tuple[int, Any]:
        mine = [r for r in self.refunds.values() if r["payment_intent"] == args["payment_intent"]]
        return 200, _list(mine, "/v1/refunds")

    def _refund(self, form: dict[str, str]) -> tuple[int, Any]:
        intent, amount = self.intents[form["payment_intent"]], int(form["amount"])
        gone = sum(r["amount"] for r in self.refunds.values() if r["payment_intent"] == intent["id"])
        if gone + amount > intent["amount_received"]:
            return 400, _error("invalid_request_error", "Refund amount is greater than the unrefunded amount")
        name = f"re_{len(self.refunds) + 1}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": _under("metadata", form),
            "status": "succeeded",
        }
        self._tell("refund.created", self.refunds[name])
        return 200, self.refunds[name]


@contextmanager
def fake_stripe() -> Iterator[FakeStripe]:
    """Stripe on a free loopback port."""
    fake, app = FakeStripe(), Flask("fake stripe")

    @app.route("/v1/<path:_rest>", methods=["GET", "POST"])
    def _api(_rest: str) -> Any:
        with fake.lock:
            fake.asked.append(f"{request.method} {request.path}")
            trouble = fake.trouble.pop(0) if fake.trouble else ""
            if trouble == "hang up before":
                _hang_up()
            if trouble == "down":
                return Response(json.dumps(_error("api_error", "down")), 503, mimetype="application/json")
            status, told = fake.answer(request)
        if trouble == "hang up after":
            _hang_up()
        return Response(json.dumps(told), status, mimetype="application/json")

    server = make_server("127.0.0.1", 0, app, threaded=True)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="fake stripe")
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _hang_up() -> None:
    """Cut the line without an answer."""
    request.environ["werkzeug.socket"].shutdown(2)


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message}}


def _list(rows: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def _under(name: str, form: dict[str, str]) -> dict[str, str]:
    return {key[len(name) + 1 : -1]: value for key, value in form.items() if key.startswith(f"{name}[")}
