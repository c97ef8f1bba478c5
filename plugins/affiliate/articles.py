"""Article and Card: what somebody recommends in a community, and each thing that it leads to."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import JSON, ForeignKey, Index, Select, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.affiliate.programmes import Programme
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.leftovers import leave
from shop.listings.models import Listing
from shop.money import Money
from shop.people.models import Person
from shop.pictures import StoredPicture
from shop.text import markdown

KINDS = {"article": _l("Article"), "report": _l("Evaluation report")}
RIGHTS = {
    "own": _l("My own words and pictures"),
    "permitted": _l("Shown with permission"),
    "quoted": _l("Quoted, with its source"),
    "open": _l("Under an open licence"),
}
OBTAINED = {
    "bought": _l("The author bought it."),
    "lent": _l("It was lent for this report and went back."),
    "given": _l("It was given to the author for free."),
}
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"proposed", "published"}),
    "proposed": frozenset({"draft", "published", "declined"}),
    "declined": frozenset({"proposed", "published"}),
    "published": frozenset({"withdrawn"}),
    "withdrawn": frozenset({"proposed", "published"}),
}
MARK = re.compile(r"^\s*\[(card|picture) (\d{1,2})\]\s*$", re.IGNORECASE | re.MULTILINE)
LINK = re.compile(r"https?://[^\s)>\"'\]]+", re.IGNORECASE)
MOST_CARDS = 12
MOST_PICTURES = 9


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an article in reading order: some of its words, a picture, or a card."""

    words: Markup | None = None
    card: "Card | None" = None
    picture: dict[str, Any] | None = None


class Article(Numbered, Base):
    """What a member wrote for a community; published by a manager, with its byline, source and rights."""

    __tablename__ = "affiliate_article"
    __table_args__ = (Index("ix_affiliate_article_list", "community_id", "state", "id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(16), default="article")
    title: Mapped[str] = mapped_column(String(120))
    lead: Mapped[str] = mapped_column(String(240), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    byline: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str] = mapped_column(String(500), default="")
    rights: Mapped[str] = mapped_column(String(16), default="own")
    obtained: Mapped[str] = mapped_column(String(16), default="")  # of a report: how its thing was come by
    verdict: Mapped[str] = mapped_column(String(400), default="")
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    # Those between the words, each as shop.pictures keeps it, with `alt`: what it shows.
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    state: Mapped[str] = mapped_column(String(16), default="draft")
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    community: Mapped[Community] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    cards: Mapped[list["Card"]] = relationship(
        order_by="Card.position, Card.id", cascade="all, delete-orphan", back_populates="article"
    )

    @classmethod
    def published_in(cls, community: Community) -> Select["Article"]:
        return select(cls).where(cls.community_id == community.id, cls.state == "published")

    @property
    def name_of_author(self) -> str:
        """The byline; without one the author's name."""
        return self.byline or (self.author.name if self.author else _("a former member"))

    def parts(self) -> list[Part]:
        """Words, pictures and cards as they follow each other.

        `[card 2]` or `[picture 2]` on a line of its own puts the second one there; the rest stands at the end.
        """
        left: dict[tuple[str, int], Part] = {}
        left |= {("picture", n): Part(picture=each) for n, each in enumerate(self.pictures or (), 1)}
        left |= {("card", n): Part(card=card) for n, card in enumerate(self.cards, 1)}
        found: list[Part] = []
        at = 0
        for mark in MARK.finditer(self.body):
            found.append(Part(words=markdown(self.body[at : mark.start()])))
            at = mark.end()
            placed = left.pop((mark[1].lower(), int(mark[2])), None)
            found += [placed] if placed is not None else []
        found.append(Part(words=markdown(self.body[at:])))
        return [part for part in [*found, *left.values()] if part.words or part.card or part.picture]

    def add_picture(self, stored: StoredPicture, alt: str) -> None:
        """One more picture between the words."""
        if len(self.pictures or ()) >= MOST_PICTURES:
            raise Refused(_("An article has at most %(most)s pictures.", most=MOST_PICTURES))
        self.pictures = [*(self.pictures or ()), {**asdict(stored), "alt": alt}]

    def drop_picture(self, key: str) -> None:
        """A picture goes out of the article; those after it move up by one."""
        gone = [each for each in self.pictures if each["key"] == key]
        self.pictures = [each for each in self.pictures if each["key"] != key]
        leave(StoredPicture(each["key"], each["width"], each["height"], each["colour"]) for each in gone)

    def move(self, to: str, by: Person, reason: str = "") -> None:
        """To another state of the table, once however many try; raises Refused."""
        allowed = [state for state, targets in MOVES.items() if to in targets]
        won = db.session.execute(
            update(Article)
            .where(Article.id == self.id, Article.state.in_(allowed))
            .values(state=to, reason=reason, decided_by_id=by.id)
            .returning(Article.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This article has moved on; please look at it again."))
        db.session.refresh(self, ["state", "reason", "decided_by_id"])

    def publish(self, by: Person) -> None:
        """Everybody may read it from now on; raises Refused while something that honesty asks for is missing."""
        if missing := self.missing():
            raise Refused(" ".join(missing))
        self.move("published", by)
        self.published_at = self.published_at or now()
        for card in self.cards:
            card.lend_link()

    def missing(self) -> list[str]:
        """What must be there before it is published, in sentences."""
        said = []
        if not self.body.strip():
            said.append(_("The article has no words yet."))
        if self.rights != "own" and not self.source.strip():
            said.append(_("Name the source of what is not your own."))
        if self.kind == "report" and self.obtained not in OBTAINED:
            said.append(_("Say how you came by what you evaluated."))
        return said

    def check_links(self) -> None:
        """A link to a partner is a card, never a bare link in the words: else nobody would be told. Raises NotValid."""
        links = LINK.findall(f"{self.body}\n{self.lead}\n{self.verdict}")
        if not links:
            return
        live = db.session.scalars(select(Programme).where(Programme.ended_at.is_(None))).all()
        for link in links:
            secure = re.sub(r"^http:", "https:", link, flags=re.IGNORECASE)
            if any(programme.leads_to(secure) for programme in live):
                raise NotValid(
                    _(
                        "%(link)s leads to a partner: make it a card, so that readers are told.",
                        link=link[:80],
                    ),
                    field="body",
                )


class Card(Numbered, Base):
    """One thing in an article: at a partner (programme and address), or in this community (a listing)."""

    __tablename__ = "affiliate_card"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("affiliate_article.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    programme_id: Mapped[int | None] = mapped_column(
        ForeignKey("affiliate_programme.id", ondelete="CASCADE"), index=True
    )
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("group_link.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(400), default="")
    url: Mapped[str] = mapped_column(String(1000), default="")
    product: Mapped[str] = mapped_column(String(64), default="")  # the partner's code of it, for rates
    price: Mapped[int | None]  # as the author saw it, in minor units of the programme's currency
    seen_at: Mapped[datetime] = mapped_column(default=now)
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    article: Mapped[Article] = relationship(back_populates="cards")
    programme: Mapped[Programme | None] = relationship()
    listing: Mapped[Listing | None] = relationship()
    link: Mapped[GroupLink | None] = relationship()

    @property
    def leads_out(self) -> bool:
        """Whether it leads to a partner, not into this community."""
        return self.programme_id is not None

    @property
    def host(self) -> str:
        """Where it leads, as people read it."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def shown_price(self) -> Money | None:
        if self.programme is not None and self.price is not None:
            return Money(self.price, self.programme.currency)
        return None

    def check(self) -> None:
        """The address must be the partner's; raises NotValid."""
        if self.programme is not None and not self.programme.leads_to(self.url):
            raise NotValid(
                _(
                    "This address does not belong to %(programme)s (%(hosts)s), or is not https.",
                    programme=self.programme.name,
                    hosts=", ".join(self.programme.hosts),
                ),
                field="url",
            )

    def lend_link(self) -> None:
        """A card that leads into the community goes by its author's group link, so that the sale is credited."""
        author = self.article.author
        if self.listing_id is None or self.link_id is not None or author is None:
            return
        if self.article.community.role_of(author) is None:
            return
        self.link = GroupLink.make(
            self.article.community,
            author,
            self.article.title[:64],
            opens="listing",
            opens_id=self.listing_id,
            channel="other",
        )
