"""A member mutes a group: no news of it, but whatever concerns themselves."""

import ast
from pathlib import Path

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from shop.communities.models import Community
from shop.letters import Letter
from tests.communities.conftest import People, SignIn

PLUGINS = Path(__file__).parents[2] / "plugins"
# Letters that come to who has muted the group, too: about what is theirs (orders, money, units, prizes, a seat, a
# review that was hidden), or to who answers for something.
COME_ANYHOW = [
    "coupons: tell_issued",
    "coupons: tell_voided",
    "crowdfunding: write_failed_payment",
    "crowdfunding: write_survey",
    "feedback: write_to_answerer",
    "mall: tell_merchants",
    "naming: write_to_manager",
    "points: write",
    "reviews: tell_hidden",
    "reviews: tell_judgement",
    "trials: write",
    "trials: write_to_manager",
]


def test_who_has_muted_a_group_gets_its_news_no_more_and_may_take_it_back(
    app: Flask, db: SQLAlchemy, somebody: People, tea: Community, as_: SignIn
):
    mei, bo = somebody("Mei"), somebody("Bo")
    for each in (mei, bo):
        tea.join(each, accepts_rules=True)
    db.session.commit()
    client = as_(mei)

    muted = client.post("/c/tea/membership/mute?to=me")
    page, group = client.get("/me").text, client.get("/c/tea/about").text
    for news_of in (tea.id, None):
        for each in (mei, bo):
            Letter("News" if news_of else "Your order", ["It is here."]).send(each.email, news_of=news_of)
    mails = app.extensions["mailman"].outbox
    heard = [(mail.subject, mail.to[0]) for mail in mails]
    client.post("/c/tea/membership/mute/end")
    Letter("News", ["It is here."]).send(mei.email, news_of=tea.id)

    assert muted.location == "/me"
    assert 'action="/c/tea/membership/mute/end?to=me"' in page.partition('class="toast')[2]
    assert "Unmute Tea Drinkers" in page
    assert "You have muted this group" in group
    assert heard == [
        ("News", "bo@example.org"),
        ("Your order", "mei@example.org"),
        ("Your order", "bo@example.org"),
    ]
    assert mails[-1].to == ["mei@example.org"]
    assert "Mute Tea Drinkers" in client.get("/me").text


def test_every_letter_of_a_plugin_is_news_or_concerns_its_reader():
    told = []
    for path in sorted(PLUGINS.glob("*/*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if "shop.letters" in {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}:
            told += [f"{path.parent.name}: {name}" for name in _without_news(tree)]

    assert sorted(told) == COME_ANYHOW


def _without_news(tree: ast.Module) -> set[str]:
    """The functions that send a letter and do not say whose news it is."""
    return {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "send"
        if "news_of" not in {keyword.arg for keyword in call.keywords}
    }
