"""Three plugins that do not know each other: points say how far a member has come, a trial's rule and an ad ask."""

from flask_babel import force_locale

from plugins.points.ledger import ISSUED, PERSON, PointsAccount, move
from plugins.trials.batches import TrialBatch
from plugins.trials.eligibility import judge
from shop.limits import Limit
from shop.switches import switch
from tests.plugins.ads.conftest import Looker, open_square
from tests.support import goods
from tests.support.people import sign_in


def test_a_member_who_has_come_far_may_try_and_is_shown_what_is_for_such_members(app, db, client):
    square = open_square()
    here, ana = square.community, goods.person("Ana")
    here.join(ana, accepts_rules=True)
    for name in ("points", "trials"):
        switch(here.id, name, True, None)
    product = goods.product(square.merchant, "Cups")
    batch = TrialBatch(
        community=here, merchant=square.merchant, product=product, title="Cups", currency="CNY",
        limit=Limit.of(3, "trial"), rules={"tier": 2},
    )  # fmt: skip
    db.session.add(batch)
    square.flight.aim = {"tiers": ["tier2", "tier3"]}
    db.session.commit()
    sign_in(client, ana)
    looker = Looker(client)

    def told() -> tuple[bool | None, int]:
        with app.test_request_context(), force_locale("en"):
            met = judge(batch, ana)[-1].met
        return met, len(looker.ads(square.shelf))

    before = told()
    account = PointsAccount.of(here.id, PERSON, ana.id)
    move(PointsAccount.of(here.id, ISSUED), account, 200, "review", key="x")
    db.session.commit()

    assert (before, told()) == ((False, 0), (True, 1))
    assert len(Looker(app.test_client()).ads(square.shelf)) == 0
