"""THE DOOR: every question that a plugin may answer.

A noun is asked while a page is built: batched, isolated, a plugin that fails is skipped. `-ing` is asked inside the
transaction and may refuse: a plugin that fails stops the act. `-ed` is told after the commit, from the outbox, again
until it succeeds. "Who handles this?" is answered by ownership (`offer.plugin`, `line.plugin`), never by who is first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import pluggy

from shop.answers import Fits, Words, answer_of, checked
from shop.db import Base

DOOR = "shop"
hookimpl = pluggy.HookimplMarker(DOOR)
_hookspec = pluggy.HookspecMarker(DOOR)

# What people read: text or a lazy translation, which is turned into text as soon as the plugin has answered.
Text = Annotated[Any, Words]
KINDS = ("discount", "shipping", "fee", "tax")


@dataclass(frozen=True, slots=True)
class Promise:
    """How a hook is asked: of its owner or of all, what it returns, and what a failure does."""

    to: str  # "owner" or "all"
    # "skip" leaves a page without the piece, "stop" stops the act, "retry" tries again later, "left out" unloads
    failure: str
    fits: Fits
    since: int = 1
    retiring: str = ""


@dataclass(frozen=True, slots=True)
@checked
class Panel:
    """How one offer looks: `template` gets `data` (and `offer`, `listing`) on the listing's page.

    `label` is a few words for the card on the shelf, `price` (minor units) what the card says, `is_open` whether
    the offer can be used now; `action` is the page's one main action, if this offer has it: (label, url); with
    `form`, the id of a form inside the panel, the action sends that form instead of following the url. `why` tells in
    a sentence what the price is for and what comes on top of it; the first offer's stands below the price.
    """

    template: str
    data: dict[str, Any] = field(default_factory=dict)
    label: Text = ""
    price: int | None = None
    is_open: bool = True
    action: tuple[Any, str] | None = None
    form: str | None = None
    why: Text = ""


@dataclass(frozen=True, slots=True)
@checked
class Piece:
    """A piece of a page for a slot: a template with its own data; `subject_id` says which tile it belongs to."""

    template: str
    data: dict[str, Any] = field(default_factory=dict)
    weight: int = 100
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
@checked
class NavItem:
    """An entry of a menu; `icon` is one of the sprite's names, `count` what waits there (shop.paging.how_many)."""

    label: Text
    url: str
    icon: str = "store"
    count: int | None = None
    weight: int = 100


@dataclass(frozen=True, slots=True)
@checked
class Price:
    """A line's price: `unit` in minor units, words for the line, and the limits (id, n) that it takes beside stock."""

    unit: int
    title: Text
    detail: Text = ""
    limits: tuple[tuple[int, int], ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
@checked
class Change:
    """An amount (minor units, negative takes off) added to a quote: kind is discount, shipping, fee or tax."""

    kind: str
    title: Text
    amount: int
    ref: str = ""


@dataclass(frozen=True, slots=True)
@checked
class Section:
    """A part of every checkout: a WTForms class whose fields are asked there, under `title` or drawn by `template`.

    `template` gets `form` and `data`. What was answered stands in `quote.answers["<plugin>.<name>"]` and, once it is
    placed, in `order.answers`.
    """

    name: str
    title: Text
    form: type
    template: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    weight: int = 100


@dataclass(frozen=True, slots=True)
@checked
class Cut:
    """A part of an order for somebody who helped to sell it: `party` is sharer or community, `amount` in minor units.

    It comes off the merchant's share, who always keeps a tenth of the order; `why` stands beside it in the books.
    """

    party: str
    party_id: int
    amount: int
    why: Text = ""


@dataclass(frozen=True, slots=True)
@checked
class Problem:
    """Why an act may not happen, in words for the person; `field` names the input it is about."""

    message: Text
    field: str | None = None


@dataclass(frozen=True, slots=True)
@checked
class Happening:
    """Something of yours that runs in a community for some time, for the managers' calendar; `url` leads to it.

    `ends` None: nobody has said when. `products` are the numbers of those that it is about. `leads` says that it only
    leads to them (an ad, a coupon, an article); otherwise it is a way to get, try or name them, and two of those at
    once are told to the managers. `sells` counts it towards how much is sold here in a day.
    """

    title: Text
    url: str
    starts: datetime
    ends: datetime | None = None
    products: tuple[int, ...] = ()
    leads: bool = False
    sells: bool = True


@dataclass(frozen=True, slots=True)
@checked
class Deed:
    """What somebody really did of one sort: `what` in words (“reviews”), how many `times`, the `last` of them.

    `last` is None where nobody kept when. `kind` is word (said or made something for the others), vote or took;
    `voices` is how many others found it helpful or want it, too.
    """

    person: int
    kind: str
    what: Text
    times: int
    last: datetime | None = None
    voices: int = 0


def promise(to: str, failure: str, since: int = 1, retiring: str = "") -> Callable[[Callable[..., Any]], Any]:
    """Declare a hook: whom it asks, what a failure does, since which version; `retiring` says what to use instead."""

    def mark(function: Callable[..., Any]) -> Any:
        function.promise = Promise(to, failure, answer_of(function), since, retiring)  # type: ignore[attr-defined]
        return _hookspec(function, warn_on_impl=DeprecationWarning(retiring) if retiring else None)

    return mark


@promise("owner", "skip")
def offer_panels(offers: Sequence[Any], viewer: Any) -> dict[int, Panel]:
    """A page shows these offers of yours (all of the page at once): how does each look? By offer id."""
    raise NotImplementedError


@promise("all", "skip")
def page_pieces(slot: str, subjects: Sequence[Any], community: Any, viewer: Any) -> list[Piece]:
    """A page is built: what do you put into this slot, for all its subjects at once? Slots: docs/plugins/slots.md."""
    raise NotImplementedError


@promise("all", "skip")
def nav_items(area: str, subject: Any, viewer: Any) -> list[NavItem]:
    """A menu is built: area is community, account, merchant, manage or admin; subject is its community or merchant.

    Area cart asks where the cart of a community is, for everybody the same: the first answer leads there.
    """
    raise NotImplementedError


@promise("all", "skip")
def member_tiers(community: Any, people: Sequence[int]) -> dict[int, int]:
    """A rule or an ad asks how these people (their numbers) stand here: 0 or left out is new, more is farther."""
    raise NotImplementedError


@promise("all", "skip")
def deeds(community: Any, people: Sequence[int], since: datetime) -> list[Deed]:
    """Somebody asks what these people (their numbers) really did here since an instant: one answer of each sort."""
    raise NotImplementedError


@promise("all", "skip")
def happenings(community: Any, since: datetime, until: datetime) -> list[Happening]:
    """The managers' calendar is shown: what of yours runs here at some time from `since` until `until`?"""
    raise NotImplementedError


@promise("owner", "left out")
def payment_methods() -> list[Any]:
    """At start: the ways to pay that you bring (shop.payments.method.PaymentMethod)."""
    raise NotImplementedError


@promise("owner", "stop")
def offer_saving(listing: Any, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A merchant saves an offer of yours: return the settings to keep, or raise Refused."""
    raise NotImplementedError


@promise("owner", "stop")
def line_pricing(wishes: Sequence[Any], buyer: Any) -> list[Price]:
    """A quote is made: the price of each wish (shop.orders.quoting.Wish) on your offers, in their order; may refuse."""
    raise NotImplementedError


@promise("all", "stop")
def quote_adjusting(quote: Any) -> list[Change]:
    """A quote is made (page, checkout and placing alike): what do you add or take off?"""
    raise NotImplementedError


@promise("all", "stop")
def checkout_sections(quote: Any, viewer: Any) -> list[Section]:
    """A checkout is shown or sent, whichever mode it is of: what do you ask the shopper there?"""
    raise NotImplementedError


@promise("owner", "stop")
def order_placing(order: Any, lines: Sequence[Any]) -> None:
    """An order with lines of yours is placed, in its transaction; write your own rows, or raise Refused."""


@promise("all", "stop")
def order_sharing(order: Any) -> list[Cut]:
    """An order is placed, with its lines, credit and agreed shares: who else is paid, out of the merchant's share?"""
    raise NotImplementedError


@promise("all", "stop")
def action_checking(action: str, subject: Any, by: Any) -> list[Problem]:
    """Somebody is about to do something: what speaks against it?

    Acts: listing.propose, order.place (the quote), order.cancel (by its buyer), order.refund, order.ship, link.make.
    """
    raise NotImplementedError


@promise("all", "retry")
def event_happened(event: Any) -> None:
    """Something happened, after its commit; told again until you succeed. Events: docs/plugins/events.md."""


@promise("owner", "retry")
def plugin_switched(community: Any, on: bool) -> None:
    """You were switched on or off in a community."""


@promise("all", "stop")
def person_data(person: Any, act: str) -> dict[str, Any] | None:
    """A person asks for their data (`act` is export: return plain values) or for it to be forgotten (`erase`)."""
    raise NotImplementedError


HOOKS: dict[str, Promise] = {
    name: member.promise for name, member in list(globals().items()) if hasattr(member, "promise")
}
TableBase = Base  # what a plugin's tables derive from
