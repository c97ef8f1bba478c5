"""Letter: a mail of a few sentences and one link, as text and as HTML; written and sent by the worker."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from shop.communities.muting import has_muted
from shop.db import db
from shop.mail import send


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says; `action` is its one link: words and address."""

    subject: str
    lines: Sequence[str]
    action: tuple[str, str] | None = None
    after: Sequence[str] = ()

    def send(self, to: str, *, news_of: int | None = None) -> None:
        """Send it now; the mail server is not waited for inside a transaction.

        `news_of` is the community whose news this is: who has muted it does not get them. Without it, it comes in any
        case: what concerns somebody's own orders, money, seat or rights, or a duty that they took on.
        """
        if news_of is not None and has_muted(to, news_of):
            return
        said = {"letter": self, "site": current_app.config["SITE_NAME"]}
        text, html = render_template("mail/letter.txt", **said), render_template("mail/letter.html", **said)
        db.session.commit()
        send(to, self.subject, text, html)


@contextmanager
def in_language(locale: str | None) -> Iterator[None]:
    """Write in somebody's language, or the site's first."""
    with force_locale(locale or current_app.config["BABEL_DEFAULT_LOCALE"]):
        yield


def address_of(endpoint: str, **values: Any) -> str:
    """The full address of a page, where no request tells the host."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['BASE_URL'].rstrip('/')}{path}"
