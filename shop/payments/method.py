"""PaymentMethod: what a payment plugin brings; six verbs, none of them called inside a transaction."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Request
from flask_babel import gettext as _

from shop.errors import NotValid
from shop.hookspecs import Piece
from shop.orders.models import Order
from shop.payments.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class Started:
    """The provider's name for the payment, and where the shopper goes now (nowhere: back to the order's page)."""

    reference: str
    url: str | None = None


# The kinds of report that every shop knows how to settle; a method settles kinds of its own itself.
KINDS = frozenset({"authorized", "captured", "failed", "refunded", "refund_failed"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a payment or refund, verified.

    `kind` is one of KINDS or the method's own; `amount` in minor units of `currency`; `event_ref` is the provider's
    name for this very event. `key` (the payment's) and `order` (its number) are what the provider told back of
    what we told it: the key finds a payment whose start got no answer, and the order must be the payment's own.
    `charge` is its name for the money that came.
    """

    event_ref: str
    kind: str
    reference: str
    amount: int
    currency: str
    refund_key: str | None = None
    note: str = ""
    key: str | None = None
    order: str | None = None
    charge: str | None = None


class NotGenuine(Exception):
    """A callback that the provider did not send, or not now."""


class ProviderDown(Exception):
    """The provider did not answer; whether it acted is not known. Ask again with the same key."""


class PaymentMethod(ABC):
    """One way to pay; `code` is unique on the site and names its callback address."""

    code: str
    plugin: str = ""  # whose it is; set at start
    title: Any
    hint: Any = ""
    # The merchant takes the money in hand, and owes the shares of the others.
    merchant_collects = False
    deferred_capture = False
    partial_refund = True

    @property
    def most_shared(self) -> int | None:
        """How many per cent of an order the provider sends to others by itself at most; None: it sends nothing."""
        return None

    def is_offered(self, order: Order) -> bool:
        """Whether a shopper may choose it for this order."""
        return True

    @abstractmethod
    def start(self, payment: Payment, return_url: str) -> Started:
        """Tell the provider of the payment, with its key; raises ProviderDown."""

    @abstractmethod
    def refund(self, refund: Refund) -> Report | None:
        """Send money back, with the refund's key; None when a callback will tell. Raises ProviderDown."""

    def waiting(self, payment: Payment) -> Piece | None:
        """What the order's page shows while this payment is open."""
        return None

    def verify(self, request: Request) -> Sequence[Report]:
        """The reports of a genuine callback; raises NotGenuine."""
        raise NotGenuine(f"{self.code} has no callbacks")

    def settle(self, report: Report) -> str:
        """Do what a report of a kind of your own says (a dispute), in the callback's transaction; one word for it."""
        raise NotValid(_("This kind of report is not known."))

    def ask(self, payment: Payment) -> Report | None:
        """What the provider knows of a payment that got no answer; None when it is still open."""
        return None

    def capture(self, payment: Payment) -> Report | None:
        """Take money that was authorized; only with `deferred_capture`."""
        raise NotImplementedError(self.code)

    def void(self, payment: Payment) -> None:
        """Let go of money that was authorized; only with `deferred_capture`."""
        raise NotImplementedError(self.code)


def wants_deferred_capture(order: Order) -> bool:
    """Whether a line asks that money is only reserved for now: its mode put `deferred_capture` into its inputs.

    `True` insists on it; with `"where possible"` a way to pay that cannot reserve takes the money at once.
    """
    return any(line.inputs.get("deferred_capture") for line in order.lines)


def insists_on_deferred_capture(order: Order) -> bool:
    """Whether a line may only be paid by a method that can reserve."""
    return any(line.inputs.get("deferred_capture") is True for line in order.lines)
