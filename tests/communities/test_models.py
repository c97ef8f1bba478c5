"""Seats, roles and rules of a community."""

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select, update

from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership
from shop.db import db as shop_db
from shop.errors import Forbidden, Refused
from shop.limits import Limit
from shop.people.models import Person
from tests.communities.conftest import People
from tests.support.races import race


def test_whoever_opens_a_community_owns_it_and_has_accepted_its_rules(db: SQLAlchemy, ana: Person):
    runners = Community.open("run", "Trail Runners", "We wait at the top.", ana, size=3, rules="Wait.")

    db.session.refresh(runners.seats)
    assert runners.role_of(ana) == "owner"
    assert runners.member_count == 1
    assert runners.rules().number == 1
    assert runners.rules().is_accepted_by(ana)


def test_a_full_community_says_so(tea: Community, bo: Person, ana: Person):
    tea.seats.resize(2)

    with pytest.raises(Refused, match=r"This community is full\."):
        tea.join(ana, accepts_rules=True)


def test_one_joins_only_after_accepting_the_rules(tea: Community, lin: Person, ana: Person):
    tea.write_rules("Be kind.", lin)

    with pytest.raises(Refused, match="accept the rules"):
        tea.join(ana, accepts_rules=False)
    assert isinstance(tea.join(ana, accepts_rules=True), Membership)
    assert tea.rules().is_accepted_by(ana)


def test_members_accept_a_new_version_anew(tea: Community, lin: Person, bo: Person):
    tea.write_rules("Be kind.", lin).accept(bo)

    second = tea.write_rules("Be kind and brief.", lin)

    assert second.number == 2
    assert not second.is_accepted_by(bo)


def test_entry_by_approval_asks_a_manager(db: SQLAlchemy, tea: Community, lin: Person, ana: Person):
    tea.entry = "approval"
    request = tea.join(ana, accepts_rules=True, reason="I like oolong")
    assert isinstance(request, JoinRequest)
    with pytest.raises(Refused, match="asked already"):
        tea.join(ana, accepts_rules=True)

    db.session.flush()
    request.accept(lin)

    assert tea.role_of(ana) == "member"
    with pytest.raises(Refused, match="answered already"):
        request.decline(lin, "No room.")


def test_entry_by_invitation_lets_nobody_else_in(tea: Community, ana: Person):
    tea.entry = "invitation"

    with pytest.raises(Forbidden, match="invitation link"):
        tea.join(ana, accepts_rules=True)
    assert isinstance(tea.join(ana, accepts_rules=True, invited=True), Membership)


def test_who_was_removed_comes_back_only_with_a_yes(db: SQLAlchemy, tea: Community, lin: Person, bo: Person):
    tea.remove(bo, lin, "Sold shoes.")

    db.session.refresh(tea.seats)
    assert tea.member_count == 1
    assert isinstance(tea.join(bo, accepts_rules=True), JoinRequest)


def test_leaving_gives_the_seat_back(db: SQLAlchemy, tea: Community, lin: Person, bo: Person):
    tea.leave(bo)

    db.session.refresh(tea.seats)
    assert tea.member_count == 1
    with pytest.raises(Refused, match="not a member"):
        tea.leave(bo)
    with pytest.raises(Refused, match="Hand the community over"):
        tea.leave(lin)


def test_only_the_owner_dismisses_a_manager(tea: Community, lin: Person, bo: Person, somebody: People):
    chen = somebody("Chen")
    tea.join(chen, accepts_rules=True)
    tea.appoint(bo, "manager", lin)
    tea.appoint(chen, "manager", bo)

    with pytest.raises(Forbidden, match="Only the owner"):
        tea.appoint(bo, "member", chen)
    tea.appoint(chen, "member", chen)
    tea.appoint(bo, "member", lin)

    assert (tea.role_of(bo), tea.role_of(chen)) == ("member", "member")


def test_handing_over_makes_the_old_owner_a_manager(tea: Community, lin: Person, bo: Person):
    tea.hand_over(lin, bo)

    assert (tea.role_of(lin), tea.role_of(bo)) == ("manager", "owner")
    with pytest.raises(Forbidden, match="Only the owner"):
        tea.hand_over(lin, bo)


def test_an_invitation_is_used_up_by_its_seats(db: SQLAlchemy, tea: Community, lin: Person):
    link = GroupLink.make(tea, lin, "For two", seats=2, invites=True)
    db.session.flush()
    link.admit()
    link.admit()

    with pytest.raises(Refused, match="seats of this invitation are taken"):
        link.admit()
    db.session.refresh(link.seats)
    assert not link.is_live
    with pytest.raises(Refused, match="has ended"):
        link.admit()


def test_members_make_links_but_not_invitations(tea: Community, bo: Person, ana: Person):
    assert GroupLink.make(tea, bo, "Mine").is_live

    with pytest.raises(Forbidden, match="Only managers"):
        GroupLink.make(tea, bo, "Come in", invites=True)
    with pytest.raises(Forbidden, match="Only members"):
        GroupLink.make(tea, ana, "Mine")


@pytest.mark.races
@pytest.mark.both_engines
def test_two_hundred_people_take_ten_seats(database_url: str, db: SQLAlchemy, app: Flask, ana: Person):
    Community.open("ten", "Ten and one", "Small on purpose.", ana, size=11)
    db.session.add_all(Person(name=f"P{n}", email=f"p{n}@example.org") for n in range(200))
    db.session.commit()

    outcomes = race(join_many, database_url, processes=4, threads=5)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.value for outcome in outcomes) == 10
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 11
    assert db.session.scalar(select(Limit.left).where(Limit.kind == "seats")) == 0


@pytest.mark.races
@pytest.mark.postgres
def test_the_race_for_seats_oversells_when_it_is_read_before_it_is_written(
    database_url: str, db: SQLAlchemy, app: Flask, ana: Person
):
    Community.open("ten", "Ten and one", "Small on purpose.", ana, size=11)
    db.session.commit()

    outcomes = race(join_carelessly, database_url, processes=4, threads=5)

    assert sum(outcome.value for outcome in outcomes if outcome.value) > 10


def join_many(app: Flask, runner: int) -> int:
    """Ten people of this runner try to join, one after the other; how many could."""
    joined = 0
    for n in range(10):
        community = shop_db.session.scalars(select(Community)).one()
        person = shop_db.session.scalars(select(Person).where(Person.name == f"P{runner * 10 + n}")).one()
        try:
            community.join(person, accepts_rules=True)
            shop_db.session.commit()
            joined += 1
        except Refused:
            shop_db.session.rollback()
    return joined


def join_carelessly(app: Flask, runner: int) -> int:
    """What must not be: look how many seats are left, then write one less."""
    joined = 0
    for _turn in range(10):
        left = shop_db.session.scalar(select(Limit.left).where(Limit.kind == "seats"))
        if left > 0:
            shop_db.session.execute(update(Limit).where(Limit.kind == "seats").values(left=left - 1))
            joined += 1
        shop_db.session.commit()
    return joined
