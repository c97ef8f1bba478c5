"""In the checkout: the best coupon is chosen and explained, kept while the order is pending, used when it is paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, whole
from plugins.coupons.redemptions import Conflict, Redemption, write
from shop.clock import now
from shop.db import db
from shop.hookspecs import Change, Problem
from shop.money import Money
from shop.orders.models import Adjustment, Order
from shop.orders.quoting import Quote, QuoteLine

NAME = "coupons"
REF = "claim:"


@dataclass(frozen=True, slots=True)
class Chance:
    """A coupon that fits a quote, with what it takes off."""

    claim: Claim
    amount: int

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        """What the shopper wants first, then what saves most, then what ends first."""
        wanted = self.claim.wish == "first"
        return (wanted, self.amount, -self.claim.valid_until.timestamp(), -self.claim.id)


def best_change(quote: Quote) -> list[Change]:
    """The best of the buyer's coupons for this quote, in words that say why; nothing when none fits."""
    chances = chances_of(quote)
    if not chances:
        return []
    best = max(chances, key=lambda chance: chance.rank)
    return [Change("discount", _why(best, chances), -best.amount, ref=f"{REF}{best.claim.id}")]


def chances_of(quote: Quote) -> list[Chance]:
    """Every coupon of the buyer that takes something off; one statement."""
    if quote.buyer is None:
        return []
    instant, seller = now(), quote.merchant.id
    mine = (
        select(Claim)
        .join(Claim.campaign)
        .where(
            Claim.person_id == quote.buyer.id,
            Claim.community_id == quote.community.id,
            Claim.state == "held",
            Claim.wish != "never",
            Claim.valid_from <= instant,
            Claim.valid_until > instant,
            CouponCampaign.online,
            or_(CouponCampaign.merchant_id == seller, CouponCampaign.partner_id == seller),
        )
        .options(*whole())
    )
    fitting = [claim for claim in db.session.scalars(mine) if claim.campaign.is_used_at(seller)]
    found = [Chance(claim, amount_of(claim.campaign, quote)) for claim in fitting]
    return [chance for chance in found if chance.amount > 0]


def amount_of(campaign: CouponCampaign, quote: Quote) -> int:
    """What a campaign takes off a quote; one minor unit is always left to pay, because nothing cannot be paid."""
    lines = [line for line in quote.lines if _fits(campaign, line)]
    worth = sum(line.amount for line in lines)
    if worth < campaign.least:
        return 0
    if campaign.kind == "twofor":
        free = max((line.price.unit for line in lines if line.quantity >= 2), default=0)
    else:
        free = campaign.off(worth)
    return max(0, min(free, quote.lines_total - 1))


def reserve(quote: Quote) -> list[Problem]:
    """An order is placed with this quote: its coupon is kept for it, in the same transaction."""
    for plugin, change in quote.changes:
        if plugin != NAME:
            continue
        claim = db.session.get(Claim, _claim_id(change.ref))
        if claim is None or not claim.move("reserved", only_from=("held",)):
            return [Problem(_("Your coupon was used elsewhere meanwhile. Please look at the order again."))]
    return []


def use_for(order: Order) -> None:
    """The order is paid: its coupon is used, and the use is written down once."""
    for adjustment, claim in _coupons_of(order):
        if not claim.move("used", only_from=("reserved", "held"), ended_at=now()):
            _tell_conflict(order, claim)
            continue
        beyond = not claim.keep()
        write(
            claim,
            order.merchant,
            by=None,
            how="order",
            at=now(),
            bill=sum(line.amount for line in order.lines),
            discount=-adjustment.amount,
            order_id=order.id,
            is_beyond=beyond,
        )


def free_from(order: Order) -> None:
    """The order is not going to be: its coupon can be used again while its time lasts."""
    for _adjustment, claim in _coupons_of(order):
        if claim.move("held", only_from=("reserved",)):
            claim.expire()
        undo_of(order, claim, _("The order was cancelled."))


def undo_of(order: Order, claim: Claim, why: str) -> None:
    """What was counted for an order counts no more."""
    used = Redemption.of(claim)
    if used is not None and used.order_id == order.id:
        used.undo(None, why)


def give_back_for(order: Order) -> None:
    """All the money of an order went back: so does its coupon."""
    if order.state == "refunded":
        for _adjustment, claim in _coupons_of(order):
            undo_of(order, claim, _("The order was refunded."))


def reserved_for(claim: Claim) -> str | None:
    """The number of the order that keeps a coupon."""
    rows = (
        select(Order.number)
        .join(Adjustment, Adjustment.order_id == Order.id)
        .where(Adjustment.plugin == NAME, Adjustment.ref == f"{REF}{claim.id}")
        .order_by(Order.id.desc())
        .limit(1)
    )
    return db.session.scalar(rows)


def _why(best: Chance, chances: Sequence[Chance]) -> str:
    campaign = best.claim.campaign
    words = _("Coupon “%(title)s”, %(worth)s", title=campaign.title, worth=campaign.worth_words())
    if best.claim.wish == "first":
        return _("%(coupon)s: the one you chose", coupon=words)
    if len(chances) == 1:
        return words
    second = sorted((chance.amount for chance in chances if chance is not best), reverse=True)[0]
    if second == best.amount:
        return _("%(coupon)s: the one that ends first", coupon=words)
    more = Money(best.amount - second, campaign.currency)
    return ngettext(
        "%(coupon)s: saves %(more)s more than your %(num)s other",
        "%(coupon)s: saves %(more)s more than any of your other %(num)s",
        len(chances) - 1,
        coupon=words,
        more=more,
    )


def _fits(campaign: CouponCampaign, line: QuoteLine) -> bool:
    """Whether a coupon is good for a line; a voucher is not bought with a coupon."""
    products: Iterable[int] = campaign.product_ids
    return line.offer.plugin != NAME and (not products or line.offer.listing.product_id in products)


def _coupons_of(order: Order) -> list[tuple[Adjustment, Claim]]:
    found = []
    for adjustment in order.adjustments:
        if adjustment.plugin == NAME and adjustment.ref.startswith(REF):
            claim = db.session.get(Claim, _claim_id(adjustment.ref))
            if claim is not None:
                found.append((adjustment, claim))
    return found


def _claim_id(ref: str) -> int:
    return int(ref.removeprefix(REF))


def _tell_conflict(order: Order, claim: Claim) -> None:
    """An order that was paid after its time found its coupon used elsewhere: people look at it."""
    ref = f"order:{order.number}"
    if db.session.scalar(select(Conflict.id).where(Conflict.scan_ref == ref)) is not None:
        return
    used = Redemption.of(claim)
    if used is not None and used.order_id == order.id:
        return  # told twice
    words = _("Order %(number)s was paid late, when its coupon had been used elsewhere.", number=order.number)
    db.session.add(
        Conflict(
            merchant_id=order.merchant_id, claim=claim, code=claim.code, kind="order", words=words, scan_ref=ref,
            scanned_at=now(),
        )
    )  # fmt: skip
