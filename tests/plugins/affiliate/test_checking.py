"""`shop check` finds nothing in good programmes, and a cap that says something else than its commissions."""

from sqlalchemy import text

from shop.checking import check
from shop.db import db as database
from tests.plugins.affiliate.conftest import open_tea


def test_a_cap_that_is_not_what_was_earned_is_told(app, db):
    tea = open_tea(app, person_cap=50_000)
    tea.programme.set_caps(100_000, 50_000)
    db.session.commit()
    for ref in ("A-1", "A-2"):
        assert tea.tell(ref=ref, click=tea.click(), amount="100.00").status_code == 200
    assert tea.tell(ref="A-1", amount="100.00", status="reversed", reason="back").status_code == 200
    before = check(app)

    database.session.execute(text("UPDATE limits SET remaining = remaining - 7 WHERE kind = 'affiliate_cap'"))
    database.session.commit()

    assert before == []
    assert [told for told in check(app) if "Kettles" in told] == [
        "“Kettles” has 1207 of its cap taken, its commissions say 1200.",
        f"“Kettles”: person {tea.ana.id} has 1007 of the cap taken, their commissions say 1000.",
    ]
