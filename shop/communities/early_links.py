"""A group link opened by a visitor's phone, answered before Flask makes a request of it: one look, and a row by and by.

Crowds come by links, and nearly all of them are visitors who open one that leads to a community or to a listing. They
get what `follow` (links_views.py) would give them: the same visit, the same session, the same address. Whatever is out
of the ordinary (somebody signed in, an invitation, an offer, a link unknown or opened a moment ago, a robot,
a database that is busy) takes the whole way. A visit is a statistic: its commit does not wait for the disk.
"""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flask import Flask, Response
from sqlalchemy import Engine
from uuid_utils.compat import uuid7
from werkzeug.exceptions import SecurityError
from werkzeug.http import dump_cookie
from werkzeug.wsgi import get_host

from shop.clock import now
from shop.communities.arrivals import Arrival, Arrivals
from shop.communities.links_views import TOKEN, is_robot
from shop.communities.visits import SAME_VISIT
from shop.keeper import HEADER, keeper_of
from shop.kept import Answer

WAY = "/g/"
# What an address holds as it is, as `url_for` writes it.
SAFE = "!$&'()*+,/:;=@"
# Where a link leads, who shared it, and whether it still credits anybody.
LOOK = """
SELECT group_link.id, group_link.community_id, community.slug, person.name, listing.id, product.handle,
  CASE WHEN group_link.ended_at IS NULL AND (group_link.expires_at IS NULL OR group_link.expires_at > ?)
    AND (limits.id IS NULL OR limits.remaining > 0) THEN 1 ELSE 0 END
FROM group_link
JOIN community ON community.id = group_link.community_id
JOIN person ON person.id = group_link.sharer_id
LEFT JOIN limits ON limits.id = group_link.seats_id
LEFT JOIN listing ON group_link.opens = 'listing' AND listing.id = group_link.opens_id AND listing.state = 'accepted'
LEFT JOIN product ON product.id = listing.product_id AND product.state = 'live'
WHERE group_link.token = ? AND NOT group_link.invites AND group_link.opens IN ('community', 'listing')
"""


class Links:
    """What it takes to follow a link, made once for an application."""

    def __init__(self, app: Flask, engine: Engine, signer: Any) -> None:
        self.app, self.engine, self.signer = app, engine, signer
        self.postgres = engine.dialect.name == "postgresql"
        self.look = LOOK.replace("?", "%s") if self.postgres else LOOK
        self.arrivals = Arrivals(engine, app.config["VISITS_WAIT_MS"])
        self.headers: list[tuple[str, str]] = []

    def follow(self, environ: dict[str, Any], seen: dict[str, Any]) -> Answer | None:
        """Where the link leads, with the visit put into the session and on the list; None for the whole way."""
        token = environ["PATH_INFO"][len(WAY) :]
        ahead = environ.get("HTTP_SEC_PURPOSE", "") + environ.get("HTTP_PURPOSE", "")
        if not TOKEN.match(token) or "prefetch" in ahead or is_robot(environ.get("HTTP_USER_AGENT", "")):
            return None
        if (trusted := self.app.config["TRUSTED_HOSTS"]) is not None and not _is_trusted(environ, trusted):
            return None
        moment = now()
        with closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(self.look, (self._instant(moment), token))
            found = cursor.fetchone()
        if found is None or _is_visiting(seen, found[0], bool(found[6]), moment):
            return None
        link, community, slug, sharer, listing, handle, credited = found
        visit = uuid7()
        key = visit if self.postgres else visit.hex
        if not self.arrivals.expect(Arrival(key, link, community, bool(credited), self._instant(moment))):
            return None
        marks = {"id": str(visit), "community": slug, "sharer": sharer, "link": link}
        marks |= {"credited": bool(credited), "at": int(moment.timestamp())}
        home = f"/c/{slug}"
        leads = home if handle is None else f"{home}/p/{listing}-{quote(handle, safe=SAFE)}"
        return self._landed(leads, {**seen, "visit": marks})

    def _landed(self, url: str, session: dict[str, Any]) -> Answer:
        app = self.app
        interface: Any = app.session_interface
        cookie = dump_cookie(
            interface.get_cookie_name(app),
            self.signer.dumps(session),
            path=interface.get_cookie_path(app),
            domain=interface.get_cookie_domain(app),
            secure=interface.get_cookie_secure(app),
            httponly=interface.get_cookie_httponly(app),
            samesite=interface.get_cookie_samesite(app),
        )
        own = [("Location", url), ("Set-Cookie", cookie), (HEADER, keeper_of(session))]
        return Answer("303 SEE OTHER", [*(self.headers or self._guards()), *own], b"")

    def _guards(self) -> list[tuple[str, str]]:
        """The headers that guard every answer, worked out once by those who set them."""
        with self.app.test_request_context(f"{WAY}-"):
            made = self.app.process_response(Response(status=303, headers={"Cache-Control": "no-store"}))
        own = {"set-cookie", "location", "content-length", "x-request-id", HEADER.lower()}
        self.headers = [(name, value) for name, value in made.headers if name.lower() not in own]
        return self.headers

    def _instant(self, moment: datetime) -> Any:
        return moment if self.postgres else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _is_trusted(environ: dict[str, Any], trusted: list[str]) -> bool:
    try:
        return bool(get_host(environ, trusted))
    except SecurityError:
        return False


def _is_visiting(seen: dict[str, Any], link: int, credited: bool, moment: datetime) -> bool:
    """Whether the session's visit is of this link, as it stands now, and has just begun."""
    marks = seen.get("visit") or {}
    begun = datetime.fromtimestamp(marks.get("at", 0), UTC)
    return marks.get("link") == link and marks.get("credited") == credited and moment - begun < SAME_VISIT
