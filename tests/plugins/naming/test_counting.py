"""The count: known elections, the rule for ties, and what holds for any ballots; done again by another hand."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.naming.counting import FORMAT, TIE_RULE, count, recount

NAMES = st.integers(1, 6).map(lambda n: list(range(1, n + 1)))


@st.composite
def elections(draw):
    names = draw(NAMES)
    ballot = st.permutations(names).flatmap(
        lambda order: st.integers(0, len(order)).map(lambda n: list(order[:n]))
    )
    return names, draw(st.lists(ballot, max_size=14))


def test_most_votes_are_not_enough_and_ballots_pass_on():
    ballots = [[1]] * 4 + [[2, 3]] * 3 + [[3, 2]] * 2

    counted = count([1, 2, 3], ballots)

    assert [step.counts for step in counted.steps] == [{1: 4, 2: 3, 3: 2}, {1: 4, 2: 5}]
    assert (counted.steps[0].out, counted.steps[0].why, counted.winner) == (3, "fewest", 2)


def test_of_several_last_one_goes_out_and_never_all():
    ballots = [[1], [1], [2, 3], [3, 2]]

    counted = count([1, 2, 3], ballots)

    # Dropping 2 and 3 together would make 1 the winner; one at a time, it is a tie of two in the second round.
    assert (counted.steps[0].out, counted.steps[0].tied, counted.steps[0].why) == (3, (2, 3), "latest")
    assert counted.steps[1].counts == {1: 2, 2: 2}
    assert (counted.steps[1].out, counted.steps[1].why) == (2, "earlier")
    assert counted.winner == 1


def test_equal_now_and_fewer_before_goes_out():
    # 4 goes out first; its ballot lifts 3 to the same as 2, who had more before.
    ballots = [[1]] * 3 + [[2]] * 2 + [[3]] * 1 + [[4, 3]] * 1

    counted = count([1, 2, 3, 4], ballots)

    assert [(step.out, step.why) for step in counted.steps] == [
        (4, "latest"),
        (3, "earlier"),
        (None, ""),
    ]
    assert counted.winner == 1


def test_equal_all_the_way_back_the_one_proposed_last_goes_out():
    assert count([7, 3], [[7], [3]]).steps[0].out == 3
    assert count([3, 7], [[7], [3]]).winner == 3


def test_ballots_that_name_nobody_who_is_left_are_told():
    counted = count([1, 2, 3], [[1], [1], [1], [2], [2], [2], [3]])

    assert [step.exhausted for step in counted.steps] == [0, 1, 4]
    assert counted.winner == 1


def test_nobody_has_voted():
    assert count([1, 2], []).plain() == {"rule": TIE_RULE, "ballots": 0, "winner": None, "steps": []}


@given(elections())
def test_one_goes_out_at_a_time_and_every_ballot_is_somewhere(election):
    names, ballots = election

    counted = count(names, ballots)

    if not any(ballots):
        assert counted.winner is None
        return
    assert counted.winner in names
    assert len(counted.steps) <= len(names)
    for number, step in enumerate(counted.steps):
        assert len(step.counts) == len(names) - number
        assert sum(step.counts.values()) + step.exhausted == len(ballots)
        assert step.out is None or step.counts[step.out] == min(step.counts.values())
    assert [step.out for step in counted.steps if step.out is None] == [None]


@given(elections())
def test_another_hand_counts_the_same(election):
    names, ballots = election

    assert count(names, ballots).winner == by_hand(names, ballots)


@given(elections(), st.randoms())
def test_the_order_of_the_ballots_changes_nothing(election, chance):
    names, ballots = election
    mixed = list(ballots)
    chance.shuffle(mixed)

    assert count(names, mixed) == count(names, ballots)


@given(elections())
def test_whoever_is_first_on_more_than_half_is_chosen_at_once(election):
    names, ballots = election
    firsts = [ballot[0] for ballot in ballots if ballot]

    for name in names:
        if 2 * firsts.count(name) > len(firsts):
            assert (count(names, ballots).winner, len(count(names, ballots).steps)) == (name, 1)


@given(elections())
def test_the_file_is_counted_as_the_ballots_are(election):
    names, ballots = election
    file = {
        "format": FORMAT,
        "names": [{"id": name, "text": f"Name {name}"} for name in names],
        "ballots": [{"receipt": str(n), "ranks": ranks} for n, ranks in enumerate(ballots)],
    }

    assert recount(json.loads(json.dumps(file))) == count(names, ballots)


@pytest.mark.parametrize("ranks", [[1, 1], [9]])
def test_a_file_with_a_ballot_that_cannot_be_is_no_file(ranks):
    file = {
        "format": FORMAT,
        "names": [{"id": 1, "text": "A"}],
        "ballots": [{"receipt": "a", "ranks": ranks}],
    }

    with pytest.raises(ValueError, match="twice, or what is not there"):
        recount(file)


def by_hand(names, ballots):
    """The same rule in other words: sort who is left by (now, before, …, proposed), and strike the last."""
    history: list[dict[int, int]] = []
    left = list(names)
    if not any(ballots):
        return None
    while len(left) > 1:
        tops = [[name for name in ballot if name in left][:1] for ballot in ballots]
        votes = {name: sum(top == [name] for top in tops) for name in left}
        history.insert(0, votes)
        if max(votes.values()) * 2 > sum(votes.values()):
            return max(votes, key=votes.__getitem__)
        keys = {name: ([then[name] for then in history], -names.index(name)) for name in left}
        left.remove(min(left, key=keys.__getitem__))
    return left[0]
