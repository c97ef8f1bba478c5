"""What care shows on the group's own page: hello, a question to answer, a seat to wait for, and who its voices are."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.care import voices, waiting
from plugins.care.intros import CareIntro
from plugins.care.silence import CareNotice
from plugins.care.splitting import open_moves
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed, Piece
from shop.people.models import Person


def on_about(community: Community, viewer: Person | None) -> list[Piece]:
    """Each piece only for whom it is about; the voices for everybody."""
    pieces = []
    role = community.role_of(viewer)
    if viewer is not None and role is not None:
        notice = CareNotice.open_for(community, viewer)
        moves = open_moves(community, viewer)
        known = voices.CareVoice.of(community, viewer)
        is_asked = known is not None and known.state == "asked"
        if notice is not None or moves or is_asked:
            pieces.append(
                Piece("care/_asked.html", {"notice": notice, "moves": moves, "is_asked": is_asked}, 5)
            )
        if CareIntro.of(community, viewer) is None:
            pieces.append(Piece("care/_hello.html", {}, 10))
    elif not community.seats.left and not community.is_closed:
        waits = viewer is not None and waiting.waits(community, viewer)
        pieces.append(Piece("care/_waiting.html", {"waits": waits}, 10))
    if active := voices.active_in(community):
        pieces.append(Piece("care/_voices.html", {"people": active}))
    return pieces


def introduced(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """Saying hello is a deed."""
    rows = db.session.execute(
        select(CareIntro.person_id, func.max(CareIntro.at))
        .where(CareIntro.community_id == community.id, CareIntro.person_id.in_(people), CareIntro.at >= since)
        .group_by(CareIntro.person_id)
    )
    return [Deed(who, "word", _("said hello"), 1, last) for who, last in rows]
