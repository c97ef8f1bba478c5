"""`shop check`: verifies the books of a live database; it only reads."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from shop.catalog.models import Picture, Product, Variant
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db, writing
from shop.events import Delivery, Event
from shop.files import files
from shop.hooks import door
from shop.ledger.earnings import Earning
from shop.ledger.models import PAYOUT_REASONS, Account, Transfer, totals
from shop.ledger.payouts import PARTIES, Payout
from shop.limits import Hold, Limit
from shop.once import OnceKey
from shop.orders.models import Adjustment, Order, OrderLine, Share
from shop.payments.models import Payment, Refund
from shop.plugins import resolve

log = structlog.get_logger(__name__)

# What the worker does within seconds may take this long before it counts as stuck.
PATIENCE = timedelta(minutes=10)
MOST_TOLD = 20

Finding = str


def check(app: Flask) -> list[Finding]:
    """Everything that is wrong with the books, in sentences; nothing when all is well."""
    with app.app_context(), writing(False):
        try:
            return [
                finding for rule in (*RULES, *_rules_of_plugins()) for finding in list(rule())[:MOST_TOLD]
            ]
        finally:
            db.session.remove()


def ledger_sums_to_nothing() -> Iterator[Finding]:
    """Per currency the balances of all accounts sum to zero, and no transfer mixes currencies."""
    for currency, total in totals().items():
        if total:
            yield f"The ledger of {currency} sums to {total}, not to 0."
    debit, credit = aliased(Account), aliased(Account)
    mixed = (
        select(Transfer.id)
        .join(debit, debit.id == Transfer.debit_id)
        .join(credit, credit.id == Transfer.credit_id)
        .where(or_(debit.currency != Transfer.currency, credit.currency != Transfer.currency))
    )
    for transfer_id in db.session.scalars(mixed):
        yield f"Transfer {transfer_id} mixes currencies."


def limits_say_what_rows_say() -> Iterator[Finding]:
    """Stock: what is taken equals what holds keep. Seats: equals the members. Others: no less than holds keep."""
    held = (
        select(Hold.limit_id, func.sum(Hold.n).label("n"))
        .where(Hold.given_back_at.is_(None))
        .group_by(Hold.limit_id)
    ).subquery()
    taken = Limit.size - Limit.left
    wrong = (
        select(Limit.id, Limit.kind, taken, func.coalesce(held.c.n, 0))
        .outerjoin(held, held.c.limit_id == Limit.id)
        .where(Limit.kind.in_(("stock", "offer")), taken != func.coalesce(held.c.n, 0))
    )
    for limit_id, kind, has, should in db.session.execute(wrong):
        yield f"Limit {limit_id} ({kind}) has {has} taken, its holds say {should}."
    for limit_id, kind, has, holds in db.session.execute(
        select(Limit.id, Limit.kind, taken, held.c.n)
        .join(held, held.c.limit_id == Limit.id)
        .where(Limit.kind.not_in(("stock", "offer")), taken < held.c.n)
    ):
        yield f"Limit {limit_id} ({kind}) has {has} taken, its holds alone keep {holds}."
    members = (
        select(func.count(Membership.id)).where(Membership.community_id == Community.id).scalar_subquery()
    )
    seats = (
        select(Community.slug, taken, members)
        .join(Limit, Limit.id == Community.seats_id)
        .where(taken != members)
    )
    for slug, has, should in db.session.execute(seats):
        yield f"Community {slug} has {has} seats taken and {should} members."


def orders_add_up() -> Iterator[Finding]:
    """Lines and adjustments sum to the total, shares too; a paid order has exactly its money captured."""
    lines = _sum_of(OrderLine.amount, OrderLine.order_id)
    adjustments = _sum_of(Adjustment.amount, Adjustment.order_id)
    shares = _sum_of(Share.amount, Share.order_id)
    for number, total in db.session.execute(
        select(Order.number, Order.total).where(
            Order.total != lines + adjustments, or_(Order.total != 0, lines + adjustments > 0)
        )
    ):
        yield f"Order {number}: lines and adjustments do not sum to its total of {total}."
    for number, total in db.session.execute(select(Order.number, Order.total).where(Order.total != shares)):
        yield f"Order {number}: its shares do not sum to its total of {total}."
    captured = (
        select(func.coalesce(func.sum(Payment.captured), 0))
        .where(Payment.order_id == Order.id, Payment.is_allocated)
        .scalar_subquery()
    )
    settled = Order.state.in_(("paid", "shipped", "received", "completed", "refunded"))
    for number, state in db.session.execute(
        select(Order.number, Order.state).where(settled, captured != Order.total)
    ):
        yield f"Order {number} is {state}, but what was captured is not its total."
    for number in db.session.scalars(
        select(Order.number).where(Order.state.in_(("pending", "expired")), captured > 0)
    ):
        yield f"Order {number} was paid and does not say so."


def payments_match_the_ledger() -> Iterator[Finding]:
    """What was captured and refunded is what the provider's account of the books says, payment by payment."""
    booked_in = select(func.coalesce(func.sum(Transfer.amount), 0)).where(
        Transfer.key == _key("payment:", Payment.id)
    )
    for payment_id in db.session.scalars(
        select(Payment.id).where(Payment.captured != booked_in.scalar_subquery())
    ):
        yield f"Payment {payment_id}: captured and booked differ."
    done = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id)
        .scalar_subquery()
    )
    for payment_id in db.session.scalars(select(Payment.id).where(Payment.refunded != done)):
        yield f"Payment {payment_id}: what is set aside to go back is not what its refunds say."
    booked_out = exists().where(Transfer.key == _key("refund:", Refund.id))
    for refund_id in db.session.scalars(select(Refund.id).where(Refund.state == "done", ~booked_out)):
        yield f"Refund {refund_id} went out and is not in the books."
    hands = or_(
        and_(Account.owner == "provider", Account.owner_ref == Payment.method, ~Payment.is_with_merchant),
        and_(Account.owner == "merchant", Account.purpose == "payable", Payment.is_with_merchant),
    )
    elsewhere = (
        select(Payment.id)
        .join(Transfer, Transfer.key == _key("payment:", Payment.id))
        .join(Account, Account.id == Transfer.debit_id)
        .where(~hands)
    )
    for payment_id in db.session.scalars(elsewhere):
        yield f"Payment {payment_id}: its money is booked as if somebody else had it."


def shares_match_the_ledger() -> Iterator[Finding]:
    """Per party: each pot holds what is left of shares and earnings less what merchants have in hand, payouts aside."""
    expected: dict[tuple[str, str, str, str], int] = {}
    paid_for = exists().where(Payment.order_id == Order.id, Payment.is_allocated, Payment.captured > 0)
    pot = case(
        (Share.frozen_at.is_not(None), "frozen"), (Share.payable_at.is_not(None), "payable"), else_="pending"
    )
    shares = (
        select(Share.party, Share.party_id, pot.label("pot"), Order.currency, Share.amount - Share.reversed)
        .join(Order, Order.id == Share.order_id)
        .where(paid_for)
        .subquery()
    )
    key = list(shares.c)[:4]
    for *where, amount in db.session.execute(select(*key, func.sum(list(shares.c)[4])).group_by(*key)):
        party, party_id, purpose, currency = where
        expected[party, str(party_id), purpose, currency] = int(amount)
    released = Earning.payable_at.is_not(None)
    for party, party_id, is_released, currency, amount in db.session.execute(
        select(
            Earning.party,
            Earning.party_id,
            released,
            Earning.currency,
            func.sum(Earning.amount - Earning.reversed),
        ).group_by(Earning.party, Earning.party_id, released, Earning.currency)
    ):
        one = (party, str(party_id), "payable" if is_released else "pending", currency)
        expected[one] = expected.get(one, 0) + int(amount)
    for party, ref, currency, amount in _owed_by_parties():
        one = (party, ref, "payable", currency)
        expected[one] = expected.get(one, 0) - int(amount)
    for merchant_id, currency, amount in _in_the_hands_of_merchants():
        one = ("merchant", str(merchant_id), "payable", currency)
        expected[one] = expected.get(one, 0) - int(amount)
    for party, ref, currency, amount in _paid_by_parties():
        one = (party, ref, "payable", currency)
        expected[one] = expected.get(one, 0) + int(amount)
    pots = db.session.execute(
        select(Account.owner, Account.owner_ref, Account.purpose, Account.currency, Account.earned()).where(
            Account.purpose.in_(("pending", "payable", "frozen"))
        )
    )
    booked = {(owner, ref, purpose, currency): int(amount) for owner, ref, purpose, currency, amount in pots}
    for one in sorted(expected.keys() | booked.keys()):
        has, should = booked.get(one, 0), expected.get(one, 0)
        if has != should:
            party, ref, purpose, currency = one
            yield f"The {purpose} pot of {party} {ref} ({currency}) earned {has}, its shares say {should}."
    reversed_sum = _sum_of(Share.reversed, Share.order_id)
    gone = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_id == Order.id, Payment.is_allocated, Refund.state == "done")
        .scalar_subquery()
    )
    for number in db.session.scalars(select(Order.number).where(reversed_sum != gone)):
        yield f"Order {number}: what its shares gave back is not what was refunded."


def payouts_match_the_ledger() -> Iterator[Finding]:
    """Each payout that was sent is booked once with its amount, and no pot promises what no payout says."""
    out, back = _booked(_key("payout:", Payout.id)), _booked(_key("payout:", Payout.id) + literal(":back"))
    went = case((Payout.state.in_(("sent", "failed")), Payout.amount), else_=0)
    came_back = case((Payout.state == "failed", Payout.amount), else_=0)
    for payout_id, state in db.session.execute(
        select(Payout.id, Payout.state).where(or_(out != went, back != came_back))
    ):
        yield f"Payout {payout_id} is {state}, the books say otherwise."
    open_ones = (
        select(func.coalesce(func.sum(Payout.amount), 0))
        .where(Payout.account_id == Account.id, Payout.state.in_(("planned", "sent")))
        .correlate(Account)
        .scalar_subquery()
    )
    for owner, ref in db.session.execute(
        select(Account.owner, Account.owner_ref).where(Account.promised != open_ones)
    ):
        yield f"What is promised to {owner} {ref} is not what its payouts say."
    strays = select(Transfer.key).where(
        Transfer.reason.in_(PAYOUT_REASONS),
        ~exists().where(
            or_(
                Transfer.key == _key("payout:", Payout.id),
                Transfer.key == _key("payout:", Payout.id) + literal(":back"),
            )
        ),
    )
    for key in db.session.scalars(strays):
        yield f"Transfer {key} is of no payout."


def one_order_per_key() -> Iterator[Finding]:
    """Every key that was answered names an order, and no two name the same."""
    placed = (OnceKey.operation == "order.place", OnceKey.answer.is_not(None))
    twice = select(OnceKey.answer).where(*placed).group_by(OnceKey.answer).having(func.count() > 1)
    for number in db.session.scalars(twice):
        yield f"Order {number} answers two keys."
    lost = select(OnceKey.answer).where(*placed, ~exists().where(Order.number == OnceKey.answer))
    for number in db.session.scalars(lost):
        yield f"A key names order {number}, which is not there."


def nothing_is_stuck() -> Iterator[Finding]:
    """No event waits for the worker longer than its patience, none has died, no hold outlives its order."""
    late = now() - PATIENCE
    for event_id, name in db.session.execute(
        select(Event.id, Event.name).where(Event.spread_at.is_(None), Event.at < late)
    ):
        yield f"Event {event_id} ({name}) waits for a worker."
    for delivery_id, listener in db.session.execute(
        select(Delivery.id, Delivery.listener).where(Delivery.dead_at.is_not(None))
    ):
        yield f"Delivery {delivery_id} to {listener} has failed for good and waits for a human."
    for number in db.session.scalars(
        select(Order.number).where(Order.state == "pending", Order.hold_until < late)
    ):
        yield f"Order {number} is past its time and was not expired."
    for hold_id in db.session.scalars(select(Hold.id).where(Hold.given_back_at.is_(None), Hold.until < late)):
        yield f"Hold {hold_id} is past its time and was not given back."


def pictures_match_rows() -> Iterator[Finding]:
    """Every stored picture has its file; a product's cover is one of its pictures."""
    for picture in db.session.scalars(
        select(Picture).where(Picture.state == "stored").execution_options(yield_per=500)
    ):
        if picture.key is None or not files.exists(f"{picture.key}-{picture.width}.webp"):
            yield f"Picture {picture.id} of product {picture.product_id} has no file."
    lowest = select(func.min(Variant.price)).where(Variant.product_id == Product.id, ~Variant.is_archived)
    for handle in db.session.scalars(
        select(Product.handle).where(Product.price_from != lowest.scalar_subquery())
    ):
        yield f"Product {handle}: its lowest price is not what its variants say."


def _rules_of_plugins() -> Iterator[Callable[[], Iterable[Finding]]]:
    """What plugins verify of their own rows: `Manifest.checks`."""
    for plugin in door().working():
        for rule in plugin.manifest.checks if plugin.manifest else ():
            yield partial(_of_plugin, plugin.name, rule)


def _of_plugin(name: str, rule: str) -> list[Finding]:
    """What a plugin's rule tells; one that fails is a finding itself, and spoils nobody else's."""
    try:
        with db.session.begin_nested():
            return list(resolve(rule)())
    except Exception as failure:
        log.exception("books of a plugin could not be read", plugin=name)
        return [f"The books of {name} could not be read ({type(failure).__name__})."]


def _owed_by_parties() -> Any:
    """What is left of the earnings that a party itself pays, by that party."""
    return db.session.execute(
        select(
            Account.owner, Account.owner_ref, Account.currency, func.sum(Earning.amount - Earning.reversed)
        )
        .join(Account, Account.id == Earning.payer_id)
        .where(Account.owner.in_(PARTIES))
        .group_by(Account.owner, Account.owner_ref, Account.currency)
    )


def _paid_by_parties() -> Any:
    """What parties paid of what they owed, as it came from outside."""
    return db.session.execute(
        select(Account.owner, Account.owner_ref, Account.currency, func.sum(Transfer.amount))
        .join(Transfer, Transfer.credit_id == Account.id)
        .where(Transfer.reason == "debt_paid")
        .group_by(Account.owner, Account.owner_ref, Account.currency)
    )


def _in_the_hands_of_merchants() -> Any:
    """Per merchant and currency: what shoppers paid to the merchant directly and did not get back."""
    back = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .where(Refund.payment_id == Payment.id, Refund.state == "done")
        .correlate(Payment)
        .scalar_subquery()
    )
    kept = (
        select(Order.merchant_id, Payment.currency, (Payment.captured - back).label("kept"))
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.is_with_merchant, Payment.captured > 0)
        .subquery()
    )
    whose = (kept.c.merchant_id, kept.c.currency)
    return db.session.execute(select(*whose, func.sum(kept.c.kept)).group_by(*whose))


def _sum_of(amount: Any, order_id: Any) -> Any:
    return select(func.coalesce(func.sum(amount), 0)).where(order_id == Order.id).scalar_subquery()


def _booked(key: Any) -> Any:
    return (
        select(func.coalesce(func.sum(Transfer.amount), 0))
        .where(Transfer.key == key)
        .correlate(Payout)
        .scalar_subquery()
    )


def _key(prefix: str, number: Any) -> Any:
    return literal(prefix) + cast(number, String)


RULES: tuple[Callable[[], Iterator[Finding]], ...] = (
    ledger_sums_to_nothing,
    limits_say_what_rows_say,
    orders_add_up,
    payments_match_the_ledger,
    shares_match_the_ledger,
    payouts_match_the_ledger,
    one_order_per_key,
    nothing_is_stuck,
    pictures_match_rows,
)
