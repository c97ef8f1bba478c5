"""What a dispute does to the books, once however often and in whatever order Stripe tells of it.

While it is open the money stands in the provider's pot `disputed`, and the order's shares are frozen: nobody is paid
from them. Won: it comes back, and they thaw. Lost: it has gone back to the cardholder, so every share gives its exact
part, as in a refund.
"""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from plugins.stripe.models import Dispute
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.events import record
from shop.ledger.books import freeze_shares, locked_shares, thaw_shares
from shop.ledger.models import Account, transfer
from shop.payments.method import Report
from shop.payments.models import Payment, Refund
from shop.payments.settling import refund_done

METHOD = "stripe"
CLOSED = frozenset({"won", "lost", "warning_closed", "prevented"})


def settle_dispute(report: Report) -> str:
    """Follow what Stripe says of a dispute."""
    act, state, reason, intent = report.note.split("|")
    payment = _payment_of(intent)
    if report.currency != payment.currency or report.amount > payment.captured:
        raise NotValid(_("The amount or currency is not what was asked."))
    dispute = _dispute(payment, report, reason, state)
    if act == "funds_withdrawn" or state == "lost":
        _withdraw(dispute)
    if act == "funds_reinstated" or (state == "won" and dispute.withdrawn_at):
        _withdraw(dispute)
        _reinstate(dispute)
    if state in CLOSED and dispute.mark(Dispute.closed_at):
        dispute.state = state
        if state == "lost":
            _lose(dispute)
        _thaw(dispute)
        record("stripe.dispute_closed", payment.order.community_id, **_facts(dispute))
    elif dispute.closed_at is None:
        dispute.state = state
    return f"dispute_{state}"


def settle_outside_refund(report: Report) -> str:
    """A refund that was made in Stripe's dashboard counts as one of ours, once."""
    payment = _payment_of(report.note)
    if report.currency != payment.currency:
        raise NotValid(_("The amount or currency is not what was asked."))
    key = f"stripe:{report.reference}"
    refund = db.session.scalars(select(Refund).where(Refund.key == key)).first()
    refund = refund or payment.ask_refund(report.amount, _("Paid back by the provider"), key)
    return "refunded" if refund_done(refund, report.reference) else "late"


def _payment_of(intent: str) -> Payment:
    """The payment that this intent has captured; told too early, Stripe tells again."""
    found = db.session.scalars(
        select(Payment).where(Payment.method == METHOD, Payment.charge == intent)
    ).first()
    if found is None:
        raise NotValid(_("No payment has this reference."))
    return found


def _dispute(payment: Payment, report: Report, reason: str, state: str) -> Dispute:
    """The dispute's row; when it is new, the shares are frozen and the merchant is told."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    new = db.session.execute(
        insert(Dispute)
        .values(
            payment_id=payment.id,
            reference=report.reference,
            amount=report.amount,
            reason=reason,
            state=state,
            at=now(),
        )
        .on_conflict_do_nothing(index_elements=["reference"])
        .returning(Dispute.id)
    ).scalar_one_or_none()
    dispute = db.session.scalars(select(Dispute).where(Dispute.reference == report.reference)).one()
    if new is not None:
        if payment.is_allocated:
            freeze_shares(payment.order, report.reference)
        record("stripe.disputed", payment.order.community_id, **_facts(dispute))
    return dispute


def _thaw(dispute: Dispute) -> None:
    """The shares go on their way, unless another dispute of the same payment is still open."""
    order = dispute.payment.order
    locked_shares(order)  # first: of two disputes that end at once, the second sees that the first has ended
    others = select(Dispute.id).where(Dispute.payment_id == dispute.payment_id, Dispute.closed_at.is_(None))
    if db.session.scalars(others).first() is None:
        thaw_shares(order, dispute.reference)


def _facts(dispute: Dispute) -> dict[str, object]:
    order = dispute.payment.order
    return {
        "order": order.number,
        "merchant": order.merchant_id,
        "payment": dispute.payment_id,
        "amount": dispute.amount,
        "currency": order.currency,
        "reason": dispute.reason,
        "state": dispute.state,
    }


def _withdraw(dispute: Dispute) -> None:
    if dispute.mark(Dispute.withdrawn_at):
        at_stripe, disputed = _pots(dispute)
        _move(disputed, at_stripe, dispute.amount, dispute, "withdrawn")


def _reinstate(dispute: Dispute) -> None:
    if dispute.mark(Dispute.reinstated_at):
        at_stripe, disputed = _pots(dispute)
        _move(at_stripe, disputed, dispute.amount, dispute, "reinstated")


def _lose(dispute: Dispute) -> None:
    """The shares give back what the cardholder has; what they have given back before stays lost in the pot."""
    part = min(dispute.amount, dispute.payment.refundable)
    if part:
        at_stripe, disputed = _pots(dispute)
        _move(at_stripe, disputed, part, dispute, "lost")
        refund = dispute.payment.ask_refund(part, _("Lost in a dispute"), f"dispute:{dispute.reference}")
        refund_done(refund, dispute.reference)


def _pots(dispute: Dispute) -> tuple[Account, Account]:
    currency = dispute.payment.currency
    return Account.of("provider", currency, METHOD), Account.of("provider", currency, METHOD, "disputed")


def _move(debit: Account, credit: Account, amount: int, dispute: Dispute, act: str) -> None:
    key = f"stripe:{dispute.reference}:{act}"
    transfer(debit, credit, amount, "dispute", key=key, order_id=dispute.payment.order_id)
