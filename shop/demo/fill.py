"""Fills an empty database with the demo, by the same verbs that people use; plugins add their own part."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from shop import pictures
from shop.catalog.models import Product, Variant
from shop.communities.links import GroupLink
from shop.communities.models import Community, Membership
from shop.db import db, writing
from shop.demo import art
from shop.demo.catalogue import COMMUNITIES, MERCHANTS, PEOPLE, PRODUCTS, DemoPicture, DemoProduct
from shop.demo.world import World
from shop.hooks import door
from shop.listings.models import Listing
from shop.merchants.models import Merchant, Staff
from shop.people.models import Person
from shop.pictures import EncodedPicture
from shop.plugins import resolve
from shop.switches import switch

# One password for every demo account; production refuses to start while they are there.
PASSWORD = "dumplings for everybody"  # noqa: S105 (told to everybody on purpose)
Say = Callable[[str], None]


def is_empty() -> bool:
    """Whether nobody is here yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def fill(app: Flask, say: Say) -> World:
    """Make the demo; each step commits, `say` is told of each."""
    world = World()
    with app.test_request_context():
        _pictures(world, say)
    with app.test_request_context(), writing():
        say("People, communities and merchants …")
        _people(world)
        _communities(world)
        _merchants(world)
        db.session.commit()
        say(f"{len(PRODUCTS)} products …")
        for product in PRODUCTS:
            world.products[product.handle] = _product(world, product)
        db.session.commit()
        _listings(world)
        _links(world)
        _waiting(world)
        db.session.commit()
        for loaded in list(door().working()):
            if loaded.manifest and loaded.manifest.level == "community":
                for community in world.communities.values():
                    switch(community.id, loaded.name, True, None)
        db.session.commit()
        # one tells on what another has begun: in the order in which they are asked
        for loaded in sorted(door().working(), key=lambda p: p.manifest.priority if p.manifest else 0):
            if loaded.manifest and loaded.manifest.demo:
                say(f"{loaded.manifest.title} …")
                resolve(loaded.manifest.demo)(world)
                db.session.commit()
    return world


def told(address: str) -> list[str]:
    """Where to go and who to be, for the terminal; nothing without the demo."""
    links = db.session.scalars(select(GroupLink).order_by(GroupLink.id)).all()
    demo = db.session.scalar(select(Person.id).where(Person.is_demo).limit(1))
    if demo is None:
        return []
    lines = [
        f"{link.community.name}: {address}/g/{link.token}" for link in links if link.opens == "community"
    ]
    owners = [(told.name, told.owner) for told in COMMUNITIES]
    owners += [(told.name, next(k for k, r in told.staff.items() if r == "owner")) for told in MERCHANTS]
    lines += ["", f"Sign in with the password “{PASSWORD}” as"]
    lines += [f"  {key}@demo.example  ({name})" for name, key in owners]
    lines += [f"  {person.email}  ({person.name})" for person in PEOPLE if person.is_operator]
    return lines


def _pictures(world: World, say: Say) -> None:
    """Draw everything on all processors, before anything is locked."""
    still: list[DemoPicture | str] = [picture for told in PRODUCTS for picture in told.pictures]
    wanted = [*(told.cover for told in COMMUNITIES), *still]
    say(f"Drawing {len(wanted)} pictures …")
    with ProcessPoolExecutor() as drawing:
        for number, (asked, drawn) in enumerate(zip(wanted, drawing.map(_drawn, wanted), strict=True), 1):
            world.pictures[asked] = pictures.store(drawn)
            if number % 20 == 0:
                say(f"  {number} of {len(wanted)}")


def _drawn(asked: DemoPicture | str) -> EncodedPicture:
    """A community's cover by its name, or a product's picture."""
    if isinstance(asked, str):
        return pictures.encoded(art.cover(asked))
    return pictures.encoded(
        art.still(asked.motif, asked.main, asked.second, asked.ground, asked.place, asked.view)
    )


def _people(world: World) -> None:
    stamp: str | None = None
    for told in PEOPLE:
        person = Person(name=told.name, email=told.email, intro=told.intro, locale=told.locale, is_demo=True)
        person.is_operator = told.is_operator
        if stamp is None:
            person.set_password(PASSWORD)
            stamp = person.password
        person.password = stamp  # hashed once: it is the same word for all
        world.people[told.key] = person
        db.session.add(person)
    db.session.flush()


def _communities(world: World) -> None:
    for told in COMMUNITIES:
        owner = world.people[told.owner]
        community = Community.open(
            told.slug, told.name, told.promise, owner,
            kind=told.kind, entry=told.entry, size=told.size, rules=told.rules, time_zone=told.time_zone,
        )  # fmt: skip
        community.picture = asdict(world.pictures[told.cover])
        db.session.flush()
        for key in (*told.managers, *told.members):
            community.join(world.people[key], accepts_rules=True, invited=True)
            db.session.flush()
        for key in told.managers:
            community.appoint(world.people[key], "manager", owner)
        _long_ago(community)
        world.communities[told.slug] = community


def _long_ago(community: Community) -> None:
    """The group is half a year old, and people came one after the other: some apps ask since when one is here."""
    seats = select(Membership).where(Membership.community_id == community.id).order_by(Membership.id)
    for number, membership in enumerate(db.session.scalars(seats).all()):
        membership.at -= timedelta(days=180 - 12 * number)
    community.opened_at -= timedelta(days=180)


def _merchants(world: World) -> None:
    for told in MERCHANTS:
        owner = next(key for key, role in told.staff.items() if role == "owner")
        merchant = Merchant.open(told.slug, told.name, told.currency, world.people[owner])
        merchant.about, merchant.contact = told.about, told.contact
        for key, role in told.staff.items():
            if role != "owner":
                db.session.add(Staff(merchant_id=merchant.id, person_id=world.people[key].id, role=role))
        world.merchants[told.slug] = merchant
        world.owners[told.slug] = owner
    db.session.flush()


def _product(world: World, told: DemoProduct) -> Product:
    merchant = world.merchants[told.merchant]
    product = Product(
        merchant=merchant, currency=merchant.currency, handle=told.handle, name=told.name, kind=told.kind,
        tags=list(told.tags), story=told.story, vendor=merchant.name, state="live",
    )  # fmt: skip
    product.set_options(told.options)
    for position, form in enumerate(told.variants, 1):
        variant = Variant.make(
            form.price, values=form.values, stock=form.stock, sku=form.sku, compare_at=form.compare_at,
            position=position, grams=form.grams,
        )  # fmt: skip
        variant.needs_shipping = told.needs_shipping
        product.variants.append(variant)
    for picture in told.pictures:
        product.add_picture(world.pictures[picture], picture.alt)
    product.settle()
    db.session.add(product)
    return product


def _listings(world: World) -> None:
    for told in PRODUCTS:
        for slug in told.communities:
            community = world.communities[slug]
            listing = Listing.propose(
                world.products[told.handle],
                community,
                world.owner_of(told.merchant),
                community_share=500,
                sharer_share=300,
            )
            db.session.flush()
            listing.accept(_owner_of_community(world, slug))
            db.session.flush()
            world.listings[slug, told.handle] = listing


def _links(world: World) -> None:
    names = {
        "tea": ("周二晚上的茶", "微信群公告"),
        "trail": ("Saturday run", "Telegram pin"),
        "parents": ("群公告", "给新朋友"),
    }
    for told in COMMUNITIES:
        community = world.communities[told.slug]
        sharers = (world.people[told.owner], world.people[told.managers[0]])
        for name, sharer, channel in zip(names[told.slug], sharers, ("wechat", "telegram"), strict=True):
            link = GroupLink.make(
                community, sharer, name, channel=channel, invites=told.entry == "invitation"
            )
            world.links[f"{told.slug}:{channel}"] = link
        first = world.shelf_of(told.slug)[0]
        world.links[f"{told.slug}:listing"] = GroupLink.make(
            community, sharers[1], first.product.name[:64], opens="listing", opens_id=first.id
        )
    db.session.flush()


def _waiting(world: World) -> None:
    """What a manager finds to decide: somebody who would like to come along, and a product that is proposed."""
    trail = world.communities["trail"]
    reason = "I run to the tea house every Sunday. May I come along?"
    trail.join(world.people["sumu"], accepts_rules=True, reason=reason)
    tea = next(told for told in PRODUCTS if told.merchant == "qingya" and "trail" not in told.communities)
    Listing.propose(
        world.products[tea.handle], trail, world.owner_of("qingya"), community_share=800, sharer_share=400
    )
    db.session.flush()


def _owner_of_community(world: World, slug: str) -> Person:
    return world.people[next(told.owner for told in COMMUNITIES if told.slug == slug)]
