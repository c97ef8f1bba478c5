"""An order told in words: its state, its steps, why it was credited."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.money import show
from shop.orders.models import Order

STATES = {
    "pending": (_l("To pay"), "warn"),
    "expired": (_l("Expired"), "quiet"),
    "paid": (_l("Paid"), "good"),
    "shipped": (_l("On its way"), "good"),
    "received": (_l("Received"), "good"),
    "completed": (_l("Completed"), "good"),
    "cancelled": (_l("Cancelled"), "quiet"),
    "refunded": (_l("Refunded"), "quiet"),
}
PAYMENT_STATES = {
    "intent": (_l("begun"), ""),
    "started": (_l("waiting"), "warn"),
    "authorized": (_l("reserved"), "warn"),
    "captured": (_l("paid"), "good"),
    "failed": (_l("declined"), "bad"),
    "voided": (_l("let go"), "quiet"),
    "asked": (_l("on its way"), "warn"),
    "done": (_l("gone back"), "good"),
}
# From the moment it is paid until its money went back.
GAINS = ("paid", "shipped", "received", "completed")
PICKUP = {"shipped": _l("Ready for pick-up"), "received": _l("Picked up")}
# What an order waits for, as the step that comes next.
NEXT = {"paid": _l("To pay"), "shipped": _l("To be sent"), "received": _l("To arrive")}
NEXT_PICKUP = {"shipped": _l("To be prepared"), "received": _l("To be picked up")}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's way: done, now, todo or bad."""

    label: Any
    state: str
    at: Any = None
    note: str = ""


def state_of(order: Order) -> tuple[Any, str]:
    """The order's state in a word and the colour of its badge; overdue is told as expired."""
    if order.is_overdue:
        return STATES["expired"]
    word, kind = STATES[order.state]
    return (PICKUP.get(order.state, word) if order.is_pickup else word), kind


def steps_of(order: Order) -> list[Step]:
    """Where the order stands on its way, with when each step was taken."""
    reached = {change.to_state: change for change in order.changes}
    ended = [state for state in ("cancelled", "refunded", "expired") if state == order.state]
    path = ["pending", "paid", "shipped", "received"]
    steps = []
    is_sent = order.delivery.get("way") != "none" and "received" not in reached
    for state in path:
        if state == "shipped" and not is_sent and state not in reached:
            continue  # nothing has to be sent
        word = _("Placed") if state == "pending" else _word(order, state)
        if state in reached:
            steps.append(Step(word, "done", reached[state].at))
        elif not ended:
            if all(step.state == "done" for step in steps):
                steps.append(Step(_next(order, state), "now"))
            else:
                steps.append(Step(word, "todo"))
    for state in ended:
        steps.append(Step(STATES[state][0], "bad", reached[state].at, reached[state].reason))
    return steps


def money_lines(order: Order) -> list[dict[str, Any]]:
    """Lines and adjustments as the money table shows them."""
    lines: list[dict[str, Any]] = [
        {
            "label": f"{line.quantity} × {line.title}",
            "why": line.detail,
            "amount": show(line.amount, order.currency),
        }
        for line in order.lines
    ]
    return lines + [
        {"label": a.title, "why": "", "amount": show(a.amount, order.currency), "minus": a.amount < 0}
        for a in order.adjustments
    ]


def sums(order: Order) -> list[dict[str, Any]]:
    """The goods in one line and the adjustments, for a page that shows the goods themselves above."""
    lines = money_lines(order)
    goods = sum(line.amount for line in order.lines)
    return [
        {"label": _("Goods"), "why": "", "amount": show(goods, order.currency)},
        *lines[len(order.lines) :],
    ]


def why_credited(order: Order) -> str:
    """Why the order is credited to a link, or to nobody."""
    credit = order.credit
    if credit is None or credit.reason == "direct":
        return _("Not credited to a link: the page was opened directly.")
    if credit.reason == "unknown_link":
        return _("Not credited: the link that was opened is not one of ours.")
    if credit.reason == "expired_link":
        return _("Not credited: the link “%(name)s” had ended.", name=credit.link.name if credit.link else "")
    if credit.reason == "other_community":
        return _("Not credited: the link that was opened belongs to another community.")
    return _(
        "Credited to %(community)s and %(name)s: the link “%(link)s” was opened before the order.",
        community=order.community.name,
        name=credit.sharer.name if credit.sharer else "",
        link=credit.link.name if credit.link else "",
    )


def gained(order: Order) -> Any:
    """What the community has of a paid order, in words; empty where it has nothing of it."""
    amount = sum(s.amount - s.reversed for s in order.shares if s.party == "community")
    if order.state not in GAINS or amount <= 0:
        return ""
    told = show(amount, order.currency)
    return _("%(community)s gains %(amount)s by it.", community=order.community.name, amount=told)


def _next(order: Order, state: str) -> Any:
    return NEXT[state] if order.needs_shipping else NEXT_PICKUP.get(state, NEXT[state])


def _word(order: Order, state: str) -> Any:
    word = STATES[state][0]
    return PICKUP.get(state, word) if order.is_pickup else word
