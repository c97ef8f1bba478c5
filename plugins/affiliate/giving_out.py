"""What affiliate content knows of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import String, cast, delete, literal, select, update

from plugins.affiliate.articles import Article
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion, ConversionChange
from plugins.affiliate.programmes import Allowance, Pause, Rate
from plugins.affiliate.reports import Report
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Articles, what was earned by them, and the cards that were followed, as plain values."""
    articles = db.session.scalars(select(Article).where(Article.author_id == person.id).order_by(Article.id))
    earned = db.session.scalars(
        select(Conversion).where(Conversion.promoter_id == person.id).order_by(Conversion.id)
    )
    clicks = db.session.scalars(select(Click).where(Click.person_id == person.id).order_by(Click.id))
    return {
        "articles": [
            {
                "title": a.title,
                "state": a.state,
                "words": a.body,
                "pictures": [each["key"] for each in (*([a.picture] if a.picture else ()), *a.pictures)],
                "at": a.at.isoformat(),
            }
            for a in articles
        ],
        "earned": [
            {
                "at": c.at.isoformat(),
                "amount": c.commission,
                "currency": c.currency,
                "state": c.shown_state,
                "reason": str(c.reason_words),
            }
            for c in earned
        ],
        "clicks": [{"at": click.at.isoformat(), "card": click.card_id} for click in clicks],
    }


def erase(person: Person) -> None:
    """Articles that were published stay without a name; drafts go; clicks and sales are nobody's any more."""
    unread = Article.author_id == person.id, Article.state.not_in(("published", "withdrawn"))
    db.session.execute(delete(Article).where(*unread))
    theirs = Click.person_id == person.id
    gone = literal("gone:") + cast(Click.id, String)
    db.session.execute(update(Click).where(theirs, Click.counts_as.is_not(None)).values(counts_as=gone))
    db.session.execute(update(Click).where(theirs).values(visitor="", net=""))
    for column in (
        Article.author_id,
        Article.decided_by_id,
        Click.promoter_id,
        Click.person_id,
        Conversion.promoter_id,
        ConversionChange.by_id,
        Report.by_id,
        Pause.by_id,
    ):
        db.session.execute(update(column.class_).where(column == person.id).values({column.key: None}))
    db.session.execute(update(Article).where(Article.author_id.is_(None)).values(byline=""))
    for rows in (Pause, Allowance, Rate):
        db.session.execute(delete(rows).where(rows.person_id == person.id))
