"""The pages of feedback as their people use them; what anybody writes is shown as letters."""

import re
from datetime import timedelta

import pytest

from plugins.feedback.following import follow
from plugins.feedback.noting import ChangeNote
from plugins.feedback.tickets import Ticket
from shop.clock import now
from shop.db import db as shop_db
from shop.testing.sql import count_sql
from tests.plugins.feedback.conftest import FORMULA, NASTY
from tests.support import goods
from tests.support.people import sign_in


def test_a_member_says_something_sees_it_answered_and_is_thanked(table, client):
    product = table.listing.product_id
    table.as_(client, table.ana)
    assert f"feedback/new?product={product}" in client.get(table.page).text
    assert client.post(f"{table.url}/?product={product}", data={"kind": "idea"}).status_code == 422
    told = {"kind": "idea", "title": "Smaller tins", "text": "The big one goes stale."}
    where = client.post(f"{table.url}/?product={product}", data=told).location
    shop_db.session.commit()
    ticket = shop_db.session.query(Ticket).one()

    table.as_(client, table.bo)
    assert "Smaller tins" in client.get(f"{table.url}/new?product={product}").text  # said already
    assert client.post(f"{where}/follower").status_code == 303
    table.as_(client, table.seller)
    desk = client.get(f"{table.desk}/all").text
    assert ("Smaller tins" in desk, "2 follow it" in desk) == (True, True)
    no_words = client.post(f"{table.desk}/{ticket.id}/answer", data={"state": "planned", "answer": ""})
    client.post(f"{table.desk}/{ticket.id}/answer", data={"state": "planned", "answer": "We ask the potter."})
    assert "We ask the potter." in client.get(where).text
    form = client.get(f"{table.desk}/notes/new?about={table.listing.id}").text
    assert "Smaller tins" in form
    nothing = client.post(f"{table.desk}/notes?about={table.listing.id}", data={"title": "Tins"})
    note = client.post(
        f"{table.desk}/notes?about={table.listing.id}",
        data={"title": "Half-size tins", "text": "From May on.", "ticket": ticket.id},
    ).location

    table.as_(client, table.ana)
    page, mine = client.get(table.page).text, client.get("/me/x/feedback/mine").text
    assert (no_words.status_code, nothing.status_code) == (422, 422)
    assert "Thank you, Ana, Bo." in page
    assert ("Half-size tins" in page, "From May on." in page) == (True, True)
    assert "Half-size tins" in client.get(f"{table.url}/notes").text
    assert "wanted it, too" in client.get(note).text
    assert ("Half-size tins" in mine, "said it" in mine) == (True, True)


def test_managers_answer_merge_tell_and_take_back(table, client):
    one, two = table.say("Meet on Sundays", product=None), table.say("Sundays!", table.bo, product=None)
    shop_db.session.commit()
    table.as_(client, table.owner)

    assert "Sundays!" in client.get(f"{table.url}/manage").text
    client.post(f"{table.url}/{two.id}/merging", data={"into": one.id})
    again = client.post(f"{table.url}/{two.id}/merging", data={"into": one.id}).status_code
    unknown = client.post(f"{table.url}/{one.id}/merging", data={"into": 10**20}).status_code
    assert "goes on there" in client.get(f"{table.url}/{two.id}").text
    assert table.community.name in client.get(f"{table.url}/notes/new").text
    told = {"title": "Sunday walks", "text": "", "ticket": one.id, "about": 0}
    note = client.post(f"{table.url}/notes", data=told).location
    assert "Sunday walks" in client.get(f"{table.url}/{one.id}").text
    removed = client.post(f"{note}/removal").status_code

    assert (again, unknown, removed) == (409, 422, 303)
    assert client.get(note).status_code == 404
    assert "Sundays!" in client.get(f"{table.url}/{one.id}").text


def test_what_nobody_has_answered_waits_first_until_somebody_does(table, client):
    idea, question = table.say("Smaller tins"), table.say("Is it vegan?", table.bo, kind="question")
    question.at = now() - timedelta(days=3)
    shop_db.session.commit()
    table.as_(client, table.seller)

    desk, questions = (
        client.get(f"{table.desk}/all").text,
        client.get(f"{table.desk}/all?state=questions").text,
    )
    answer = {"state": "done", "answer": "It is."}
    client.post(f"{table.desk}/{question.id}/answer", data=answer)
    after, answered = (
        client.get(f"/desk/{table.merchant.slug}").text,
        client.get(f"{table.url}/{question.id}").text,
    )
    client.post(f"{table.desk}/{idea.id}/answer", data={"state": "planned", "answer": "In May."})

    assert (badge(desk), badge(after), badge(client.get(f"{table.desk}/all").text)) == ("2", "1", None)
    assert desk.index("Smaller tins") < desk.index("Is it vegan?")
    assert (f"ticket-{idea.id}" in questions, "waits for 3 days" in questions) == (False, True)
    assert ("Answered" in answered, "Done" in answered) == (True, False)
    assert "Smaller tins" in client.get(f"{table.desk}/all?state=open").text
    table.as_(client, table.owner)
    assert badge(client.get(f"/c/{table.community.slug}/manage").text) is None


def badge(page: str) -> str | None:
    """The number beside “Feedback” in the side bar."""
    found = re.search(r'>Feedback</span><span class="count">(\d+)<', page)
    return found and found[1]


def test_nobody_answers_for_another_seller_or_community(table, client):
    ticket = table.say()
    stranger = goods.person("Stranger")
    other, elsewhere = goods.merchant(stranger, "Other"), goods.community(stranger, "Else")
    shop_db.session.commit()
    sign_in(client, stranger)
    said = {"state": "done", "answer": "No."}

    there = [
        client.post(f"/desk/{other.slug}/x/feedback/{ticket.id}/answer", data=said).status_code,
        client.post(f"/c/{elsewhere.slug}/x/feedback/{ticket.id}/answer", data=said).status_code,
        client.get(f"/c/{elsewhere.slug}/x/feedback/{ticket.id}").status_code,
        client.get(f"/desk/{other.slug}/x/feedback/notes/new?about={table.listing.id}").status_code,
        client.post(f"{table.url}/{ticket.id}/follower").status_code,
    ]

    assert there == [404, 404, 404, 404, 403]


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_write_is_shown_as_letters(app, table, client, nasty):
    table.ana.name = nasty[:80]
    table.tell_trial(table.ana, title=nasty)
    ticket, double = table.say(nasty, table.ana, text=nasty), table.say(f"{nasty}!", table.bo, text=nasty)
    follow(ticket, table.bo)
    table.work()
    client.post("/sign-out")
    pages = [f"{table.url}/", f"{table.url}/{ticket.id}", table.page, f"{table.url}/notes"]
    texts = [client.get(page).text for page in pages]
    table.as_(client, table.seller)
    texts += [
        client.get(f"{table.desk}/{page}").text for page in ("all", f"notes/new?about={table.listing.id}")
    ]
    client.post(f"{table.desk}/{double.id}/answer", data={"state": "declined", "answer": nasty})
    told = {"title": nasty, "text": nasty, "ticket": ticket.id, "source": "trial:7"}
    note = client.post(f"{table.desk}/notes?about={table.listing.id}", data=told).location
    table.work()
    texts += [client.get(page).text for page in (*pages, note, f"{table.desk}/all?state=all")]
    table.as_(client, table.owner)
    texts += [client.get(f"{table.url}/manage?state=all").text, client.get(note).text]
    table.as_(client, table.ana)
    texts += [client.get(page).text for page in ("/me/x/feedback/mine", f"{table.url}/new")]
    mails = app.extensions["mailman"].outbox
    texts += [part.get_payload(decode=True).decode() for m in mails for part in m.message().walk()
              if part.get_content_type() == "text/html"]  # fmt: skip

    assert len(mails) >= 5
    for text in texts:
        assert not [bad for bad in ("<script>alert", "<svg/", "<img src=x", ">49<") if bad in text]
    assert all("\n" not in mail.subject for mail in mails)


def test_a_spreadsheet_runs_nothing(table, client):
    table.say(FORMULA, text=FORMULA)
    shop_db.session.commit()
    table.as_(client, table.seller)

    file = client.get(f"{table.desk}/all.csv").text

    assert "'=HYPERLINK" in file
    assert ",=HYPERLINK" not in file.replace('"', "")


def test_ten_ask_the_database_no_more_often_than_one(app, table, client):
    table.say("First")
    shop_db.session.commit()
    table.as_(client, table.seller)
    counts = []
    for more in (0, 9):
        for n in range(more):
            ticket = table.say(f"More {n}", table.bo)
            ChangeNote.write(
                table.community, table.listing.product, table.seller, "Done", "", tickets=[ticket]
            ) if n % 2 else ticket.answer("planned", "Soon.", table.seller)
        shop_db.session.commit()
        for page in (f"{table.url}/", f"{table.desk}/all?state=all"):
            client.get(page)
        with count_sql(app) as asked:
            for page in (f"{table.url}/", f"{table.desk}/all?state=all"):
                client.get(page)
        counts.append(len(asked))

    assert counts[0] == counts[1]
