"""The rules of a round: who proposes and votes, what is screened, what the count changes, what stays of somebody."""

import json

import pytest
from sqlalchemy import func, select

from plugins.naming.ballots import Ballot, electorate, file_of
from plugins.naming.commands import cli
from plugins.naming.counting import recount
from plugins.naming.giving_out import erase, export
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import MOVES, PUBLIC
from shop.errors import Forbidden, NotValid, Refused
from tests.plugins.naming.conftest import person, set_table
from tests.support import goods


def test_every_state_is_reached_and_the_ends_are_ends():
    reached = set().union(*MOVES.values()) | {"draft"}

    assert reached == set(MOVES)
    assert [state for state, targets in MOVES.items() if not targets] == ["counted", "ended"]
    assert set(PUBLIC) == set(MOVES) - {"draft", "review"}


def test_what_looks_like_another_proposal_is_that_proposal(table):
    table.propose("Moon", person("Ana"))

    with pytest.raises(Refused, match="proposed already: “Moon”"):
        Proposal.make(table.round, "m 00 N!", "", person("Bo"))
    with pytest.raises(NotValid, match="letters of one alphabet"):
        Proposal.make(table.round, "P\u0430ris", "", person("Bo"))
    with pytest.raises(NotValid, match="has letters"):
        Proposal.make(table.round, "\u200b\u200b!", "", person("Bo"))
    with pytest.raises(NotValid, match="At most 24"):
        Proposal.make(table.round, "x" * 25, "", person("Bo"))


def test_a_member_proposes_so_many_and_may_take_one_back(table):
    made = [Proposal.make(table.round, text, "", person("Ana")) for text in ("One", "Two", "Three")]

    with pytest.raises(Refused, match="as many as one member can"):
        Proposal.make(table.round, "Four", "", person("Ana"))
    made[1].take_back()

    assert Proposal.make(table.round, "Four", "", person("Ana")).slot == 2


def test_nothing_is_declined_without_a_reason_nor_after_the_vote_began(table):
    one = Proposal.make(table.round, "One", "", person("Ana"))
    with pytest.raises(NotValid, match="say why"):
        one.screen(False, "", table.owner)
    one.screen(False, "A trademark of somebody else.", table.owner)
    table.propose("Two", person("Bo"))
    table.propose("Three", person("Bo"))
    table.vote()

    with pytest.raises(Refused, match="ballot stays as it is"):
        one.screen(True, "", table.owner)

    assert (one.state, one.reason, one.decided_by_id) == (
        "declined", "A trademark of somebody else.", table.owner.id,
    )  # fmt: skip


def test_the_vote_waits_until_every_proposal_has_an_answer(table):
    table.propose("One", person("Ana"))
    table.propose("Two", person("Ana"))
    late = Proposal.make(table.round, "Three", "", person("Bo"))
    table.vote()
    waits = table.round.state

    late.screen(True, "", table.seller)
    table.vote()

    assert (waits, table.round.state) == ("screening", "voting")


def test_a_round_with_fewer_than_two_to_choose_from_ends(table):
    table.propose("One", person("Ana"))

    table.vote()

    assert (table.round.state, table.round.changes[-1].reason) == (
        "ended", "There were fewer than two proposals to choose from.",
    )  # fmt: skip


def test_only_who_was_a_member_before_it_opened_has_a_vote(table):
    one, two = table.propose("One", person("Ana")), table.propose("Two", person("Bo"))
    late, stranger = table.member("Eve"), goods.person("Stranger")
    table.community.leave(person("Di"))
    again = person("Di")
    table.community.join(again, accepts_rules=True)
    table.vote()

    table.cast(person("Ana"), one, two)
    for nobody in (late, stranger, again):
        with pytest.raises(Forbidden, match="member before this round"):
            table.cast(nobody, two)

    assert table.round.may_vote(table.owner)
    assert electorate(table.round) == 4  # the owner, Ana, Bo, Cy


def test_a_ballot_is_one_for_each_and_changes_until_the_close(table):
    one, two = table.propose("One", person("Ana")), table.propose("Two", person("Bo"))
    with pytest.raises(Refused, match="closed"):
        table.cast(person("Ana"), one)
    table.vote()
    table.cast(person("Ana"), one, two)
    receipt = Ballot.of(table.round, person("Ana")).receipt
    table.cast(person("Ana"), two)
    for wrong in ([], [one, one]):
        with pytest.raises(NotValid):
            table.cast(person("Bo"), *wrong)

    table.close()

    ballots = table.round.count["ballots"]
    assert (ballots, Ballot.of(table.round, person("Ana")).ranks) == (1, [two.id])
    assert Ballot.of(table.round, person("Ana")).receipt == receipt
    with pytest.raises(Refused, match="closed"):
        table.cast(person("Bo"), one)


def test_the_winner_becomes_the_products_name_and_its_finder_is_named_for_good(table, client):
    one, two = table.propose("One", person("Ana")), table.propose("Moon", person("Bo"), "It is round.")
    table.vote()
    for voter, names in (("Ana", (one, two)), ("Bo", (two,)), ("Cy", (two, one))):
        table.cast(person(voter), *names)
    table.close()
    before = client.get(table.page).text
    table.round.thank("Thank you, Bo!", table.seller)
    table.work()

    page = client.get(table.page).text

    assert table.round.product.name == "Moon"
    assert "Moon" in table.round.product.search_text or "moon" in table.round.product.search_text
    assert "“Moon”: found by Bo, chosen by the members of Tea" in before
    assert "It is round." in before
    assert "Thank you, Bo!" not in before
    assert "Thank you, Bo!" in page
    mails = {(m.to[0], m.subject) for m in table.app.extensions["mailman"].outbox}
    assert ("bo@example.com", "Old Hill thanks you for “Moon”") in mails
    assert ("ana@example.com", "Counted: A name for cup no. 7") in mails


def test_a_colour_that_the_seller_offers_is_voted_on_at_once_and_becomes_a_tag(app, db):
    table = set_table(app, opened=False, voters=("Ana",), kind="colour", each=0)
    grey, green = [Proposal.add(table.round, text, "", table.seller) for text in ("Grey", "Green")]
    db.session.flush()
    table.round.move("review", table.seller)
    table.round.open(table.owner)
    table.vote()
    table.cast(person("Ana"), green, grey)

    table.close()

    assert (table.round.product.name, table.round.product.tags) == ("Cup No. 7", ["Green"])
    with pytest.raises(Refused, match="no proposals now"):
        Proposal.make(table.round, "Blue", "", person("Ana"))


def test_nobody_votes_and_nothing_changes(table):
    table.propose("One", person("Ana"))
    table.propose("Two", person("Bo"))
    table.vote()

    table.close()

    assert (table.round.state, table.round.count["winner"], table.round.product.name) == (
        "counted", None, "Cup No. 7",
    )  # fmt: skip


def test_whoever_is_forgotten_leaves_the_count_as_it_was(table, db):
    one, two = table.propose("One", person("Ana")), table.propose("Two", person("Bo"), "My story.")
    table.vote()
    table.cast(person("Ana"), one)
    table.cast(person("Bo"), two, one)
    table.cast(person("Cy"), two)
    told = export(person("Bo"))
    erase(person("Bo"))
    table.close()

    again = recount(json.loads(file_of(table.round, Proposal.of(table.round, "accepted"))))

    assert (again.plain(), again.ballots, again.winner) == (table.round.count, 3, two.id)
    assert (told["ballots"][0]["ranking"], told["proposals"][0]["story"]) == (["Two", "One"], "My story.")
    assert db.session.scalar(select(func.count(Ballot.id)).where(Ballot.person_id.is_(None))) == 1
    assert (db.session.get(Proposal, two.id).person_id, db.session.get(Proposal, two.id).story) == (None, "")


def test_anybody_counts_the_published_file_again(table, client, cli_runner, tmp_path):
    one, two = table.propose("One", person("Ana")), table.propose("Two", person("Bo"))
    table.vote()
    for voter, names in (("Ana", (one, two)), ("Bo", (two,)), ("Cy", (two, one))):
        table.cast(person(voter), *names)
    early = client.get(f"{table.url}/ballots.json").status_code
    table.close()
    answer = client.get(f"{table.url}/ballots.json")
    good, forged, other = tmp_path / "good.json", tmp_path / "forged.json", tmp_path / "other.json"
    good.write_text(answer.text, "utf-8")
    whole = json.loads(answer.text)
    whole["ballots"] = [{**ballot, "ranks": [one.id]} for ballot in whole["ballots"]]
    forged.write_text(json.dumps(whole), "utf-8")
    other.write_text("[]", "utf-8")

    right, wrong, none = (cli_runner.invoke(cli, ["recount", str(f)]) for f in (good, forged, other))

    assert (early, answer.headers["Content-Disposition"]) == (
        404, f'attachment; filename="ballots-{table.round.id}.json"',
    )  # fmt: skip
    assert "person" not in answer.text
    assert (right.exit_code, "Chosen: Two" in right.output, "is the same" in right.output) == (0, True, True)
    assert (wrong.exit_code, "differs" in wrong.output) == (1, True)
    assert (none.exit_code, "no file of ballots" in none.output) == (1, True)
