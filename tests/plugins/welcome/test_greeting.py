"""What is new says so for a week, and the managers' words stand on the group's own page."""

from datetime import timedelta

import pytest
import time_machine

from shop.clock import now
from shop.switches import switch
from tests.support.people import sign_in
from tests.support.sales import open_stall


@pytest.fixture
def stall(db):
    made = open_stall()
    switch(made.community.id, "welcome", True, None)
    db.session.commit()
    return made


def test_what_has_just_come_is_new_for_a_week(db, client, stall):
    assert "New</span>" in client.get("/c/tea").text

    with time_machine.travel(now() + timedelta(days=8)):
        assert "New</span>" not in client.get("/c/tea").text


def test_managers_write_a_word_and_it_is_cleaned(db, client, stall):
    assert "From the managers" not in client.get("/c/tea/about").text
    sign_in(client, stall.owner)

    words = {"words": "Be **kind**.<script>alert(1)</script>", "banner": "Orders close <b>tonight</b>"}
    client.post("/c/tea/manage/apps/welcome", data=words)
    assert "Orders close &lt;b&gt;tonight" in client.get("/c/tea").text
    assert "On this group's shelf since" in client.get("/c/tea/p/1").text

    page = client.get("/c/tea/about").text
    assert "From the managers" in page
    assert "Be <strong>kind</strong>." in page
    assert "<script>alert" not in page


def test_the_search_answers_with_the_managers_words_and_pushes_nothing(db, client, stall):
    sign_in(client, stall.owner)
    answers = "brew, water: **85 °C**, lid off.\nno colon here\npick up： Saturday."
    client.post("/c/tea/manage/apps/welcome", data={"banner": "Orders close tonight", "answers": answers})

    brew, pick_up, other = (client.get(f"/c/tea?q={words}").text for words in ("how to brew", "PICK UP", "x"))

    assert "<strong>85 °C</strong>, lid off." in brew
    assert "Orders close tonight" not in brew
    assert "Saturday." in pick_up
    assert "From the managers" not in other
    assert "Orders close tonight" in client.get("/c/tea").text
