"""Click: somebody followed a card; counted once a day for each visitor, and never for machines."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Request, current_app, session
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.affiliate.articles import Card
from plugins.affiliate.programmes import Pause
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.people.models import Person

# More clicks of one address in an hour than people make by hand.
MOST_AN_HOUR = 60
VISITOR = "affiliate_visitor"

# Why a click was not counted, in words for those who wait for it.
REASONS = {
    "head": _l("only asked whether the page is there"),
    "prefetch": _l("loaded in advance, by no finger"),
    "bot": _l("a machine"),
    "own": _l("the author's own"),
    "repeat": _l("the same visitor again on that day"),
    "flood": _l("more than people click by hand"),
    "paused": _l("the author is paused or has left"),
    "ended": _l("the programme has ended"),
}

_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|headless|facebookexternalhit|whatsapp|embedly|monitor|curl/|wget/|"
    r"python-|httpx|okhttp|java/|go-http|libwww|scrapy|lighthouse|phantom|fetch/",
    re.IGNORECASE,
)


class Click(Numbered, Base):
    """One opening of a card; the token goes to the partner and comes back with the sale."""

    __tablename__ = "affiliate_click"
    __table_args__ = (
        Index("ix_affiliate_click_visitor", "programme_id", "visitor", "at"),
        Index("ix_affiliate_click_net", "net", "at"),
        Index("ix_affiliate_click_promoter", "promoter_id", "id"),
        Index("ix_affiliate_click_community", "community_id", "at"),
    )

    token: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(15))
    card_id: Mapped[int | None] = mapped_column(
        ForeignKey("affiliate_card.id", ondelete="SET NULL"), index=True
    )
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("affiliate_article.id", ondelete="SET NULL"), index=True
    )
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("affiliate_programme.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    promoter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    product: Mapped[str] = mapped_column(String(64), default="")
    visitor: Mapped[str] = mapped_column(String(32))
    net: Mapped[str] = mapped_column(
        String(32), default=""
    )  # a keyed digest of the address, forgotten in time
    # One counted click for each card, visitor and day: the key is unique, and nothing when it is not counted.
    counts_as: Mapped[str | None] = mapped_column(String(96), unique=True)
    reason: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    card: Mapped[Card | None] = relationship()
    promoter: Mapped[Person | None] = relationship(foreign_keys=[promoter_id])

    @property
    def is_counted(self) -> bool:
        return self.counts_as is not None


def note(card: Card, request: Request, visitor: str, person: Person | None) -> str:
    """Write down that a card was opened, counted or with the reason why not; the token of the click."""
    net, at = digest(request.remote_addr or ""), now()
    values: dict[str, Any] = {
        "token": secrets.token_urlsafe(15),
        "card_id": card.id,
        "article_id": card.article_id,
        "programme_id": card.programme_id,
        "community_id": card.article.community_id,
        "promoter_id": card.article.author_id,
        "person_id": person.id if person else None,
        "product": card.product,
        "visitor": visitor,
        "net": net,
        "at": at,
    }
    reason = judged(card, request, net, person)
    if reason or not _write(values, f"{card.id}:{visitor}:{at:%Y%m%d}", ""):
        _write(values, None, reason or "repeat")
    return str(values["token"])


def judged(card: Card, request: Request, net: str, person: Person | None) -> str:
    """Why a click does not count, in a word of REASONS; empty when it may."""
    if reason := machine(request):
        return reason
    author = card.article.author
    if card.programme is not None and not card.programme.is_live:
        return "ended"
    if author is None or card.article.community.role_of(author) is None:
        return "paused"
    if Pause.of(card.article.community_id, author.id) is not None:
        return "paused"
    if person is not None and person.id == author.id:
        return "own"
    recent = select(func.count(Click.id)).where(Click.net == net, Click.at > now() - timedelta(hours=1))
    if (db.session.scalar(recent) or 0) >= MOST_AN_HOUR:
        return "flood"
    return ""


def machine(request: Request) -> str:
    """Whether nobody's finger did this: head, prefetch or bot."""
    if request.method == "HEAD":
        return "head"
    purposes = " ".join(
        request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    if "prefetch" in purposes.lower() or "preview" in purposes.lower():
        return "prefetch"
    agent = request.headers.get("User-Agent", "")
    return "bot" if not agent.strip() or _MACHINES.search(agent) else ""


def visitor_of(person: Person | None) -> str:
    """Who clicks, without a third party's cookie: the account, or a random word in our own session."""
    if person is not None:
        return digest(f"person:{person.id}")
    if VISITOR not in session:
        session[VISITOR] = secrets.token_urlsafe(12)
    return digest(str(session[VISITOR]))


def digest(text: str) -> str:
    """A keyed digest: it can be compared, and tells nobody the address or the account."""
    key = str(current_app.secret_key or "").encode()
    return hmac.new(key, b"affiliate:" + text.encode(), hashlib.sha256).hexdigest()[:24]


def _write(values: dict[str, Any], counts_as: str | None, reason: str) -> bool:
    """Write the row; of all that would count for a card, a visitor and a day one is, however many come at once."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    won = db.session.execute(
        insert(Click)
        .values(**values, counts_as=counts_as, reason=reason)
        .on_conflict_do_nothing(index_elements=["counts_as"])
        .returning(Click.id)
    ).scalar_one_or_none()
    return won is not None
