"""The words in which the demo is told: plain data, no rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo; `key` is how the rest of the catalogue calls them, and the front of their address."""

    key: str
    name: str
    intro: str
    locale: str = "zh_Hans_CN"
    is_operator: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


@dataclass(frozen=True, slots=True)
class DemoCommunity:
    """A community; people by their keys, the owner apart from managers and members; `cover` names its picture."""

    slug: str
    name: str
    promise: str
    kind: str
    entry: str
    size: int
    rules: str
    cover: str
    owner: str
    managers: tuple[str, ...]
    members: tuple[str, ...]
    time_zone: str = "Asia/Shanghai"
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class DemoMerchant:
    """A merchant; `seal` is its character and colour, `staff` maps people's keys to roles, postage in minor units."""

    slug: str
    name: str
    about: str
    contact: str
    seal: tuple[str, str]
    staff: Mapping[str, str]
    postage: int
    free_over: int
    pickup: str
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class DemoVariant:
    """One form of a product: price and compare-at price in minor units; stock None never runs out."""

    values: tuple[str, ...]
    sku: str
    price: int
    stock: int | None
    compare_at: int | None = None
    grams: int = 0


@dataclass(frozen=True, slots=True)
class DemoPicture:
    """What `shop.demo.art.still` is asked to draw, and what it shows in words."""

    motif: str
    main: str
    second: str
    ground: str
    place: str
    view: str
    alt: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of a merchant (by slug), the communities (by slug) where it stands on the shelf, and its story."""

    handle: str
    merchant: str
    communities: tuple[str, ...]
    name: str
    kind: str
    tags: tuple[str, ...]
    story: str
    options: tuple[str, ...]
    variants: tuple[DemoVariant, ...]
    pictures: tuple[DemoPicture, ...]
    needs_shipping: bool = True


def one(
    sku: str, price: int, stock: int | None, *, was: int | None = None, grams: int = 0
) -> tuple[DemoVariant, ...]:
    """A product that comes in one form only."""
    return (DemoVariant((), sku, price, stock, was, grams),)


def form(
    value: str, sku: str, price: int, stock: int | None, *, was: int | None = None, grams: int = 0
) -> DemoVariant:
    """One value of a product with one option."""
    return DemoVariant((value,), sku, price, stock, was, grams)


def grid(
    prefix: str,
    price: int,
    columns: Sequence[str],
    rows: Mapping[str, Sequence[int]],
    *,
    was: int | None = None,
    grams: int = 0,
) -> tuple[DemoVariant, ...]:
    """Every row with every column at one price; each row says how many there are, from left to right."""
    return tuple(
        DemoVariant((row, column), f"{prefix}-{r}{c}", price, stock, was, grams)
        for r, (row, stocks) in enumerate(rows.items(), 1)
        for c, (column, stock) in enumerate(zip(columns, stocks, strict=True), 1)
    )


def pictures(motif: str, *looks: str, alt: str) -> tuple[DemoPicture, ...]:
    """Pictures of one motif; each look is "main second ground place" and, after the first, a view."""
    drawn = []
    for look in looks:
        main, second, ground, place, *view = look.split()
        drawn.append(DemoPicture(motif, main, second, ground, place, view[0] if view else "still", alt))
    return tuple(drawn)
