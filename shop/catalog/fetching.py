"""The worker's part of pictures by address: fetch them a few at a time; what cannot be had gets a note."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import structlog
from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs, outbound, pictures
from shop.catalog.exchange.known import own_key
from shop.catalog.models import Picture, Stored
from shop.clock import now
from shop.db import db, writing
from shop.errors import Refused
from shop.outbound import CannotFetch

log = structlog.get_logger(__name__)

# So many at once, each no longer, and then a pause: whatever else waits for the worker must have its turn.
TOGETHER = 8
SECONDS = 10.0
TURN_SECONDS = 10.0
# Unpacked, one large picture takes a hundred megabytes: they wait for each other.
_unpacking = Lock()


def install(app: Flask) -> None:
    """The worker looks for pictures to fetch."""
    jobs.every(app, "pictures.fetch", 5, fetch_due)


def fetch_due() -> None:
    """Fetch the pictures whose time has come, as many as one turn allows."""
    end = time.monotonic() + TURN_SECONDS
    while _fetch_some() and time.monotonic() < end:
        pass


def _fetch_some() -> bool:
    """Fetch a few; nothing is locked while the world answers. False when none is left."""
    with writing(False):
        due = (
            select(Picture.id, Picture.source)
            .where(Picture.due_at <= now())
            .order_by(Picture.due_at, Picture.id)
        )
        waiting = db.session.execute(due.limit(TOGETHER)).all()
        ours = {i: found for i, source in waiting if source and (found := _already_here(source))}
        db.session.rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(TOGETHER) as threads:
        asked = {i: threads.submit(_fetch, app, source or "") for i, source in waiting if i not in ours}
    for i, source in waiting:
        _settle(i, source, ours.get(i) or asked[i].result())
    return bool(waiting)


def _fetch(app: Flask, source: str) -> Stored | Exception:
    """The picture behind an address, kept; or why not."""
    with app.app_context():
        try:
            fetched = outbound.fetch(source, most_bytes=app.config["UPLOAD_BYTES"], seconds=SECONDS)
            with _unpacking:
                return pictures.accept(io.BytesIO(fetched.content))
        except (CannotFetch, Refused) as no:
            return no
        except Exception:
            log.exception("picture failed", source=source)
            return CannotFetch(_("Something went wrong while it was fetched."))


def _settle(picture_id: int, source: str | None, outcome: Stored | Exception) -> None:
    """Write down what came of it, unless the picture was changed or deleted meanwhile."""
    picture = db.session.get(Picture, picture_id, populate_existing=True)
    if picture is not None and picture.due_at is not None and picture.source == source:
        if isinstance(outcome, CannotFetch):
            picture.miss(outcome.reason)
        elif isinstance(outcome, Exception):
            picture.miss(str(outcome) or _("This picture cannot be shown."), for_good=True)
        else:
            picture.keep(outcome)
    db.session.commit()


def _already_here(source: str) -> pictures.StoredPicture | None:
    """A picture that an export of this very site names is copied, not fetched."""
    key = own_key(source)
    row = (
        db.session.scalars(
            select(Picture).where(Picture.key == key, Picture.state == "stored").limit(1)
        ).first()
        if key
        else None
    )
    if row is None or row.key is None or row.width is None or row.height is None or row.colour is None:
        return None
    return pictures.StoredPicture(row.key, row.width, row.height, row.colour)
