"""What of the books people see: the operator's payouts, everybody's statement."""

from flask import Flask

import shop.ledger.models  # noqa: F401
from shop import jobs
from shop.ledger import completing, payout_views, statement_views


def install(app: Flask) -> None:
    payout_views.install(app)
    statement_views.install(app)
    jobs.every(app, "orders.complete", 3600, lambda: completing.complete_received(app.config["RETURN_DAYS"]))
