"""Who may open what: every route has a row here, and the gate holds each."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from shop.access import rule_of
from shop.communities.models import Membership
from shop.hooks import door
from shop.switches import switch
from tests.support import goods
from tests.support.people import sign_in
from tests.support.permissions import TABLE
from tests.support.sales import open_stall

# What each of these people is answered at the gate, by rule; None: the gate lets them through to the view.
ANSWERS = {
    "visitor": {"public": None, "*": 303},
    "stranger": {
        "public": None, "signed_in": None, "member": 403, "manager": 403, "owner": 403, "staff:": 404, "operator": 404,
    },
    "member": {"member": None, "manager": 403, "owner": 403, "staff:": 404, "operator": 404},
    "manager": {"member": None, "manager": None, "owner": 403, "staff:": 404, "operator": 404},
    "analyst": {"staff:analyst": None, "staff:": 403, "manager": 403, "operator": 404},
    "counter": {"staff:analyst": None, "staff:counter": None, "staff:": 403, "manager": 403, "operator": 404},
}  # fmt: skip


def test_every_route_has_a_row(app: Flask):
    served = {endpoint: rule_of(app, endpoint) for endpoint in app.view_functions if endpoint != "static"}

    assert {e: r for e, r in served.items() if e not in TABLE} == {}, (
        "give these routes a row in tests/support/permissions.py"
    )
    assert {e for e in TABLE if e not in served} == set()
    assert {e: (r, TABLE[e]) for e, r in served.items() if r != TABLE[e]} == {}


@pytest.mark.parametrize("who", sorted(ANSWERS))
def test_the_gate_answers_everybody_as_the_table_says(app: Flask, db, client, who):
    stall = open_stall()
    for loaded in door(app).working():
        if loaded.manifest and loaded.manifest.level == "community":
            switch(stall.community.id, loaded.name, True, None)
    person = goods.person("Who")
    if who in ("member", "manager"):
        db.session.add(Membership(community_id=stall.community.id, person_id=person.id, role=who))
    if who in ("analyst", "counter"):
        goods.staff(stall.merchant, person, who)
    db.session.commit()
    if who != "visitor":
        sign_in(client, person)

    wrong = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        expected = answer_for(who, TABLE[rule.endpoint])
        if expected is None:
            continue
        method = "GET" if "GET" in rule.methods else "POST"
        status = client.open(address(app, rule, stall), method=method).status_code
        if status != expected:
            wrong[f"{method} {rule}"] = (status, expected)

    assert wrong == {}


def answer_for(who: str, rule: str) -> int | None:
    """The status at the gate; an exact rule counts before its kind, and that before `*`."""
    answers = ANSWERS[who]
    for key in (rule, f"{rule.partition(':')[0]}:", "*"):
        if key in answers:
            return answers[key]
    return None


def address(app: Flask, rule: Rule, stall) -> str:
    """The route with this stall's community and merchant, and made-up names for the rest."""
    values = {"community": stall.community.slug, "merchant": stall.merchant.slug}
    for name in rule.arguments - set(values):
        values[name] = 999_999 if "int" in str(rule._converters[name].__class__).lower() else "none"
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return adapter.build(
            rule.endpoint,
            {k: v for k, v in values.items() if k in rule.arguments},
            method=next(iter(rule.methods)),
        )
