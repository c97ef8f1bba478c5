"""Letters of points, written by the worker in the reader's language: who took a place reads how and what they get."""

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.points.gifts import PointsHandout
from plugins.points.tops import PointsPlace
from shop.db import db
from shop.events import Event, record
from shop.letters import Letter, address_of, in_language


def hear(event: Event) -> None:
    """Write what an event means to somebody; the same event may come twice."""
    if event.name == "points.counted":
        places = select(PointsPlace.id).where(PointsPlace.top_id == int(event.payload["top"]))
        for place_id in db.session.scalars(places).all():
            record("points.won", event.community_id, place=place_id)
    elif event.name == "points.won":
        write(event)


def write(event: Event) -> None:
    place = db.session.get(PointsPlace, int(event.payload["place"]))
    person = place.person if place else None
    handout = db.session.get(PointsHandout, place.handout_id) if place and place.handout_id else None
    if place is None or handout is None or person is None or person.forgotten_at is not None:
        return
    top = place.top
    with in_language(person.locale):
        Letter(
            _("Place %(place)s: %(title)s", place=place.place, title=top.title),
            [
                _("%(voices)s others found helpful or want what you wrote.", voices=place.voices),
                _("You get: %(prize)s. Your code is %(code)s.", prize=place.prize, code=handout.code),
            ],
            (_("Read it"), address_of("points_tops.show", community=top.community.slug, top_id=top.id)),
        ).send(person.email)
