"""Whatever is sent to any address is answered in words, never with a 500, and touches no other tenant."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.routing import Rule
from wtforms.form import Form

from plugins.mall.addresses import FIELDS, Address
from plugins.mall.carts import Cart, Shopper
from plugins.mall.choosing import write_choice
from plugins.mall.shipping import ShippingWay
from shop import once
from shop.access import rule_of
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.merchants.models import Merchant
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.people import make_person, sign_in
from tests.support.races import crowd
from tests.support.rows import rows

NASTY = (
    "",
    "0",
    "-1",
    "1e999",
    "NaN",
    "9" * 19,
    "9" * 30,
    "٣",
    "a\x00b",
    "\ud800",
    "\u202e👨‍👩‍👧",
    "x" * 300,
    "'; DROP TABLE person; --",
    "=1+1",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "2026-02-30T25:61",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "[[[[",
)
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
# These end what the others need: they come last.
LAST = ("create_closing", "create_handover", "create_erasure", "memberships.destroy", "sign_out")
# What views read of the address.
ASKED = ("after", "q", "to", "line", "way", "merchant", "state", "before")
# So many tests share the addresses.
PARTS = 3
numbers = count(1)


@dataclass(frozen=True)
class Tenant:
    """Somebody with a community, a merchant, a product on the shelf, an order, a link, a cart and an address.

    `names` is what stands for these in addresses and fields.
    """

    person: Person
    names: dict[str, Any]


def open_tenant() -> Tenant:
    """Everything that a stranger could try to touch."""
    person = make_person(f"Person {next(numbers)}")
    community = Community.open(f"group-{person.id}", "Group", "Tea for everybody", person)
    merchant = Merchant.open(f"seller-{person.id}", "Seller", "CNY", person)
    goods.db.session.flush()
    switch(community.id, "mall", True, person.id)
    product = goods.product(merchant, stock=10)
    listing = goods.listing(product, community, person)
    offer = goods.offer(listing, person)
    way = ShippingWay.add(merchant, "flat", "Post")
    link = GroupLink.make(community, person, "A link", opens="listing", opens_id=listing.id)
    cart = Cart.open_for(Shopper(person, None), community.id, merchant.id)
    cart.put(offer.id, product.variants[0].id, 1, 12800)
    address = Address.keep(person, {**dict.fromkeys(FIELDS, "x"), "country": "CN"})
    goods.db.session.flush()
    asked = make_quote(community, [Wish(offer, 1, product.variants[0])], buyer=person)
    delivery = {"way": "flat", "title": "Post", "text": "1 Tea Street"}
    order = place(asked, Placing({"name": "Lin", "email": "l@example.com"}, delivery), key=once.new_key())
    names = {
        "community": community.slug,
        "merchant": merchant.slug,
        "listing_id": listing.id,
        "handle": product.handle,
        "product": product.id,
        "product_id": product.id,
        "listing": listing.id,
        "offer": offer.id,
        "offer_id": offer.id,
        "variant": product.variants[0].id,
        "line": write_choice(offer.id, product.variants[0].id, 1),
        "quantity": 1,
        "way": way.id,
        "way_id": way.id,
        "token": link.token,
        "number": order.number,
        "order": order.number,
        "secret": order.secret,
        "address": address.id,
        "address_id": address.id,
        "person": person.id,
        "person_id": person.id,
        "name": "mall",
        "plugin": "mall",
        "code": "demopay",
    }
    goods.db.session.commit()
    return Tenant(person, names)


def field_names() -> list[str]:
    """The name of every field of every form in the house, and what views read themselves."""
    names = {"once", "seen", "act", "line", "merchant", "after", "q", "variant", "file", "to", "decision"}
    kinds = [Form]
    for kind in kinds:
        kinds += kind.__subclasses__()
        names |= {
            name
            for base in kind.__mro__
            for name, field in vars(base).items()
            if hasattr(field, "field_class")
        }
    return sorted(names)


def addresses_of(rule: Rule, mine: Tenant, theirs: Tenant, chance: random.Random) -> Iterator[str]:
    """The address of a route with names that are there, with another tenant's, and with what is no name at all."""
    inside = {"community": mine.names["community"], "merchant": mine.names["merchant"]}
    choices: list[dict[str, Any]] = [mine.names, theirs.names, theirs.names | inside]
    choices += [inside, {}] if rule.arguments else []
    for known in choices if rule.arguments else choices[:1]:
        address = rule.rule
        for name in rule.arguments:
            value = quote(str(known.get(name, chance.choice(NASTY))), safe="", errors="surrogatepass")
            address = re.sub(rf"<(\w+:)?{name}>", lambda _match, value=value: value, address)
        yield address


def bodies(names: list[str], mine: Tenant, theirs: Tenant, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Nothing, rubbish, and forms whose fields hold what is right, what is another's and what is nasty."""
    form, parts = "application/x-www-form-urlencoded", "multipart/form-data"
    rubbish: list[dict[str, Any]] = [
        {},
        {"json": mine.names},
        {"json": [[[]]]},
        {"data": b"\xff{", "content_type": "application/json"},
        {"data": b"a=%00&name=%ff%fe&quantity=%ED%A0%80", "content_type": form},
        {"data": b"--x\r\nContent-Disp", "content_type": f"{parts}; boundary=x"},
        {"data": b"x", "content_type": parts},
        {"data": b"<a/>", "content_type": "text/xml; charset=utf-99"},
    ]
    yield from chance.sample(rubbish, crowd(3, 2))
    for tenant in (mine, theirs):
        yield {"data": {name: tenant.names.get(name, "1") for name in names} | {"once": once.new_key()}}
    for _try in range(crowd(3, 2)):
        values = {name: chance.choice([mine.names.get(name, "1"), *NASTY]) for name in names}
        yield {"data": {name: written(value) for name, value in values.items()} | {"once": once.new_key()}}
    for nasty in chance.sample(NASTY, crowd(5, 2)):
        yield {"data": dict.fromkeys(names, written(nasty)) | {"file": (BytesIO(written(nasty)), "x.csv")}}


def written(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


def requests(
    app: Flask, who: str, part: int, mine: Tenant, theirs: Tenant, chance: random.Random
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every route with every method; what a guest is sent to the sign-in for, once."""
    names = field_names()
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)[part::PARTS]
    for rule in sorted(rules, key=lambda rule: rule.endpoint.endswith(LAST)):
        addresses = list(addresses_of(rule, mine, theirs, chance))
        yield chance.choice(METHODS), addresses[0], {}
        if who == "guest" and rule_of(app, rule.endpoint) != "public":
            continue
        for address in addresses:
            if "GET" in rule.methods:
                asked = {name: written(chance.choice(NASTY)) for name in ASKED}
                yield "GET", f"{address}?{urlencode(asked)}", {}
            else:
                yield "POST", address, {"data": {name: mine.names.get(name, "1") for name in names}}
        if "POST" in rule.methods:
            for body in bodies(names, mine, theirs, chance):
                yield "POST", addresses[0], body


@pytest.mark.both_engines
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", ["guest", "signed in"])
def test_no_address_fails_whatever_is_sent(
    app: Flask, db: SQLAlchemy, client: FlaskClient, who: str, part: int
):
    mine = open_tenant()
    known = rows(db)
    theirs = open_tenant()
    theirs.names.pop("secret")  # whoever holds a private link may act by it: only they know it
    of_theirs = {key: row for key, row in rows(db).items() if key not in known and row.get("kind") != "seats"}
    failed = set()

    chance = random.Random(
        db.engine.dialect.name
    )  # each engine gets rubbish of its own, the same in every run
    for method, address, body in requests(app, who, part, mine, theirs, chance):
        if who == "signed in":
            sign_in(client, mine.person)
        status = client.open(address, method=method, buffered=True, **body).status_code
        if status >= 500:
            failed.add((status, method, address[:120], str(body)[:120]))

    assert failed == set()
    now = rows(db)  # whoever joins an open community takes a seat, as anybody may
    assert {key: now.get(key) for key, row in of_theirs.items() if now.get(key) != row} == {}
