"""`shop check` finds nothing in good coupons, and each thing that can be wrong with them."""

import pytest
from sqlalchemy import text

from plugins.coupons.claims import claim
from plugins.coupons.redemptions import Redemption, redeem
from shop import once
from shop.checking import check
from shop.db import db as database
from tests.plugins.coupons.conftest import TeaHouse, claimed, open_house
from tests.support import goods

SPOILT = (
    ("UPDATE limits SET remaining = remaining + 1 WHERE kind = 'coupons'", "(coupons) has 3 taken, its holds say 4"),
    ("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'coupons_person' AND remaining > 0", "(coupons_person)"),
    ("UPDATE coupons_claim SET state = 'void' WHERE state = 'held'", "is void and keeps 1 of its campaign"),
    ("UPDATE hold SET given_back_at = until WHERE until IS NOT NULL", "is held and keeps 0 of its campaign"),
    ("UPDATE coupons_claim SET state = 'used' WHERE state = 'held'", "is used, and its uses say otherwise"),
    ("UPDATE coupons_redemption SET undone_at = at", "is used, and its uses say otherwise"),
)  # fmt: skip


@pytest.fixture
def house(db) -> TeaHouse:
    """Four coupons: one used, one used and undone, one void, and two of one person."""
    house = open_house()
    place = house.campaign(per_person=2)
    people = [goods.person(name) for name in ("Ana", "Bo", "Cleo")]
    used, undone, void = (claimed(place, person) for person in people)
    claim(place, people[0], key=once.new_key())
    redeem(used, house.merchant, house.chayu, "typed", key=once.new_key())
    redeem(undone, house.merchant, house.chayu, "typed", key=once.new_key())
    wrong = Redemption.of(undone)
    assert wrong is not None
    wrong.undo(house.chayu, "The wrong one.")
    void.void(house.shan, "Lost.")
    claimed(place, people[2])
    return house


@pytest.mark.parametrize(("deed", "words"), SPOILT)
def test_what_is_wrong_with_coupons_is_told(app, house, deed, words):
    before = check(app)

    database.session.execute(text(deed))
    database.session.commit()

    assert before == []
    assert any(words in told for told in check(app)), check(app)
