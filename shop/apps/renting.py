"""Renting: a community gets a plugin on trial or by an ordinary order to the site, until the end of its term."""

from collections.abc import Mapping
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shop.apps.models import Lease, PluginPrice, PluginTerm, note_ended, note_reminded, site_merchant
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.errors import Refused
from shop.events import Event, record
from shop.hooks import door
from shop.manifest import Manifest, Terms
from shop.money import Money
from shop.orders.billing import bill
from shop.orders.models import Order
from shop.people.models import Person
from shop.switches import PluginSwitch, switch

# The managers are reminded so long before the end.
REMINDED = timedelta(days=7)
# Whoever used an app before it cost something gets at least so many days to think about it.
GRACE_DAYS = 30
APP = "app"  # in a line's inputs: which plugin was bought
DAYS = "app_days"


def prices() -> dict[str, Terms]:
    """What each plugin costs that costs something: the operator's word, or else its manifest's."""
    asked = {p.name: p.manifest.terms for p in door().plugins.values() if p.manifest and p.manifest.terms}
    said = {row.name: row.terms for row in db.session.scalars(select(PluginPrice))}
    return {name: terms for name, terms in {**asked, **said}.items() if terms is not None and terms.amount}


def leases(community_id: int) -> Mapping[str, Lease]:
    """How each plugin stands here that costs something, or did."""
    costs = prices()
    terms = {
        name: term for (_id, name), term in PluginTerm.latest(PluginTerm.community_id == community_id).items()
    }
    return {name: Lease(costs.get(name), terms.get(name)) for name in costs.keys() | terms.keys()}


def admit(community: Community, manifest: Manifest, by: Person) -> None:
    """Before it is switched on: its term runs, its trial begins, or Refused."""
    lease = leases(community.id).get(manifest.name)
    if lease is None or lease.terms is None or lease.runs:
        return
    if not lease.may_try:
        raise Refused(
            _("“%(app)s” has to be bought first; its data is kept.", app=manifest.title), status=402
        )
    key = f"trial:{community.id}:{manifest.name}"
    PluginTerm.grant(key, community.id, manifest.name, lease.terms.trial_days, by_id=by.id)


def order(community: Community, manifest: Manifest, by: Person, *, key: str) -> Order:
    """Order a term from the site, once for this key: an order like any other, all of it the site's own share."""
    terms = prices().get(manifest.name)
    if terms is None:
        raise Refused(_("“%(app)s” costs nothing: switch it on.", app=manifest.title))
    placed = bill(
        manifest.name,
        community,
        site_merchant(current_app.config["SITE_NAME"], terms.currency),
        Money(terms.amount, terms.currency),
        str(manifest.title),
        buyer=by,
        key=key,
        detail=_("%(days)s days for %(community)s", days=terms.days, community=community.name),
        inputs={APP: manifest.name, DAYS: terms.days},
        party=("site", 0),
    )
    words = _("It works in %(community)s as soon as it is paid.", community=community.name)
    placed.delivery = {"way": "none", "title": _("An app"), "text": words}
    return placed


def begin(event: Event) -> None:
    """An order was paid: if it is for an app, its term begins or goes on, once, and the app is on."""
    paid = db.session.scalars(select(Order).where(Order.number == event.payload["order"])).one()
    for line in paid.lines:
        name, days = line.inputs.get(APP), int(line.inputs.get(DAYS, 0))
        if line.offer_id is not None or not name or paid.state != "paid":
            continue
        where = paid.community_id
        PluginTerm.grant(f"order:{paid.id}", where, name, days, by_id=paid.buyer_id, order_id=paid.id)
        paid.move("received")  # there is nothing to be sent
        record("order.received", where, order=paid.number)
        _turn(where, name, True, paid.buyer_id)


def end_refunded(event: Event) -> None:
    """Money went back: a term whose order was refunded whole is over."""
    term = db.session.scalars(
        select(PluginTerm)
        .join(Order, Order.id == PluginTerm.order_id)
        .where(Order.number == event.payload["order"], Order.state == "refunded")
    ).first()
    if term is not None:
        term.take_back()


def look_at_terms() -> None:
    """Every minute: trials for who had it before it cost something, reminders, and the end of what is over."""
    costs = prices()
    on = select(PluginSwitch.community_id, PluginSwitch.name).where(
        PluginSwitch.is_on, PluginSwitch.name.in_(costs)
    )
    terms = PluginTerm.latest(PluginTerm.name.in_(costs))
    for community_id, name in db.session.execute(on).all():
        term = terms.get((community_id, name))
        if term is None:
            days = max(costs[name].trial_days, GRACE_DAYS)
            PluginTerm.grant(f"trial:{community_id}:{name}", community_id, name, days, by_id=None)
            record("app.priced", community_id, app=name)
        elif term.ends_at <= now():
            if note_ended(term.id):
                record("app.ended", community_id, app=name)
            _turn(community_id, name, False, None)
        elif term.ends_at - now() <= min(REMINDED, (term.ends_at - term.begins_at) / 2) and note_reminded(
            term.id
        ):
            record("app.ending", community_id, app=name)


def _turn(community_id: int, name: str, on: bool, by_id: int | None) -> None:
    community = db.session.get_one(Community, community_id)
    switch(community_id, name, on, by_id)
    community.touch()
    record("plugin.switched", community_id, plugin=name, on=on, by=by_id)
