"""Mails of coupons, written by the worker in the reader's language."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, whole
from plugins.coupons.waiting import Waiting
from shop.db import db
from shop.events import Event
from shop.letters import Letter, address_of, in_language
from shop.orders.models import Order
from shop.templating import when_in


def tell_expiring(event: Event) -> None:
    """A coupon ends soon."""
    claim = _claim(event)
    if claim is None or claim.person is None or not claim.is_usable:
        return
    with in_language(claim.person.locale):
        until = when_in(claim.valid_until, claim.community.zone)
        Letter(
            _("“%(title)s” ends soon", title=claim.campaign.title),
            [
                _(
                    "Your coupon of %(merchant)s is good until %(when)s.",
                    merchant=claim.campaign.merchant.name,
                    when=until,
                ),
                claim.campaign.worth_words(),
            ],
            (_("Open the coupon"), _wallet(claim)),
        ).send(claim.person.email, news_of=None if claim.order_id else claim.community_id)


def tell_voided(event: Event) -> None:
    """A coupon was withdrawn, and why."""
    claim = _claim(event)
    if claim is None or claim.person is None:
        return
    with in_language(claim.person.locale):
        Letter(
            _("“%(title)s” was withdrawn", title=claim.campaign.title),
            [
                _(
                    "%(merchant)s has withdrawn your coupon: %(reason)s",
                    merchant=claim.campaign.merchant.name,
                    reason=claim.reason,
                )
            ],
            (_("Look at it"), _wallet(claim)),
        ).send(claim.person.email)


def tell_turn(event: Event) -> None:
    """One came back, and it is this person's turn."""
    waiting = db.session.scalars(
        select(Waiting)
        .where(Waiting.id == event.payload["waiting"])
        .options(joinedload(Waiting.campaign).joinedload(CouponCampaign.merchant), joinedload(Waiting.person))
    ).first()
    if waiting is None or not waiting.is_turn or waiting.turn_until is None:
        return
    community = waiting.place.community
    with in_language(waiting.person.locale):
        page = address_of("coupons_shelf.show", community=community.slug, campaign_id=waiting.campaign_id)
        Letter(
            _("A coupon has come back: “%(title)s”", title=waiting.campaign.title),
            [_("One is kept for you until %(when)s.", when=when_in(waiting.turn_until, community.zone))],
            (_("Take it"), page),
        ).send(waiting.person.email, news_of=community.id)


def tell_issued(event: Event) -> None:
    """Vouchers were paid for."""
    order = db.session.scalars(select(Order).where(Order.number == event.payload["order"])).one()
    claims = db.session.scalars(select(Claim).where(Claim.order_id == order.id).options(*whole())).all()
    if order.buyer is None or not claims:
        return
    with in_language(order.buyer.locale):
        until = when_in(claims[0].valid_until, claims[0].community.zone)
        told: list[Any] = [
            ngettext("%(num)s voucher is yours.", "%(num)s vouchers are yours.", len(claims)),
            _(
                "Show the code at the counter of %(merchant)s until %(when)s.",
                merchant=order.merchant.name,
                when=until,
            ),
        ]
        told += [f"{claim.campaign.title}: {claim.spoken}" for claim in claims]
        Letter(
            _("Your voucher of %(merchant)s", merchant=order.merchant.name),
            told,
            (_("Open the wallet"), address_of("coupons_wallet.index")),
        ).send(order.buyer.email)


def _claim(event: Event) -> Claim | None:
    wanted = select(Claim).where(Claim.id == event.payload["claim"])
    return db.session.scalars(wanted.options(*whole(), joinedload(Claim.person))).first()


def _wallet(claim: Claim) -> str:
    return address_of("coupons_wallet.show", code=claim.code)
