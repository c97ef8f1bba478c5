"""The rules of feedback: its states, its followers, what is merged and told, and what stays of who is forgotten."""

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from plugins.feedback.checking import followers_are_exact, thanks_are_exact
from plugins.feedback.contributions import Contribution, sources_of
from plugins.feedback.following import TicketFollower, follow, merge, unfollow
from plugins.feedback.handling import report_on
from plugins.feedback.noting import ChangeNote
from plugins.feedback.states import ANSWERS, MOVES, STATES
from plugins.feedback.tickets import Ticket
from shop.clock import now
from shop.db import db as shop_db
from shop.errors import NotValid, Refused
from shop.events import Event
from shop.hooks import door
from shop.testing.sql import count_sql
from tests.support import goods


def events(name: str) -> list[dict]:
    return [
        e.payload for e in shop_db.session.scalars(select(Event).where(Event.name == name).order_by(Event.id))
    ]


@pytest.fixture(autouse=True)
def _in_english(app):
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.mark.parametrize("was", list(STATES))
@pytest.mark.parametrize("to", ANSWERS)
def test_it_moves_by_the_one_table_only(table, was, to):
    ticket = table.say()
    ticket.state = was
    shop_db.session.flush()

    if was in MOVES[to]:
        ticket.answer(to, "We do.", table.seller)
        assert (ticket.state, ticket.changes[-1].from_state, ticket.changes[-1].to_state) == (to, was, to)
    else:
        with pytest.raises(Refused):
            ticket.answer(to, "We do.", table.seller)
        assert ticket.state == was


def test_no_move_without_an_answer_for_everybody(table):
    ticket = table.say()

    for state, words in (("done", "  "), ("merged", "x"), ("received", "x"), ("gone", "x")):
        with pytest.raises(NotValid):
            ticket.answer(state, words, table.seller)

    assert (ticket.state, ticket.changes) == ("received", [])


def test_who_says_it_follows_it_and_each_follower_counts_once(table):
    ticket = table.say(by=table.ana)

    for _press in range(3):
        follow(ticket, table.bo)
    assert ticket.followers == 2
    unfollow(ticket, table.bo)
    unfollow(ticket, table.bo)

    assert ticket.followers == 1
    assert [told["voices"] for told in events("feedback.followed")] == [0, 1, 0]
    assert list(followers_are_exact()) == []


def test_when_two_are_one_their_followers_move_along_once_each(table):
    eve = goods.person("Eve")
    first, second = table.say("Smaller tins", table.ana), table.say("Tins are too big", table.bo)
    for who in (table.ana, eve):
        follow(second, who)
    nameless = goods.person("Gone")
    follow(second, nameless)
    shop_db.session.query(TicketFollower).filter_by(person_id=nameless.id).update({"person_id": None})

    merge(second, first, table.seller)

    assert (second.state, second.into_id, second.followers, first.followers) == ("merged", first.id, 0, 4)
    assert list(followers_are_exact()) == []
    with pytest.raises(Refused, match="please follow that"):
        follow(second, goods.person("Late"))
    with pytest.raises(Refused):
        merge(first, second, table.seller)


def test_what_was_merged_before_goes_along(table):
    one, two, three = table.say("One"), table.say("Two"), table.say("Three")

    merge(one, two, table.seller)
    merge(two, three, table.seller)
    shop_db.session.expire_all()

    assert [one.into_id, two.into_id] == [three.id, three.id]


def test_only_the_same_thing_can_be_merged(table):
    tin, here = table.say("Tins"), table.say("Meet on Sundays", product=None)

    for into in (here, tin):
        with pytest.raises(Refused):
            merge(tin, into, table.seller)

    assert tin.state == "received"


def test_followers_are_told_and_who_answers_is_asked(table):
    tin, here = table.say("Tins", table.ana), table.say("Meet on Sundays", table.ana, product=None)
    follow(tin, table.bo)
    double = table.say("Smaller tins", table.bo)
    table.work()
    assert table.mails() == [
        ("owner", f"Feedback on {table.community.name}: Meet on Sundays"),
        ("seller", "Feedback on Oolong: Smaller tins"),
        ("seller", "Feedback on Oolong: Tins"),
    ]
    table.app.extensions["mailman"].outbox.clear()

    merge(double, tin, table.seller)
    tin.answer("planned", "In spring.", table.seller)
    here.answer("declined", "On Sundays we sleep.", table.ana)  # who says it herself is not told
    table.work()

    assert table.mails() == [
        ("ana", "“Tins”: Planned"),
        ("bo", "“Smaller tins” goes on in another one"),
        ("bo", "“Tins”: Planned"),
    ]


def test_what_was_done_thanks_by_name_who_said_wanted_tried_voted_and_named(table):
    people = {name: goods.person(name) for name in ("Cy", "Di", "Eve", "Fay")}
    ticket = table.say(by=table.ana)
    follow(ticket, table.bo)
    table.tell_trial(people["Cy"])
    table.tell_round(people["Di"], people["Eve"], table.ana, people["Di"])
    table.tell_round(people["Di"], people["Eve"])  # told twice
    table.work()
    sources = sources_of(table.community.id, table.listing.product_id)
    assert sorted((each.code, each.people) for each in sources) == [("round:3", 3), ("trial:7", 1)]

    note = ChangeNote.write(
        table.community, table.listing.product, table.seller, "Half-size tins", "From May on.",
        tickets=[ticket], sources=sources,
    )  # fmt: skip
    table.app.extensions["mailman"].outbox.clear()
    table.work()

    assert [(each.name, each.why) for each in note.thanks] == [
        ("Ana", "said"),
        ("Bo", "wanted"),
        ("Di", "named"),
        ("Cy", "tried"),
        ("Eve", "voted"),
    ]
    assert (ticket.state, ticket.note_id, ticket.changes[-1].answer) == ("done", note.id, "Half-size tins")
    assert [told["person"] for told in events("feedback.done")] == [table.ana.id]
    assert sorted(events("feedback.noted")[0]["people"]) == sorted(each.person_id for each in note.thanks)
    assert ("cy", "You said, we did: Half-size tins") in table.mails()
    assert list(thanks_are_exact()) == []


def test_a_change_names_something_that_led_to_it_and_only_of_its_own_thing(table):
    other = table.say("Meet on Sundays", product=None)

    with pytest.raises(NotValid):
        ChangeNote.write(table.community, table.listing.product, table.seller, "Tins", "")
    with pytest.raises(Refused):
        ChangeNote.write(table.community, table.listing.product, table.seller, "Tins", "", tickets=[other])

    assert other.state == "received"


def test_what_waits_and_how_long(table):
    for days in (0, 2, 3, 9, 20, 45):
        table.say(f"Day {days}").at = now() - timedelta(days=days, minutes=1)
    done = table.say("Done")
    done.at = now() - timedelta(days=4, minutes=1)
    done.answer("planned", "Soon.", table.seller)
    done.answer("done", "Here.", table.seller)
    shop_db.session.flush()

    report = report_on(Ticket.community_id == table.community.id)

    assert [bar["value"] for bar in report.bars] == [2, 1, 1, 1, 1]
    assert (report.oldest, report.typical, report.first_answer) == (45, 6, "4 days")


def test_who_is_forgotten_takes_words_along_and_leaves_the_counts(table):
    ticket = table.say("Ana's own words", table.ana, text="Only hers.")
    follow(ticket, table.bo)
    table.tell_trial(table.ana)
    table.work()
    note = ChangeNote.write(
        table.community, table.listing.product, table.seller, "Tins", "", tickets=[ticket],
        sources=sources_of(table.community.id, table.listing.product_id),
    )  # fmt: skip
    table.work()
    version = table.community.version
    told = door().ask_owner("feedback", "person_data", person=table.ana, act="export")

    door().ask_owner("feedback", "person_data", person=table.ana, act="erase")
    shop_db.session.commit()
    shop_db.session.expire_all()

    assert (told["said"][0]["title"], told["thanked_for"]) == (
        "Ana's own words",
        [{"title": "Tins", "why": "said"}],
    )
    assert told["took_part"] == [{"in": "trial", "how": "tried", "title": "Two weeks of tea"}]
    assert (ticket.title, ticket.text, ticket.followers, note.thanked) == ("", "", 2, 2)
    assert note.said[0]["title"] == ""
    assert [each.name for each in note.thanks] == ["A former member", "Bo"]
    assert shop_db.session.scalars(select(Contribution.person_id)).all() == [None]
    assert table.community.version > version
    assert (list(followers_are_exact()), list(thanks_are_exact())) == ([], [])


def test_a_products_page_asks_once_for_all_changes_and_names(app, table, client):
    app.extensions["kept"].most = app.extensions["parts"].most = 0
    client.get(table.page)
    with count_sql(app) as without:
        client.get(table.page)
    for n in range(3):
        ticket = table.say(f"Idea {n}")
        follow(ticket, table.bo)
        ChangeNote.write(
            table.community, table.listing.product, table.seller, f"Change {n}", "", tickets=[ticket]
        )
    shop_db.session.commit()
    client.get(table.page)

    with count_sql(app) as with_three:
        page = client.get(table.page).text

    assert len(with_three) == len(without), with_three
    assert ("Change 2" in page, "Change 0" in page) == (True, False)
