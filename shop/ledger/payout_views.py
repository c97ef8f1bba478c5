"""The operator's payouts: plan a batch, tell the bank, note what it said."""

from collections.abc import Iterator, Sequence

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from shop.access import for_operator, me
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.ledger.debts import pay_debt
from shop.ledger.models import Account
from shop.ledger.names import names_of
from shop.ledger.payouts import Payout, PayoutBatch, currencies_due, owing
from shop.money import Money, parse, plain
from shop.once import begin
from shop.paging import page_of
from shop.sheets import as_file
from shop.shell import set_back, side_links

bp = Blueprint("payouts", __name__)
PAGE = 30
LONGEST_NOTE = 400
STATES = {
    "planned": (_l("Planned"), "warn"),
    "sent": (_l("Sent"), "good"),
    "failed": (_l("Came back"), "bad"),
    "cancelled": (_l("Cancelled"), "quiet"),
}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    side_links(app, "admin", _l("Money"), [(_l("Payouts"), "money", "payouts.index")])


@bp.get("/admin/payouts")
@for_operator
def index() -> str:
    """What is due, by currency, who owes, and the batches so far."""
    batches = select(PayoutBatch).options(joinedload(PayoutBatch.by), selectinload(PayoutBatch.payouts))
    threshold, debts = _threshold(), owing()
    names = names_of(account for account, _money in debts)
    return render_template(
        "ledger/payouts.html",
        debts=[
            (account, names[account.id][0], money, plain(money.amount, money.currency))
            for account, money in debts
        ],
        page=page_of(batches, [PayoutBatch.id], size=PAGE, descending=True),
        due=[(many, Money(total, cur)) for cur, (many, total) in currencies_due(threshold).items()],
        threshold=threshold,
    )


@bp.post("/admin/payouts")
@for_operator
def create() -> ResponseReturnValue:
    """Plan a batch of everybody above the threshold; a one-use key plans it once."""
    currency = request.form.get("currency", "")
    claim = begin("payouts.plan", request.form.get("once", ""), {"currency": currency})
    if claim.answer is None:
        batch = PayoutBatch.plan(currency, _threshold(), me())
        record("payouts.planned", batch=batch.id, by=me().id)
        claim.answer = str(batch.id)
        db.session.commit()
    return redirect(url_for("payouts.show", batch_id=int(claim.answer)), 303)


@bp.get("/admin/payouts/<int:batch_id>")
@for_operator
def show(batch_id: int) -> str:
    batch = _find(batch_id)
    set_back(url_for("payouts.index"))
    inside = select(Payout).where(Payout.batch_id == batch.id)
    inside = inside.options(joinedload(Payout.account), selectinload(Payout.changes))
    page = page_of(inside, [Payout.id], size=PAGE)
    names = names_of(payout.account for payout in page.rows)
    return render_template("ledger/payout_batch.html", batch=batch, page=page, names=names, states=STATES)


@bp.get("/admin/payouts/<int:batch_id>.csv")
@for_operator
def export(batch_id: int) -> Response:
    """What is still to be sent, for the bank."""
    return as_file(_to_send(_find(batch_id)), f"payouts-{batch_id}")


@bp.post("/admin/payouts/<int:batch_id>/sending")
@for_operator
def create_sending(batch_id: int) -> ResponseReturnValue:
    """The bank was told of all that is planned; what a refund has overtaken stays behind."""
    batch, reference = _find(batch_id), _words(_("Please give the bank's reference."))
    sent, left = 0, []
    for payout in [p for p in batch.payouts if p.state == "planned"]:
        try:
            with db.session.begin_nested():
                payout.send(reference, me())
            sent += 1
        except Refused as why:
            left.append(str(why))
    record("payouts.sent", batch=batch.id, by=me().id)
    db.session.commit()
    flash(_("%(many)s payouts are marked as sent.", many=sent), "good")
    for sentence in left:
        flash(sentence, "bad")
    return redirect(url_for("payouts.show", batch_id=batch_id), 303)


@bp.post("/admin/payouts/items/<int:payout_id>/failure")
@for_operator
def create_failure(payout_id: int) -> ResponseReturnValue:
    """The bank sent it back: it is due again."""
    payout = _payout(payout_id)
    payout.fail(_words(_("Please say why it came back.")), me())
    return _done(payout)


@bp.post("/admin/payouts/items/<int:payout_id>/cancellation")
@for_operator
def create_cancellation(payout_id: int) -> ResponseReturnValue:
    """It is not sent: it stays due."""
    payout = _payout(payout_id)
    payout.cancel(_words(_("Please say why it is not sent.")), me())
    return _done(payout)


@bp.post("/admin/payouts/debts/<int:account_id>")
@for_operator
def create_debt_payment(account_id: int) -> ResponseReturnValue:
    """A party paid what it owed; a one-use key books it once."""
    account = db.session.get(Account, account_id) or abort(404)
    amount, note = (
        parse(request.form.get("amount", ""), account.currency),
        _words(_("Please give the reference.")),
    )
    body = {"account": account.id, "amount": amount, "note": note}
    claim = begin("payouts.debt", request.form.get("once", ""), body)
    if claim.answer is None:
        pay_debt(account, amount, str(claim.id))
        record("debt.paid", account=account.id, amount=amount, note=note, by=me().id)
        claim.answer = str(account.id)
        db.session.commit()
        flash(_("%(amount)s is noted as paid.", amount=Money(amount, account.currency)), "good")
    return redirect(url_for("payouts.index"), 303)


def _to_send(batch: PayoutBatch) -> Iterator[Sequence[str]]:
    names = names_of(payout.account for payout in batch.payouts)
    yield "reference", "party", "name", "contact", "amount", "currency"
    for payout in batch.payouts:
        if payout.state == "planned":
            name, contact = names[payout.account_id]
            amount = plain(payout.amount, batch.currency)
            yield payout.name, payout.account.owner, name, contact, amount, batch.currency


def _done(payout: Payout) -> ResponseReturnValue:
    record(f"payout.{payout.state}", payout=payout.id, by=me().id)
    db.session.commit()
    return redirect(url_for("payouts.show", batch_id=payout.batch_id), 303)


def _words(missing: str) -> str:
    words = request.form.get("note", "").strip()
    if not words or len(words) > LONGEST_NOTE:
        raise NotValid(missing)
    return words


def _find(batch_id: int) -> PayoutBatch:
    whole = selectinload(PayoutBatch.payouts).joinedload(Payout.account)
    return db.session.get(PayoutBatch, batch_id, options=[whole]) or abort(404)


def _payout(payout_id: int) -> Payout:
    return db.session.get(Payout, payout_id) or abort(404)


def _threshold() -> int:
    return int(current_app.config["PAYOUT_THRESHOLD"])
