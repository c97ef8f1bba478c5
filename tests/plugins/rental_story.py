"""The story of a sixth mode that came in a package: played in a process of its own by test_packaged_plugin.py.

Arguments: the database's address, a folder, and the act (first: with the package; last: after it was removed).
"""

import re
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import inspect, select, text

from shop import jobs
from shop.checking import check
from shop.db import db
from shop.hooks import door
from shop.migrating import upgrade_all
from shop.orders.models import Order
from shop.payments.models import Refund
from shop.people.models import Person
from shop.switches import switch
from shop.testing import apps, goods

NAME = "lending"


def first(url: str, folder: Path) -> None:
    """From listed to switched off and, when nothing is open any more, removed."""
    app = apps.make(url, folder)
    assert f"{NAME:16} -        installed  listed" in command(app, "list")
    assert "tuanzi_lending" not in sys.modules, "a listed package is not imported"
    with app.app_context():
        fill()
    told = visitor(app, "Op").get(f"/admin/plugins/{NAME}").text
    assert "Lend things out for some days" in told
    assert "Works by the clock; Sets prices, adds to them or takes off, or moves money; Keeps data" in told
    assert "tuanzi_lending" not in sys.modules, "nor is it to tell what it asks for"
    command(app, "activate", NAME)

    app = apps.make(url, folder)
    assert door(app).plugins[NAME].state == "needs_migration"
    lin = visitor(app, "Lin")
    assert lin.get("/c/tea").status_code == 200
    assert lin.get(f"/c/tea/x/{NAME}/1").status_code == 404
    assert "lending_0001" in command(app, "upgrade", NAME)
    assert f"{NAME}: good" in command(app, "check", NAME)
    assert door(app).plugins[NAME].state == "active"

    switched_on_and_offered(app)
    number = rented_and_paid(app)
    the_job_runs(app)
    switched_off_it_runs_off(app, number)
    closed_and_removed(app, number)
    print("THE STORY WAS PLAYED")


def last(url: str, folder: Path) -> None:
    """The package is gone: the core and the other plugins never notice."""
    app = apps.make(url, folder)
    assert NAME not in door(app).plugins
    assert {p.name for p in door(app).working()} >= {"mall", "demopay", "offlinepay"}
    lin = visitor(app, "Lin")
    assert lin.get("/c/tea").status_code == 200
    assert lin.get("/c/tea/p/1").status_code == 200
    assert lin.get("/orders").status_code == 200
    told = command(app, "check")
    assert {line.partition(": ")[2] for line in told.splitlines()} == {"good"}, told
    assert check(app) == []
    assert upgrade_all(app) == []
    print("NOBODY NOTICED")


def fill() -> None:
    owner, seller = goods.person("Owner"), goods.person("Seller")
    goods.person("Lin")
    goods.person("Op", is_operator=True)
    tea = goods.community(owner)
    switch(tea.id, "mall", True, owner.id)
    goods.offer(goods.listing(goods.product(goods.merchant(seller), stock=3), tea, owner), seller)
    db.session.commit()


def switched_on_and_offered(app: Flask) -> None:
    owner, seller = visitor(app, "Owner"), visitor(app, "Seller")
    assert owner.post(f"/c/tea/manage/apps/{NAME}/switch", data={"on": "1"}).status_code == 303
    page = owner.get(f"/c/tea/manage/apps/{NAME}")
    assert "Longest loan in days" in page.text
    assert owner.post(f"/c/tea/manage/apps/{NAME}", data={"longest": "10"}).status_code == 303
    rent = {"days": "14", "fee": "5", "deposit": "100"}
    where = f"/desk/old-hill/listings/1/offers/new/{NAME}/rent"
    assert "at most 10 days" in seller.post(where, data=rent).text
    assert seller.post(where, data=rent | {"days": "7"}).status_code == 303


def rented_and_paid(app: Flask) -> str:
    lin = visitor(app, "Lin")
    assert "Rent it for 7 days" in lin.get("/c/tea/p/1").text
    page = lin.get(f"/c/tea/x/{NAME}/2").text
    sent = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("once", "seen")}
    placed = lin.post(f"/c/tea/x/{NAME}/2", data=sent)
    assert placed.status_code == 303
    number = placed.location.rsplit("/", 1)[1]
    assert "is yours from the payment on" in lin.get(f"/orders/{number}").text
    to_provider = lin.post(f"/orders/{number}/payments", data={"method": "demopay"})
    assert "/pay/demopay/" in to_provider.location
    lin.post(to_provider.location, data={"decision": "pay"})
    jobs.run_until_idle(app)
    assert "is due back on" in lin.get(f"/orders/{number}").text
    return number


def the_job_runs(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE lending_loan SET due_at = '2020-01-01 00:00:00'"))
        db.session.execute(
            text(f"UPDATE due_job SET due_at = '2020-01-01 00:00:00' WHERE name = '{NAME}.overdue'")
        )
        db.session.commit()
    jobs.run_until_idle(app)
    with app.app_context():
        assert db.session.scalar(text("SELECT overdue_at FROM lending_loan")) is not None


def switched_off_it_runs_off(app: Flask, number: str) -> None:
    owner, seller, lin = visitor(app, "Owner"), visitor(app, "Seller"), visitor(app, "Lin")
    owner.post(f"/c/tea/manage/apps/{NAME}/switch", data={"on": "0"})
    assert "Rent it" not in lin.get("/c/tea/p/1").text
    assert lin.get(f"/c/tea/x/{NAME}/2").status_code == 404
    assert lin.get(f"/orders/{number}").status_code == 200
    assert "is still needed" in command(app, "deactivate", NAME)
    assert "is still needed" in command(app, "purge", NAME, "--yes")
    assert "It is back" in seller.get(f"/desk/old-hill/x/{NAME}/").text
    assert seller.post(f"/desk/old-hill/x/{NAME}/1/return").status_code == 303
    jobs.run_until_idle(app)
    with app.app_context():
        refunds = [(r.amount, r.state) for r in db.session.scalars(select(Refund))]
        assert refunds == [(10000, "done")], refunds


def closed_and_removed(app: Flask, number: str) -> None:
    with app.app_context():
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        for state in ("received", "completed"):
            order.move(state)
        db.session.commit()
    assert "asked nothing more" in command(app, "deactivate", NAME)
    assert "dropped lending_loan" in command(app, "purge", NAME, "--yes")
    with app.app_context():
        left = [t for t in inspect(db.engine).get_table_names() if NAME in t]
        assert left == [], left
        assert db.session.scalars(select(Order.state)).all() == ["completed"]


def visitor(app: Flask, name: str) -> object:
    with app.app_context():
        return goods.signed_in(
            app.test_client(), db.session.scalars(select(Person).where(Person.name == name)).one()
        )


def command(app: Flask, *words: str) -> str:
    """What `shop plugins …` says."""
    return app.test_cli_runner().invoke(args=["plugins", *words]).output


if __name__ == "__main__":
    {"first": first, "last": last}[sys.argv[3]](sys.argv[1], Path(sys.argv[2]))
