"""Syncing: what a counter scanned without a network comes in later; what cannot count is listed as a conflict."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.coupons import codes, counter
from plugins.coupons.claims import Claim
from plugins.coupons.redemptions import Conflict, Redemption, taken_off, write
from plugins.coupons.stores import Standing, not_here
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.templating import when_in

MOST_AT_ONCE = 200
# A counter must see the network again within so many days.
OLDEST = timedelta(days=7)
AHEAD = timedelta(minutes=10)
STEP = timedelta(seconds=codes.STEP_SECONDS)


class Scanned(NamedTuple):
    """What a phone kept of a scan: its own name for it, what it read, the bill, and in which store it stood then."""

    ref: str
    text: str
    bill: int | None = None
    store: int | None = None


def read_scans(sent: str) -> list[Scanned]:
    """The scans that a phone sends; raises NotValid."""
    try:
        rows = json.loads(sent)
        scans = [Scanned(row["ref"], row["text"], row.get("bill"), row.get("store")) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotValid(_("These scans cannot be read.")) from None
    fits = all(
        isinstance(ref, str) and 8 <= len(ref) <= 40 and isinstance(text, str) and len(text) <= 80
        and (bill is None or (type(bill) is int and 0 <= bill <= 10**12))
        and (store is None or (type(store) is int and 0 <= store < 2**53))
        for ref, text, bill, store in scans
    )  # fmt: skip
    if not fits or len(scans) > MOST_AT_ONCE or any("\x00" in scan.ref + scan.text for scan in scans):
        raise NotValid(_("These scans cannot be read."))
    return scans


def take_in(
    scans: list[Scanned], merchant: Merchant, by: Person, here: Standing | None = None
) -> dict[str, str]:
    """Count each scan once, or list it as a conflict; says of each what became of it. Does not commit."""
    outcome = {}
    for scan in scans:
        outcome[scan.ref] = known(scan.ref) or _take_in(scan, merchant, by, here or Standing())
        db.session.flush()
    return outcome


def counted(outcome: dict[str, str]) -> Counter[str]:
    """How many of each outcome."""
    return Counter("good" if word == "good" else "conflict" for word in outcome.values())


def known(ref: str) -> str | None:
    """What became of a scan that came in before."""
    if db.session.scalar(select(Redemption.id).where(Redemption.scan_ref == ref)) is not None:
        return "good"
    return db.session.scalar(select(Conflict.kind).where(Conflict.scan_ref == ref))


def _take_in(scanned: Scanned, merchant: Merchant, by: Person, here: Standing) -> str:
    ref, text, bill, _store = scanned
    scan = codes.read(text)
    if not isinstance(scan, codes.Scan):
        return _conflict(ref, text, merchant, by, "unknown", _("This is not one of our codes."))
    claim = counter.find(scan.code)
    if claim is None or not claim.campaign.is_used_at(merchant.id):
        return _conflict(ref, scan.code, merchant, by, "unknown", _("Nobody has this coupon here."), scan)
    wrong = counter.why_not_signed(scan, claim)
    if wrong:
        return _conflict(ref, scan.code, merchant, by, "forged", wrong, scan, claim)
    if not now() - OLDEST <= scan.shown_at <= now() + AHEAD:
        words = _("It was scanned too long ago, or by a clock that is wrong.")
        return _conflict(ref, scan.code, merchant, by, "late", words, scan, claim)
    # What was shown in a step may have been claimed within it.
    at = max(scan.shown_at, min(claim.valid_from, scan.shown_at + STEP))
    if not claim.valid_from <= at < claim.valid_until:
        words = _("It was not good when it was scanned.")
        return _conflict(ref, scan.code, merchant, by, "expired", words, scan, claim)
    store, elsewhere = _store_of(scanned, claim, merchant, here)
    if elsewhere:
        return _conflict(ref, scan.code, merchant, by, "store", elsewhere, scan, claim, store)
    if not claim.move("used", only_from=("held", "expired"), ended_at=at):
        return _conflict(ref, scan.code, merchant, by, *_why_lost(claim), scan, claim, store)
    beyond = not claim.keep()
    write(
        claim, merchant, by=by, how="offline", at=at, synced_at=now(), bill=bill, scan_ref=ref,
        is_beyond=beyond, discount=taken_off(claim.campaign, bill), store_id=store,
    )  # fmt: skip
    return "good"


def _store_of(scanned: Scanned, claim: Claim, merchant: Merchant, here: Standing) -> tuple[int | None, str]:
    """The store in which it was scanned (the phone says which), and why it cannot count there; or nothing."""
    if not here.merchant_has_stores:
        return None, ""
    store = scanned.store if scanned.store is not None else here.store_id
    if store is not None and not here.may_be_in(store):
        return None, _("Whoever sends it does not work in the store where it was scanned.")
    return store, not_here(claim.campaign, merchant, store)


def _why_lost(claim: Claim) -> tuple[str, str]:
    before = Redemption.of(claim) if claim.state == "used" else None
    if before is not None:
        at = when_in(before.at, claim.community.zone)
        name = before.by.name if before.by else _("the checkout")
        return "twice", _("It was used before: %(when)s by %(name)s.", when=at, name=name)
    if claim.state == "void":
        return "void", _("This coupon was withdrawn: %(reason)s", reason=claim.reason)
    if claim.state == "reserved":
        return "reserved", _("This coupon is kept for an order that waits to be paid.")
    return "returned", _("The money for this voucher went back.")


def _conflict(ref: str, code: str, merchant: Merchant, by: Person, kind: str, words: str, *known: Any) -> str:
    scan = next((each for each in known if isinstance(each, codes.Scan)), None)
    claim = next((each for each in known if isinstance(each, Claim)), None)
    store = next((each for each in known if type(each) is int), None)
    at = scan.shown_at if scan is not None else None
    db.session.add(
        Conflict(
            merchant_id=merchant.id, claim=claim, code=code[:80], kind=kind, words=words, scanned_at=at, by_id=by.id,
            scan_ref=ref, store_id=store,
        )
    )  # fmt: skip
    return kind
