"""Sessions: Flask's own, signed into a cookie; who comes back stays signed in, and pictures carry nobody's session."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from shop.clock import now

DAY_SECONDS = 86_400


class Sessions(SecureCookieSessionInterface):
    """A session that lasts is signed anew once a day, not with each answer."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the session along where it has changed, unless the answer is for everybody."""
        if not session.modified and response.cache_control.public:
            return
        if not is_renewed(session):
            session["day"] = _today()
        super().save_session(app, session, response)


def is_renewed(seen: Mapping[str, Any]) -> bool:
    """Whether this session, if it lasts, has been signed today."""
    return not seen.get("_permanent") or seen.get("day") == _today()


def _today() -> int:
    return int(now().timestamp()) // DAY_SECONDS
