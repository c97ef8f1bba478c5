"""The rules of points: what earns them, what they buy, who comes first, and what stays of who is forgotten."""

from datetime import timedelta

import pytest
import time_machine
from flask_babel import force_locale
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from plugins.points.checking import balances_are_exact, gifts_are_exact
from plugins.points.comments import PointsComment
from plugins.points.gifts import PointsHandout, by_code
from plugins.points.jobs import count_tops
from plugins.points.ledger import ISSUED, PERSON, PointsAccount, PointsTransfer, move
from plugins.points.tops import PointsTop
from shop.clock import now
from shop.db import db as shop_db
from shop.errors import NotValid, Refused, SoldOut
from shop.hooks import door
from shop.switches import PluginSwitch
from shop.testing.sql import count_sql
from shop.tiers import tiers_of
from tests.plugins.points.conftest import Table
from tests.support import goods


@pytest.fixture(autouse=True)
def _in_english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_deeds_that_other_plugins_tell_of_earn_points_once(table):
    table.wrote(table.ana, 1)
    table.tell("trials.reported", person=table.ana.id, product=1, report=4, title="", path="")
    table.tell("naming.closed", round=3, product=1, namer=table.bo.id, voters=[table.bo.id, table.cy.id])
    table.tell("feedback.done", person=table.cy.id, product=None, ticket=2)
    table.tell("feedback.noted", product=None, note=1, people=[table.cy.id, table.bo.id])
    table.wrote(table.ana, 1)  # told twice
    table.work()

    assert [table.have(each) for each in (table.ana, table.bo, table.cy)] == [30, 57, 22]
    assert list(balances_are_exact()) == []


def test_nobody_earns_more_on_one_day_than_the_cap(table):
    with time_machine.travel("2026-03-02T01:00:00+00:00", tick=False):
        for review in range(8):
            table.wrote(table.ana, review)
        table.work()
        assert table.have(table.ana) == 60
    with time_machine.travel("2026-03-03T03:00:00+00:00", tick=False):
        table.wrote(table.ana, 9)
        table.work()

        assert table.have(table.ana) == 70


def test_the_rates_are_the_communitys_own_and_nothing_earns_nothing(table):
    row = shop_db.session.query(PluginSwitch).filter_by(name="points").one()
    row.settings = {"review": 3, "vote": 0}
    shop_db.session.commit()

    table.wrote(table.ana, 1)
    table.tell("naming.closed", round=3, product=1, namer=None, voters=[table.bo.id])
    table.work()

    assert (table.have(table.ana), table.have(table.bo)) == (3, 0)


def test_whoever_is_no_member_earns_nothing(table):
    stranger = goods.person("Stranger")

    table.wrote(stranger, 1)
    table.work()

    assert table.have(stranger) == 0


@pytest.mark.both_engines
def test_a_transfer_can_never_be_changed(table):
    table.give(table.ana, 5)
    shop_db.session.commit()

    for deed in (
        "UPDATE points_transfer SET amount = 9",
        "DELETE FROM points_transfer",
        "INSERT INTO points_transfer (id, key, debit_id, credit_id, amount, what, at) "
        "SELECT id + 1, 'x', debit_id, debit_id, 1, what, at FROM points_transfer",
        "INSERT INTO points_transfer (id, key, debit_id, credit_id, amount, what, at) "
        "SELECT id + 1, 'x', debit_id, credit_id, 0, what, at FROM points_transfer",
    ):
        with pytest.raises(DBAPIError):
            shop_db.session.execute(text(deed))
        shop_db.session.rollback()

    assert table.have(table.ana) == 5


def test_points_stay_in_their_community(table):
    other = goods.community(table.owner, "Else")

    with pytest.raises(ValueError, match="stay in their community"):
        move(PointsAccount.of(other.id, ISSUED), PointsAccount.of(table.community.id, PERSON, table.ana.id),
             5, "review", key="x")  # fmt: skip


def test_a_gift_is_redeemed_for_what_one_has_as_often_as_one_may(table):
    gift = table.gift(cost=30, many=2, each=1)
    table.give(table.ana, 70)
    table.give(table.bo, 29)

    first = gift.redeem(table.ana)
    with pytest.raises(Refused, match="as often as"):
        gift.redeem(table.ana)
    with pytest.raises(Refused, match="You have 29 points, and this costs 30"):
        gift.redeem(table.bo)

    assert (table.have(table.ana), len(first.code)) == (40, 8)


def test_no_more_are_given_than_there_are(table):
    gift = table.gift(many=1)
    for each in (table.ana, table.bo):
        table.give(each, 30)
    gift.redeem(table.ana)
    shop_db.session.commit()

    with pytest.raises(SoldOut):
        gift.redeem(table.bo)
    shop_db.session.rollback()

    assert (table.have(table.bo), list(gifts_are_exact())) == (30, [])
    gift.end()
    with pytest.raises(Refused):
        gift.redeem(table.bo)


def test_it_is_handed_out_once_or_given_back_once(table):
    gift = table.gift(each=2)
    table.give(table.ana, 60)
    one, two = gift.redeem(table.ana), gift.redeem(table.ana)

    assert by_code(table.community, f" {one.code[:4].lower()}-{one.code[4:]} ") is one
    one.hand_out(table.owner)
    two.cancel()
    for wrong in (
        one.cancel,
        two.cancel,
        lambda: one.hand_out(table.owner),
        lambda: two.hand_out(table.owner),
    ):
        with pytest.raises(Refused):
            wrong()
    with pytest.raises(NotValid):
        by_code(table.community, "NOBODYS")

    assert (table.have(table.ana), gift.left, one.handed_by_id) == (30, 2, table.owner.id)
    assert (list(balances_are_exact()), list(gifts_are_exact())) == ([], [])
    assert gift.redeem(table.ana).slot == 2  # what was given back does not count


def top_of(table: Table, days: int = 30) -> PointsTop:
    ends = now() + timedelta(days=days)
    return PointsTop.plan(
        table.community, "Best of May", ["Tea", "A cup", "A card"], now(), ends, table.owner
    )


def test_the_three_best_are_found_by_the_published_rules(table):
    people = [table.ana, table.bo, table.cy, goods.person("Di")]
    table.community.join(people[3], accepts_rules=True)
    table.wrote(table.cy, 99, 9)  # before it began
    table.work()
    top = top_of(table)
    table.wrote(table.owner, 1, 50)  # runs the community
    table.wrote(table.ana, 2, 3)
    table.wrote(table.ana, 3, 5)  # one place for Ana, with her best
    told = {"person": table.bo.id, "product": None, "ticket": 4, "title": "Sundays"}
    table.tell("feedback.filed", path="/c/tea/x/feedback/4", **told)
    table.tell("feedback.followed", ticket=4, voices=7)
    table.wrote(table.cy, 5, 5)  # as many as Ana's, and later
    table.wrote(people[3], 6, 8)  # hidden below
    table.tell("reviews.hidden", review=6, hiding=1)
    table.wrote(people[3], 7)  # no voice
    table.work()
    with pytest.raises(Refused):
        top.close()

    with time_machine.travel(top.ends_at + timedelta(seconds=1), tick=True):
        assert (count_tops(), count_tops()) == (1, 0)
        table.work()

    assert [(each.place, each.name, each.voices, each.prize, each.comment.path) for each in top.places] == [
        (1, "Bo", 7, "Tea", "/c/tea/x/feedback/4"),
        (2, "Ana", 5, "A cup", "/c/tea/x/reviews/3"),
        (3, "Cy", 5, "A card", "/c/tea/x/reviews/5"),
    ]
    assert [(each["ref"], each["voices"]) for each in top.count or ()] == [(4, 7), (3, 5), (5, 5)]
    won = shop_db.session.query(PointsHandout).order_by(PointsHandout.id).all()
    assert [(each.to, each.title) for each in won] == [("Bo", "Tea"), ("Ana", "A cup"), ("Cy", "A card")]
    subjects = sorted(mail.subject for mail in table.app.extensions["mailman"].outbox)
    assert subjects == [f"Place {n}: Best of May" for n in (1, 2, 3)]


def test_what_is_shown_again_counts_again_and_older_news_changes_nothing(table):
    table.wrote(table.ana, 2, 3)
    table.tell("reviews.hidden", review=2, hiding=1)
    table.tell("reviews.judged", review=2, hiding=1, shows=True)
    table.work()
    comment = shop_db.session.query(PointsComment).one()
    comment.told += 1000  # as if something newer had been told already
    shop_db.session.commit()

    table.tell("reviews.voted", review=2, voices=1)
    table.work()

    assert (comment.is_out, comment.voices) == (False, 3)


def test_rules_stand_before_what_they_count(table):
    for starts, ends in ((now(), now() - timedelta(1)), (now() - timedelta(3), now() - timedelta(1))):
        with pytest.raises(NotValid):
            PointsTop.plan(table.community, "May", ["a", "b", "c"], starts, ends, table.owner)
    with pytest.raises(NotValid):
        PointsTop.plan(table.community, "May", ["a", "b", ""], now(), now() + timedelta(1), table.owner)


def test_tiers_come_from_what_was_earned_in_twelve_months_and_spending_takes_none(app, table):
    with time_machine.travel(now() - timedelta(days=366), tick=False):
        table.give(table.bo, 500, "long ago")
    table.give(table.ana, 200)
    table.give(table.bo, 50)
    table.give(table.cy, 49)
    table.gift(cost=180).redeem(table.ana)
    people = [table.ana.id, table.bo.id, table.cy.id, table.owner.id]

    with count_sql(app) as asked:
        told = tiers_of(table.community, people)

    assert told == {table.ana.id: 2, table.bo.id: 1, table.cy.id: 0, table.owner.id: 0}
    assert len(asked) <= 4, asked


def test_no_tier_where_points_are_off(table):
    table.give(table.ana, 200)
    shop_db.session.query(PluginSwitch).filter_by(name="points").update({"is_on": False})
    shop_db.session.commit()

    with table.app.test_request_context():
        assert tiers_of(table.community, [table.ana.id]) == {table.ana.id: 0}


def test_who_is_forgotten_leaves_the_books_as_they_are(table):
    gift = table.gift()
    top = top_of(table)
    table.wrote(table.ana, 2, 3)
    table.work()
    table.give(table.ana, 30)
    gift.redeem(table.ana).hand_out(table.owner)
    with time_machine.travel(top.ends_at + timedelta(seconds=1), tick=True):
        count_tops()
    shop_db.session.commit()
    told = door().ask_owner("points", "person_data", person=table.ana, act="export")
    transfers = shop_db.session.query(PointsTransfer).count()

    door().ask_owner("points", "person_data", person=table.ana, act="erase")
    shop_db.session.commit()
    shop_db.session.expire_all()

    assert told["balances"] == {table.community.name: 10}
    assert [each["amount"] for each in told["transfers"]] == [10, 30, -30]
    assert (told["places"], told["comments"][0]["voices"]) == ([{"title": "Best of May", "place": 1}], 3)
    assert shop_db.session.query(PointsTransfer).count() == transfers
    assert [each.name for each in top.places] == ["A former member"]
    assert [each.to for each in shop_db.session.query(PointsHandout)] == ["A former member"] * 2
    assert (list(balances_are_exact()), list(gifts_are_exact())) == ([], [])
    assert table.have(table.ana) == 0  # whoever comes again begins anew
