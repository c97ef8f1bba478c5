"""The reward pool: its parts always sum to it, nobody is above the bound, and a file gives the same result again."""

import json

from hypothesis import given
from hypothesis import strategies as st

from plugins.pulse.commands import cli
from plugins.pulse.forms import Here
from plugins.pulse.pool import again, divided, file_of, worked_out

WEIGHTS = st.lists(st.integers(0, 10_000), max_size=60)


def member(number: int, **done: int) -> dict:
    return {
        "member": number,
        "name": f"M{number}",
        "done": {"posts": 0, "voices": 0, "ballots": 0, "days": 0} | done,
    }


@given(st.integers(0, 10**12), WEIGHTS, st.integers(5, 100))
def test_the_parts_and_the_rest_sum_to_the_pool(pool, weights, percent):
    most = pool * percent // 100

    parts, rest = divided(pool, weights, most)

    assert sum(parts) + rest == pool
    assert all(0 <= part <= most for part in parts)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


def test_the_group_earns_the_pool_by_its_points_and_members_share_it():
    here = Here(goal=100, pool=200, most_share=50)
    group = {"posts": 10, "speakers": 5, "voices": 5, "openings": 900}
    members = [member(1, posts=2, days=1), member(2, voices=1), member(3)]

    result = worked_out(here, group, members)

    assert (result.points, result.pool, result.left) == (40, 8000, 0)
    assert [(part.member, part.points, part.amount) for part in result.parts] == [(1, 7, 4000), (2, 2, 4000)]


def test_what_nobody_may_have_stays_in_the_pool():
    here = Here(goal=1, pool=100, most_share=30)

    result = worked_out(here, {"posts": 1}, [member(1, posts=1), member(2, posts=1)])

    assert ([part.amount for part in result.parts], result.left) == ([3000, 3000], 4000)
    assert all(part.is_capped for part in result.parts)


def test_nobody_did_anything_so_nobody_gets_anything():
    result = worked_out(Here(), {}, [member(1)])

    assert (result.pool, result.parts, result.left) == (0, (), 0)


def test_a_file_is_worked_out_again_by_anybody(app, tmp_path):
    whole = file_of("tea", "2026-05", Here(), {"posts": 9}, [member(1, posts=3), member(2, posts=6)])
    right, wrong, other = (tmp_path / name for name in ("right.json", "wrong.json", "other.json"))
    right.write_text(json.dumps(whole), "utf-8")
    wrong.write_text(json.dumps(whole | {"group": {"posts": 10}}), "utf-8")
    other.write_text("[]", "utf-8")

    told = [app.test_cli_runner().invoke(cli, ["replay", str(path)]) for path in (right, wrong, other)]

    assert again(whole).plain() == whole["result"]
    assert [each.exit_code for each in told] == [0, 1, 1]
    assert "The result in the file is the same." in told[0].output
    assert "differs" in told[1].output
    assert "no file of a reward pool" in told[2].output
