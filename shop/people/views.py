"""Accounts: signing up, in and out, passwords, one's own page and one's data; a file for each."""

from flask import Flask

from shop.people import (
    accounts,
    code_views,
    commands,
    data_views,
    mails,
    own_views,
    pages,
    recovery_views,
    sign_views,
)

PAGES = (sign_views, code_views, recovery_views, own_views, data_views)


def install(app: Flask) -> None:
    """Flask-Security first, then our own pages on it (each file puts its own on the blueprint)."""
    accounts.install(app)
    commands.install(app)
    mails.install(app)
    app.register_blueprint(pages.bp)
