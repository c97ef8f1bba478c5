"""The counter: scan or type, see who and what, confirm; also what a phone scanned while it had no network."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from plugins.coupons import counter, reports, syncing
from plugins.coupons.campaigns import CouponCampaign, zone_of
from plugins.coupons.claims import Claim
from plugins.coupons.codes import CounterKey
from plugins.coupons.forms import BillForm, ReasonForm
from plugins.coupons.redemptions import Conflict, Redemption, redeem
from plugins.coupons.stores import Standing, standing_of
from shop import once
from shop.access import for_staff, me
from shop.db import db, set_writing
from shop.errors import Refused
from shop.events import record
from shop.paging import page_of
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("coupons_counter", __name__)
PAGE = 50
LARGEST_ID = 2**53


@bp.get("/counter")
@for_staff("counter")
@limiter.limit("240 per 10 minutes")
def show() -> str:
    """Scan or type; `?code=` shows what it is, `?done=` what was just confirmed."""
    code = request.args.get("code", "").strip()[:120]
    here = _standing()
    return _page(counter.look(code, g.merchant, here.store_id) if code and not here.is_asked else None)


@bp.post("/counter/store")
@for_staff("counter")
def create_standing() -> ResponseReturnValue:
    """This phone stands in one of the stores from now on, or (with none) asks again."""
    chosen = request.form.get("store", type=int)
    if chosen is not None and not _standing().may_be_in(chosen):
        raise Refused(_("You do not work in this store."), status=403)
    session["coupons_stores"] = {**session.get("coupons_stores", {}), g.merchant.slug: chosen}
    return redirect(url_for("coupons_counter.show"), 303)


@bp.post("/counter/redemptions")
@for_staff("counter")
def create() -> ResponseReturnValue:
    """Confirm: used once, however often and by however many it is pressed."""
    form, here = BillForm(), _standing()
    if not form.validate():
        return _page(counter.look(form.code.data or "", g.merchant, here.store_id), form), 422
    sight = counter.look(form.code.data or "", g.merchant, here.store_id)
    try:
        here.check()
        if request.form.get("store", here.store_id, type=int) != here.store_id:
            raise Refused(_("This phone stands in another store now. Please look again."))
        if sight.claim is None:
            raise Refused(sight.refusal)
        if sight.refusal and not _was_confirmed(request.form.get("once", "")):
            raise Refused(sight.refusal)
        used = redeem(
            sight.claim,
            g.merchant,
            me(),
            sight.how,
            key=request.form.get("once", ""),
            bill=form.bill.data,
            store_id=here.store_id,
        )
        db.session.commit()
    except Refused as refusal:
        db.session.rollback()
        set_writing(False)
        again = counter.look(form.code.data or "", g.merchant, here.store_id)
        return _page(counter.Sight(again.text, again.how, again.claim, str(refusal))), refusal.status
    return redirect(url_for("coupons_counter.show", done=used.id), 303)


@bp.post("/counter/sync")
@for_staff("counter")
def create_sync() -> Response:
    """What was scanned without a network comes in: a form with `scans`, answered for each scan by its own name."""
    outcome = syncing.take_in(
        syncing.read_scans(request.form.get("scans", "")), g.merchant, me(), _standing()
    )
    db.session.commit()
    return jsonify(outcome=outcome)


@bp.get("/counter/worker.js")
@for_staff("counter")
def worker() -> Response:
    """Keeps the counter's page for the time without a network."""
    scope = url_for("coupons_counter.show")
    told = render_template("coupons/worker.js.txt", scope=scope)
    # The page is called /counter, and the worker's file lies one step below: its reach must be allowed.
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": scope}
    return Response(told, mimetype="text/javascript", headers=headers)


@bp.get("/counter/log")
@for_staff("counter")
def index() -> str:
    """Every use at this counter, newest first, and the scans that could not count."""
    set_back(url_for("coupons_counter.show"))
    here = _standing()
    uses = (
        select(Redemption)
        .where(*_seen_from(here))
        .options(
            joinedload(Redemption.campaign).joinedload(CouponCampaign.merchant),
            joinedload(Redemption.claim).joinedload(Claim.person),
            joinedload(Redemption.community),
            joinedload(Redemption.store),
            joinedload(Redemption.by),
            joinedload(Redemption.undone_by),
            joinedload(Redemption.order),
        )
    )
    zone = zone_of(g.merchant)
    page = page_of(uses, [Redemption.id], size=PAGE, descending=True)
    return render_template(
        "coupons/log.html",
        page=page,
        here=here,
        today=reports.today_of(zone, *_seen_from(here)),
        conflicts=page_of(_conflicts(), [Conflict.id], size=PAGE, descending=True, name="after_conflict"),
        form=ReasonForm(formdata=None),
        zone=zone,
    )


@bp.post("/counter/redemptions/<int:redemption_id>/undoing")
@for_staff("counter")
def create_undoing(redemption_id: int) -> ResponseReturnValue:
    """It was a mistake: the coupon can be used again; who and why are kept."""
    used = db.session.scalars(
        select(Redemption).where(Redemption.id == _id(redemption_id), *_seen_from(_standing()))
    ).first() or abort(404)
    form = ReasonForm()
    if not form.validate():
        raise Refused(_("Please give a reason."), status=422)
    if used.order_id is not None:
        raise Refused(_("This was used in the checkout: refund the order instead."))
    used.undo(me(), form.reason.data or "")
    db.session.commit()
    flash(_("Undone. The coupon can be used again."), "good")
    return redirect(url_for("coupons_counter.index"), 303)


@bp.post("/counter/conflicts/<int:conflict_id>/settlement")
@for_staff("manager")
def create_settlement(conflict_id: int) -> ResponseReturnValue:
    """A manager has looked at a conflict and says what was done."""
    conflict = db.session.scalars(
        select(Conflict).where(Conflict.id == _id(conflict_id), Conflict.merchant_id == g.merchant.id)
    ).first() or abort(404)
    form = ReasonForm()
    if not form.validate():
        raise Refused(_("Please give a reason."), status=422)
    conflict.settle(me(), form.reason.data or "")
    db.session.commit()
    flash(_("Settled."), "good")
    return redirect(url_for("coupons_counter.index"), 303)


@bp.post("/counter/claims/<code>/voiding")
@for_staff("manager")
def create_voiding(code: str) -> ResponseReturnValue:
    """Withdraw somebody's coupon, with a reason that the person reads."""
    claim = counter.find(code.upper()[:12])
    if claim is None or claim.campaign.merchant_id != g.merchant.id:
        abort(404)
    form = ReasonForm()
    if not form.validate():
        raise Refused(_("Please give a reason."), status=422)
    claim.void(me(), form.reason.data or "")
    record("coupons.voided", claim.community_id, claim=claim.id)
    db.session.commit()
    flash(_("Withdrawn. The person reads why."), "good")
    return redirect(url_for("coupons_counter.show", code=claim.code), 303)


@bp.post("/counter/key")
@for_staff("owner")
def create_key() -> ResponseReturnValue:
    """A phone was lost, or somebody left: what counters have kept so far verifies nothing any more."""
    CounterKey.renew(g.merchant.id, me())
    db.session.commit()
    flash(
        _("New key. Every counter loads it when it opens this page; shoppers load their coupons again."),
        "good",
    )
    return redirect(url_for("coupons_counter.show"), 303)


def _standing() -> Standing:
    """In which store this phone stands, as far as its bearer works there."""
    chosen = session.get("coupons_stores", {}).get(g.merchant.slug)
    if "coupons_standing" not in g:
        g.coupons_standing = standing_of(g.merchant, me(), chosen)
    standing: Standing = g.coupons_standing
    return standing


def _seen_from(here: Standing) -> list[ColumnElement[bool]]:
    """The uses that are looked at from here: at the counter those of one's own stores, and those of no store."""
    mine = [Redemption.merchant_id == g.merchant.id]
    if here.merchant_has_stores and g.staff_role == "counter":
        own = [store.id for store in here.stores]
        mine.append(or_(Redemption.store_id.in_(own), Redemption.store_id.is_(None)))
    return mine


def _page(sight: counter.Sight | None, form: BillForm | None = None) -> str:
    here = _standing()
    return render_template(
        "coupons/counter.html",
        here=here,
        sight=sight,
        claim=sight.claim if sight else None,
        form=form or BillForm(formdata=None),
        voiding=ReasonForm(formdata=None),
        done=_done(),
        today=reports.today_of(zone_of(g.merchant), *_seen_from(here)),
        kept=counter.kept_offline(g.merchant, here.store_id),
        conflicts=_waiting(),
    )


def _done() -> Redemption | None:
    """What was just confirmed here."""
    number = request.args.get("done", "")
    if not number.isascii() or not number.isdigit() or int(number) >= LARGEST_ID:
        return None
    return db.session.scalars(
        select(Redemption)
        .where(Redemption.id == int(number), Redemption.merchant_id == g.merchant.id)
        .options(joinedload(Redemption.claim).joinedload(Claim.person), joinedload(Redemption.campaign))
    ).first()


def _conflicts() -> Select[Conflict]:
    """Those that nobody has looked at."""
    open_ones = select(Conflict).where(Conflict.merchant_id == g.merchant.id, Conflict.settled_at.is_(None))
    whole = joinedload(Conflict.claim).joinedload(Claim.campaign)
    return open_ones.options(joinedload(Conflict.by), joinedload(Conflict.store), whole)


def _waiting() -> int:
    """How many conflicts wait for a look."""
    mine = (Conflict.merchant_id == g.merchant.id, Conflict.settled_at.is_(None))
    return db.session.scalar(select(func.count()).where(*mine)) or 0


def _was_confirmed(key: str) -> bool:
    return once.answer("coupons.redeem", key) is not None


def _id(number: int) -> int:
    return number if number < LARGEST_ID else abort(404)
