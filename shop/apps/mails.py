"""Mails to a community's managers about the terms of its apps, written by the worker."""

from flask import Flask
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.apps.models import PluginTerm
from shop.communities.models import Community, Membership
from shop.db import db
from shop.events import Event
from shop.hooks import door
from shop.letters import Letter, address_of, in_language
from shop.people.models import Person


def install(app: Flask) -> None:
    for name in ("priced", "ending", "ended"):
        jobs.listens(app, f"apps.mail.{name}", f"app.{name}", _write)


def _write(event: Event) -> None:
    """One mail to each who may buy; whoever had it twice is not harmed."""
    community = db.session.get_one(Community, event.community_id)
    name = event.payload["app"]
    ends = PluginTerm.end_of(community.id, name)
    if ends is None:
        return
    loaded = door().plugins.get(name)
    managers = (
        select(Person)
        .join(Membership)
        .where(Membership.community_id == community.id, Membership.role.in_(("owner", "manager")))
    )
    people = [(p.email, p.locale) for p in db.session.scalars(managers) if p.active]
    where, zone = community.name, community.zone
    link = address_of("community_apps.index", community=community.slug)
    for email, locale in people:
        with in_language(locale):
            title = str(loaded.manifest.title) if loaded and loaded.manifest else name
            day = format_date(ends.astimezone(zone), "long")
            Letter(*_words(event.name, title, where, day), (_("To the apps"), link)).send(email)


def _words(what: str, app: str, community: str, day: str) -> tuple[str, list[str]]:
    said = {"app": app, "community": community, "day": day}
    if what == "app.ended":
        return _("%(app)s has ended in %(community)s", **said), [
            _("What was begun is finished, and its data is kept. Buy it again at any time and it goes on.")
        ]
    if what == "app.ending":
        return _("%(app)s ends on %(day)s in %(community)s", **said), [
            _(
                "Buy it for longer and it goes on without a break. If you do nothing, it is switched off and "
                "its data is kept."
            )
        ]
    return _("%(app)s costs something from now on", **said), [
        _("In %(community)s it stays free until %(day)s, so that you can decide in peace.", **said)
    ]
