"""A round for a cup in a community: open for proposals, members who were there before, one who came later."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from plugins.naming.ballots import cast
from plugins.naming.closing import move_on
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods


@dataclass(frozen=True)
class Table:
    """Who sits around it, and the round."""

    app: Flask
    owner: Person
    seller: Person
    community: Community
    merchant: Merchant
    listing: Listing
    round: Round

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/naming/rounds/{self.round.id}"

    @property
    def reviews(self) -> str:
        return f"/c/{self.community.slug}/x/naming/reviews/{self.round.id}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.merchant.slug}/x/naming/rounds/{self.round.id}"

    @property
    def page(self) -> str:
        return f"/c/{self.community.slug}/p/{self.listing.id}"

    def member(self, name: str) -> Person:
        """A member from now on."""
        known = goods.person(name)
        self.community.join(known, accepts_rules=True)
        shop_db.session.flush()
        return known

    def propose(self, text: str, by: Person, story: str = "") -> Proposal:
        """Proposed and on the ballot."""
        made = Proposal.make(self.round, text, story, by)
        made.screen(True, "", self.seller)
        shop_db.session.flush()
        return made

    def vote(self) -> None:
        """The time for proposals is over."""
        self.round.proposals_until = now()
        shop_db.session.flush()
        move_on(self.round)

    def cast(self, by: Person, *names: Proposal) -> None:
        cast(self.round, [name.id for name in names], by)

    def close(self) -> None:
        """The clock reaches the close, and the worker counts."""
        assert self.round.votes_until is not None
        later = self.round.votes_until + timedelta(minutes=2)
        shop_db.session.commit()  # and nothing is read: on SQLite an open test would lock the worker out
        with time_machine.travel(later, tick=True):
            run_until_idle(self.app)
        shop_db.session.expire_all()

    def work(self) -> None:
        """The worker does what is due."""
        shop_db.session.commit()
        run_until_idle(self.app)
        shop_db.session.expire_all()


def set_table(app: Flask, *, opened: bool = True, voters: tuple[str, ...] = (), **values: object) -> Table:
    """The round, open or still a draft; `voters` are members before it opens; `values` are its own columns."""
    owner, seller = goods.person("Owner"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    switch(community.id, "naming", True, owner.id)
    listing = goods.listing(goods.product(merchant, "Cup No. 7"), community, owner)
    for name in voters:
        community.join(goods.person(name), accepts_rules=True)
    shop_db.session.flush()
    told = {"title": "A name for cup no. 7", "text": "It is small."} | values
    round = Round(community=community, merchant=merchant, product=listing.product, **told)
    shop_db.session.add(round)
    shop_db.session.flush()
    if opened:
        round.move("review", seller)
        round.open(owner)
    shop_db.session.commit()
    return Table(app, owner, seller, community, merchant, listing, round)


def person(name: str) -> Person:
    """Somebody by name."""
    return shop_db.session.query(Person).filter_by(name=name).one()


@pytest.fixture
def table(app: Flask, db: SQLAlchemy) -> Table:
    return set_table(app, voters=("Ana", "Bo", "Cy", "Di"))
