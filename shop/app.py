"""create_app: read it first; every part is named once, in order."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.orm import configure_mappers

from shop import (
    access,
    assets,
    bucket,
    cli,
    config,
    db,
    early,
    files,
    files_views,
    health,
    hooks,
    hooks_bar,
    kept,
    leftovers,
    locale,
    logs,
    mail,
    mailed,
    metrics,
    migrating,
    offline,
    parts,
    plugins,
    replica,
    security,
    shell,
    squeezing,
    style,
    templating,
    web,
)
from shop.admin import views as admin
from shop.apps import views as apps
from shop.catalog import views as catalog
from shop.communities import views as communities
from shop.db import Base
from shop.desk import views as desk
from shop.insight import views as insight
from shop.ledger import views as ledger
from shop.listings import freshness
from shop.listings import views as listings
from shop.merchants import views as merchants
from shop.operating import views as operating
from shop.orders import views as orders
from shop.payments import views as payments
from shop.people import views as people

ROOMS = (
    *(people, communities, merchants, catalog, listings, orders, ledger, payments, insight, desk),
    *(operating, admin, apps),
)
# Every model of the core was imported above; plugins' tables come later and are told from these.
CORE_TABLES = frozenset(Base.metadata.tables)

configure_mappers()  # the core's classes know each other before a plugin brings one of the same name


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application: settings, database, guards, rooms, and then the plugins."""
    app = web.Shop("shop", root_path=str(config.ROOT), template_folder="templates", static_folder="static")
    app.config.from_mapping(config.load(overrides))
    app.jinja_env.undefined = StrictUndefined
    logs.install(app)
    squeezing.install(app)
    db.install(app)
    replica.install(app)
    kept.install(app)
    parts.install(app)
    files.init_app(app, bucket.named_for(app.config["FILES_URL"]))
    locale.install(app)
    security.install(app)
    mail.install(app)
    web.install(app)
    access.install(app)
    shell.install(app)
    templating.install(app)
    health.install(app)
    offline.install(app)
    app.register_blueprint(files_views.bp)
    if app.config["ENV"] != "production":
        app.register_blueprint(style.bp)
        app.register_blueprint(mailed.bp)
    for room in ROOMS:
        room.install(app)
    leftovers.install(app)
    plugins.install(app, CORE_TABLES)
    migrating.install(app)
    hooks_bar.install(app)
    freshness.hear(app)
    brought = [p.folder for p in hooks.door(app).plugins.values() if p.is_loaded and p.folder]
    locale.join(app, [folder / "translations" for folder in brought])
    assets.install(app, [folder / "static" for folder in brought])
    cli.install(app)
    metrics.install(app)
    early.install(app)
    return app
