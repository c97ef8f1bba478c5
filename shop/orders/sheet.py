"""A merchant's orders as rows for a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence

from shop.money import plain
from shop.orders.models import Order

CONTACT = ("name", "email", "phone")
COLUMNS = (
    "order", "placed", "state", "community", "buyer", "email", "phone", "what", "total", "currency",
    "way", "delivery", "note",
)  # fmt: skip


def rows_of(orders: Iterable[Order]) -> Iterator[Sequence[str]]:
    """One row an order, under the names of the columns; amounts in major units, instants in the community's time."""
    yield COLUMNS
    for order in orders:
        told = {name: str(order.contact.get(name) or "") for name in CONTACT}
        yield (
            order.number,
            order.placed_at.astimezone(order.community.zone).isoformat(timespec="seconds"),
            order.state,
            order.community.name,
            told["name"] or (order.buyer.name if order.buyer else ""),
            told["email"],
            told["phone"],
            "; ".join(
                " ".join(filter(None, (f"{each.quantity} ×", each.title, each.detail)))
                for each in order.lines
            ),
            plain(order.total, order.currency),
            order.currency,
            str(order.delivery.get("title") or ""),
            str(order.delivery.get("text") or ""),
            order.note,
        )
