"""The rules of a trial: who may apply, who gets a unit, who is next, what is due, what stays of somebody."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import plugins.trials
from plugins.trials.applications import MOVES, TrialApplication
from plugins.trials.batches import BATCH_MOVES, PUBLIC
from plugins.trials.commands import cli
from plugins.trials.drawing import commitment_of, drawn, file_of, verify
from plugins.trials.eligibility import PARTS, judge
from plugins.trials.giving_out import erase, export
from plugins.trials.reporting import report
from plugins.trials.reports import TrialReport
from plugins.trials.selecting import apply, choose, confirm, finish, receive, withdraw
from shop.clock import now
from shop.errors import NotValid, Refused
from shop.events import Event
from tests.plugins.trials.conftest import ADDRESS, open_bench
from tests.support import goods

TRIALS = Path(plugins.trials.__file__).parent


def test_every_state_is_reached():
    for moves, first in ((MOVES, "applied"), (BATCH_MOVES, "draft")):
        assert set().union(*moves.values()) | {first} == set(moves)
    assert set(PUBLIC) == set(BATCH_MOVES) - {"draft", "review"}


def test_each_part_is_told_with_a_tick_or_a_cross(app, db):
    bench = open_bench(app, rules={"days": 14, "orders": 1, "active": 90, "reports": 1, "tier": 1, "no_overdue": 1,
                                   "not_before": 1, "household": 1})  # fmt: skip
    ana = bench.member("Ana", days=10)

    rules = {rule.words: rule.met for rule in judge(bench.batch, ana)}

    assert rules == {
        "Member of this community": True,
        "Member for 14 days": False,
        "1 paid order here": False,
        "Ordered or reported here in the last 90 days": False,
        "1 trial reported already": False,
        "Tier 1 or higher in this community": False,
        "No report is overdue": True,
        "Has not tried this product before": True,
        "One for each household: looked at when you confirm": None,
    }
    assert {rule.met for rule in judge(bench.batch, None)} == {None}
    assert set(bench.batch.rules) == set(PARTS)
    with pytest.raises(Refused, match="This rule is not met: Member for 14 days"):
        apply(bench.batch, ana, "Please", [])


def test_a_stranger_a_second_time_and_a_missing_answer_are_refused(app, db):
    bench = open_bench(app, questions=["Which tea?"])
    with pytest.raises(Refused, match="Member of this community"):
        apply(bench.batch, goods.person("Stranger"), "Please", ["Green"])
    ana = bench.member("Ana")
    with pytest.raises(NotValid, match="every question"):
        apply(bench.batch, ana, "Please", [""])
    apply(bench.batch, ana, "Please", ["Green"])

    with pytest.raises(Refused, match="applied already"):
        apply(bench.batch, ana, "Please", ["Green"])


def test_the_draw_follows_the_seed_that_was_committed_to(bench, client, cli_runner, tmp_path):
    before = client.get(bench.url).text
    made = [bench.applies(name) for name in ("Ana", "Bo", "Cy", "Di")]
    assert client.get(f"{bench.url}/draw.json").status_code == 404
    bench.close()

    file = client.get(f"{bench.url}/draw.json").json
    winners = [each.ticket for each in made if each.state == "offered"]
    good, forged = tmp_path / "good.json", tmp_path / "forged.json"
    good.write_text(json.dumps(file))
    forged.write_text(json.dumps({**file, "order": file["order"][::-1]}))
    right = cli_runner.invoke(cli, ["verify", str(good), "--commitment", bench.batch.commitment])
    wrong = cli_runner.invoke(cli, ["verify", str(forged)])
    other = cli_runner.invoke(cli, ["verify", str(good), "--commitment", commitment_of("another")])

    assert bench.batch.commitment in before
    assert bench.batch.seed not in before
    assert bench.batch.seed in client.get(bench.url).text
    assert sorted(file["order"][:2]) == sorted(winners)
    assert [each.state for each in made].count("waiting") == 2
    assert (right.exit_code, "The draw is right." in right.output) == (0, True)
    assert (wrong.exit_code, other.exit_code) == (1, 1)
    assert "not the one that was committed to" in other.output


@given(st.text(min_size=1, max_size=20), st.sets(st.text("0123456789abcdef", min_size=1), max_size=20))
def test_a_draw_is_everybody_once_and_always_the_same(seed, tickets):
    order = drawn(seed, tickets)

    assert sorted(order) == sorted(tickets)
    assert verify(file_of(1, 3, seed, commitment_of(seed), sorted(tickets))).faults == ()
    assert drawn(seed, reversed(order)) == order


def test_first_come_is_first_served_and_the_rest_wait(app, db):
    bench = open_bench(app, way="first")
    made = [bench.applies(name) for name in ("Ana", "Bo", "Cy", "Di")]
    withdraw(made[0])
    db.session.expire_all()

    assert [each.state for each in made] == ["withdrawn", "offered", "offered", "waiting"]
    assert bench.batch.limit.left == 0


def test_by_rules_whoever_reported_fewest_then_the_longest_members(app, db):
    bench = open_bench(app, way="rules", units=2)
    made = {name: bench.applies(name, days) for name, days in (("Ana", 10), ("Bo", 300), ("Cy", 200))}
    earlier = TrialApplication(batch=bench.batch, state="reported")
    db.session.add(earlier)
    db.session.flush()
    db.session.add(TrialReport(application=earlier, batch_id=bench.batch.id, community_id=bench.community.id,
                               product_id=bench.batch.product_id, person_id=made["Bo"].person_id))  # fmt: skip
    db.session.flush()

    bench.close()

    assert {name: each.state for name, each in made.items()} == {
        "Ana": "offered", "Bo": "waiting", "Cy": "offered",
    }  # fmt: skip


def test_managers_choose_with_a_reason_that_is_kept(app, db):
    bench = open_bench(app, way="manager", units=1)
    ana, bo = bench.applies("Ana"), bench.applies("Bo")
    with pytest.raises(Refused, match="Nobody is chosen now"):
        choose(ana, "A reason", bench.owner)
    bench.close()
    with pytest.raises(NotValid, match="say why"):
        choose(bo, "", bench.owner)
    choose(bo, "Has a wood stove.", bench.owner)
    with pytest.raises(Refused, match="All units are given"):
        choose(ana, "Too", bench.owner)

    finish(bench.batch, bench.owner)

    assert (bo.state, bo.chosen_reason, bo.chosen_by_id) == ("offered", "Has a wood stove.", bench.owner.id)
    assert (ana.state, ana.place, bench.batch.state) == ("waiting", 2, "running")


def test_whoever_does_not_confirm_is_followed_by_the_next_who_still_meets_the_rules(bench, db):
    made = [bench.applies(name) for name in ("Ana", "Bo", "Cy", "Di")]
    bench.batch.apply_until = now()
    bench.work()
    lucky = [each for each in made if each.state == "offered"]
    first, second = sorted((each for each in made if each.state == "waiting"), key=lambda each: each.place)
    bench.community.leave(first.person)
    confirm(lucky[0], ADDRESS)

    bench.work(days=3, minutes=1)

    assert (lucky[0].state, lucky[1].state) == ("confirmed", "lapsed")
    assert (first.state, second.state, bench.batch.limit.left) == ("refused", "offered", 0)
    assert "A unit is yours: Two cups to try" in bench.mails(second.person.name)


def test_one_for_each_household(app, db):
    bench = open_bench(app, rules={"household": 1})
    ana, bo = bench.applies("Ana"), bench.applies("Bo")
    bench.close()
    confirm(ana, ADDRESS)
    db.session.commit()

    with pytest.raises(Refused, match="one for each household"):
        confirm(bo, {**ADDRESS, "name": "Bo", "street": "1, TEA  street"})


def test_a_report_is_due_reminded_overdue_and_late_is_better_than_never(bench, db):
    ana = bench.applies("Ana")
    bench.close()
    bench.received(ana)
    bench.work(days=12)
    bench.work(days=12, hours=2)
    bench.work(days=15)
    bench.work(days=15, hours=2)
    other = open_again(bench, rules={"no_overdue": 1})
    ana.due_at = now() - timedelta(days=1)
    db.session.flush()
    with pytest.raises(Refused, match="No report is overdue"):
        apply(other, ana.person, "Please", [])

    made = report(ana, "Late, and it leaks.", [])

    assert made.is_late
    assert apply(other, ana.person, "Please", []).state == "applied"
    assert bench.mails("Ana").count("Your report, please: Two cups to try") == 1
    assert bench.mails("Ana").count("Your report is overdue: Two cups to try") == 1


def test_a_report_is_written_once_by_whoever_received_it_and_is_told_to_others(bench, db):
    ana = bench.applies("Ana")
    bench.close()
    with pytest.raises(Refused):
        report(ana, "I have not got it yet.", [])
    bench.received(ana)
    with pytest.raises(NotValid, match="At least 10 letters"):
        report(ana, "Bad.", [])
    made = report(ana, "I do not like it at all.", [])
    with pytest.raises(Refused):
        report(ana, "I changed my mind.", [])

    event = db.session.scalars(select(Event).where(Event.name == "trials.reported")).one()

    assert (event.community_id, event.payload) == (
        bench.community.id,
        {
            "person": ana.person_id,
            "product": bench.batch.product_id,
            "report": made.id,
            "title": "Two cups to try",
            "path": f"{bench.url}#report-{made.id}",
        },
    )


def test_a_parcel_of_which_nobody_says_that_it_came_has_come(bench):
    ana = bench.applies("Ana")
    bench.close()
    confirm(ana, ADDRESS)
    ana.move("shipped", shipped_at=now())

    bench.work(days=10, minutes=1)

    assert (ana.state, ana.due_at is not None) == ("received", True)


def test_a_meal_is_confirmed_with_a_code_and_had_once(app, db):
    bench = open_bench(app, kind="meal", way="first")
    ana = bench.applies("Ana")
    confirm(ana, {})
    code = ana.code
    receive(ana)

    with pytest.raises(Refused):
        receive(ana)

    assert (len(code), ana.state, ana.address) == (8, "received", {})


def test_whoever_is_forgotten_leaves_numbers_and_gives_back_what_was_kept(bench, db):
    made = [bench.applies(name) for name in ("Ana", "Bo", "Cy")]
    bench.close()
    kept = next(each for each in made if each.state == "offered")
    told = next(each for each in made if each.state == "offered" and each is not kept)
    waits = next(each for each in made if each.state == "waiting")
    written = bench.reported(told)
    tickets, given = list(bench.batch.tickets), export(told.person)
    for each in (kept, told):
        erase(each.person)
    db.session.flush()
    db.session.expire_all()

    assert (kept.state, waits.state, told.state) == ("withdrawn", "offered", "reported")
    assert (kept.person_id, kept.reason, told.address, written.person_id, written.text) == (
        None,
        "",
        {},
        None,
        "",
    )
    assert (bench.batch.limit.left, bench.batch.tickets) == (0, tickets)
    assert given["reports"][0]["text"] == "It leaks a little, and I like it."
    assert given["applications"][0]["state"] == "reported"


def test_a_report_is_made_in_one_place():
    """Nothing else can make one: no report without an application that was received."""
    made = [path.name for path in sorted(TRIALS.glob("*.py")) if "TrialReport(" in path.read_text("utf-8")
            and path.name != "reports.py"]  # fmt: skip

    assert made == ["reporting.py"]


def open_again(bench, **values):
    """Another batch for the same community."""
    more = type(bench.batch)(
        community=bench.community, merchant=bench.merchant, product=bench.batch.product, currency="CNY",
        title="Again", limit=type(bench.batch.limit).of(1, "trial"), **values,
    )  # fmt: skip
    bench_db = bench.app.extensions["sqlalchemy"]
    bench_db.session.add(more)
    bench_db.session.flush()
    more.move("review")
    more.open(bench.owner)
    return more
