"""Care: hello, praise and complaints, the silent, the voices, a split."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from plugins.care import splitting, voices
from plugins.care.alerts import CareAlert
from plugins.care.forms import Here
from plugins.care.intros import CareIntro, alike, count_gaps
from plugins.care.silence import give_notice, look_at
from plugins.care.splitting import CareMove
from plugins.care.voices import CareObjection, CareVoice
from plugins.care.waiting import wait
from plugins.feedback.following import file
from shop.communities.links import GroupLink
from shop.db import db as shop_db
from shop.errors import Refused
from tests.plugins.care.conftest import Group
from tests.support import goods
from tests.support.sql import count_sql

HERE = Here()


def introduced(group: Group, somebody, likes: str = "") -> CareIntro:
    return CareIntro.say(group.community, somebody, "Tea brings me.", likes, "")


def test_a_newcomer_is_reminded_once_and_nobody_who_said_hello_or_came_long_ago(group: Group):
    group.member("Dan", days=3)
    introduced(group, group.member("Eve", days=3))
    group.member("Fay", days=1)

    group.work()
    group.work(hours=2)

    assert [len(group.mails(name)) for name in ("Dan", "Eve", "Fay", "Ana")] == [1, 0, 0, 0]
    assert count_gaps(group.community) == 4  # Ana, Bo, Cy and Dan


def test_whoever_likes_the_same_is_found(group: Group):
    mine = introduced(group, group.ana, "White tea， cups")
    introduced(group, group.bo, "cups, white tea")
    introduced(group, group.cy, "mountains")

    found = alike(group.community, mine)

    assert [(other.person.name, tags) for other, tags in found] == [("Bo", ["white tea", "cups"])]


def test_bad_and_very_good_words_reach_each_manager_at_once_and_once(group: Group):
    group.community.appoint(group.bo, "manager", group.owner)
    for mood, review in (("bad", 7), ("good", 8), ("bad", 7)):
        group.tell("reviews.felt", review=review, mood=mood, title="Oolong", path="/c/tea/x/reviews/7")

    group.work()

    assert sorted(group.mails("Owner")) == sorted(group.mails("Bo"))
    assert sorted(group.mails("Owner")) == [
        "Somebody is happy with Oolong",
        "Somebody is unhappy with Oolong",
    ]


def test_a_complaint_reaches_the_managers_and_an_idea_does_not(group: Group):
    for kind, title in (("complaint", "The lid is hot"), ("idea", "A smaller pot")):
        file(group.community, None, group.ana, kind, title, "")

    group.work()

    assert [one.title for one in rows(CareAlert)] == ["The lid is hot"]


def test_who_takes_part_is_spared_with_a_reason_that_tells_nothing_private(group: Group):
    file(group.community, None, group.bo, "idea", "A smaller pot", "")

    told = {one.seat.person.name: (one.spared, bool(one.reason)) for one in look_at(group.community, HERE)}

    assert told == {
        "Owner": ("looks after the group", False),
        "Ana": ("", True),
        "Bo": ("takes part", False),
        "Cy": ("", True),
    }


def test_silent_members_are_asked_and_leave_only_when_they_do_nothing_at_all(group: Group):
    asked = give_notice(group.community, HERE, [group.ana.id, group.bo.id, group.cy.id], group.owner)
    assert [notice.person.name for notice in asked] == ["Ana", "Bo", "Cy"]
    asked[0].end("stayed")
    group.work(days=3)

    introduced(group, group.bo)
    group.work(days=13)
    assert group.names() == {"Owner", "Ana", "Bo", "Cy"}
    group.work(days=15)

    assert group.names() == {"Owner", "Ana", "Bo"}
    states = {notice.person.name: notice.state for notice in asked}
    assert states == {"Ana": "stayed", "Bo": "stayed", "Cy": "moved"}
    assert group.mails("Cy") == ["Do you stay in Tea?", "Your seat in Tea is free again"]


def test_a_ticket_brings_one_person_back_once(group: Group, as_):
    (notice,) = give_notice(group.community, HERE, [group.cy.id], group.owner)
    group.work(days=15)
    url = f"{group.url}/return/{notice.ticket}"

    strangers = as_(group.bo).get(url).status_code
    back = as_(group.cy).post(url)
    twice = as_(group.cy).post(url)

    assert (strangers, back.status_code, twice.status_code) == (404, 303, 409)
    assert group.names() == {"Owner", "Ana", "Bo", "Cy"}


def test_a_freed_seat_is_told_to_the_next_in_line_only(group: Group):
    group.community.seats.resize(4)
    shop_db.session.expire_all()
    for name in ("Gil", "Hal"):
        wait(group.community, goods.person(name))
    give_notice(group.community, HERE, [group.cy.id], group.owner)

    group.work(days=15)

    assert (group.mails("Gil"), group.mails("Hal")) == (["There is a seat in Tea"], [])


def test_a_manager_takes_a_notice_back(group: Group, as_):
    (notice,) = give_notice(group.community, HERE, [group.cy.id], group.owner)
    group.work()

    done = as_(group.owner).post(f"{group.url}/manage/silent/notices/{notice.id}/removal")
    group.work(days=20)

    assert done.status_code == 303
    assert "Cy" in group.names()


def test_the_sum_counts_who_was_woken_and_what_was_said_and_sales_at_most_a_fifth(group: Group):
    link = GroupLink.make(group.community, group.ana, "Mine")
    for name, days in (("Dan", 3), ("Eve", 3)):
        seat = group.community.membership_of(group.member(name, days))
        seat.link_id = link.id
        if name == "Dan":
            introduced(group, seat.person)
    introduced(group, group.ana)

    (mine,) = voices.sums_of(group.community, [group.ana.id])

    assert [(part.many, part.worth) for part in mine.parts] == [(1, 3), (1, 2), (0, 0), (0, 0), (0, 0)]
    assert mine.total == 5


def test_no_sum_is_made_of_who_wants_none(group: Group, as_):
    introduced(group, group.ana)
    as_(group.ana).post(f"{group.url}/voice", data={"wish": "quiet"})

    names = [one.person.name for one in voices.sums_of(group.community)]

    assert "Ana" not in names
    with pytest.raises(Refused):
        voices.ask(group.community, group.ana, "Would you?", group.owner)


def test_a_member_contests_their_sum_and_reads_the_answer(group: Group, as_):
    introduced(group, group.ana)
    as_(group.ana).post(f"{group.url}/objections", data={"text": "Two of mine are missing."})
    (objection,) = rows(CareObjection)

    answer = {"answer": "You are right."}
    as_(group.owner).post(f"{group.url}/manage/voices/objections/{objection.id}", data=answer)

    assert "You are right." in as_(group.ana).get(f"{group.url}/").text


def test_only_members_are_shown_their_way_to_it(group: Group, as_):
    stranger = goods.person("Stranger")
    shop_db.session.commit()

    assert "You in this group" in as_(group.bo).get("/c/tea/about").text
    assert "You in this group" not in as_(stranger).get("/c/tea/about").text


def test_whoever_is_asked_decides_and_stands_on_the_page_only_after_yes(group: Group, as_):
    voices.ask(group.community, group.ana, "You help everybody.", group.owner)
    group.work()
    before = as_(group.bo).get("/c/tea/about").text

    as_(group.ana).post(f"{group.url}/voice", data={"wish": "active"})

    assert "Voices of the group" not in before
    assert "Voices of the group" in as_(group.bo).get("/c/tea/about").text
    assert CareVoice.of(group.community, group.bo) is None


def test_a_split_asks_and_moves_only_who_says_yes_and_nobody_out(group: Group, as_):
    for somebody in (group.ana, group.bo):
        introduced(group, somebody, "white tea")
    smaller = goods.community(group.owner, "Small")
    smaller.write_rules("Be kind.", group.owner)
    (basis, *_more), *_rest = splitting.bases_of(group.community)
    assert basis == "like:white tea"

    as_(group.owner).post(
        f"{group.url}/manage/split",
        data={
            "by": basis,
            "target": smaller.id,
            "people": [group.ana.id, group.bo.id],
            "words": "A smaller table.",
        },
    )
    group.work()
    moves = {move.person.name: move.id for move in rows(CareMove)}
    refused = as_(group.ana).post(f"{group.url}/moves/{moves['Ana']}", data={"answer": "yes"})
    as_(group.ana).post(f"{group.url}/moves/{moves['Ana']}", data={"answer": "yes", "accepts_rules": "y"})
    as_(group.bo).post(f"{group.url}/moves/{moves['Bo']}", data={"answer": "no"})

    assert refused.status_code == 409
    assert [smaller.role_of(p) for p in (group.ana, group.bo)] == ["member", None]
    assert group.names() == {"Owner", "Ana", "Bo", "Cy"}
    assert group.mails("Ana") == ["A smaller group for you: Small"]


@pytest.mark.parametrize(
    "page", ["/manage", "/manage/alerts", "/manage/silent", "/manage/voices", "/manage/split"]
)
def test_the_desk_costs_the_same_for_few_and_for_more(app, db: SQLAlchemy, group: Group, as_, page: str):
    desk = as_(group.owner)
    fill(group, "1")
    desk.get(f"{group.url}{page}")
    with count_sql(app) as for_few:
        assert desk.get(f"{group.url}{page}").status_code == 200

    for n in ("2", "3"):
        fill(group, n)
    with count_sql(app) as for_more:
        desk.get(f"{group.url}{page}")

    assert len(for_more) == len(for_few), "\n".join(for_more)


def fill(group: Group, n: str) -> None:
    """Two more members, one with a card, one silent and asked; an alert; an objection."""
    known, silent = group.member(f"K{n}"), group.member(f"S{n}")
    introduced(group, known, "white tea")
    give_notice(group.community, HERE, [silent.id], group.owner)
    group.tell("reviews.felt", review=int(n), mood="bad", title="Oolong", path="/")
    voices.object_to(group.community, known, "Wrong.")
    group.work()


def rows(table):
    return shop_db.session.scalars(select(table).order_by(table.id)).all()
