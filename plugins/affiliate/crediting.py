"""Crediting: to whose click a sale belongs, what it earns, and what happens when it is approved or taken back."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite

from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion, Told, hold_of, key_of
from plugins.affiliate.programmes import Pause, Programme
from shop.clock import now
from shop.communities.models import Community
from shop.db import db, is_writing
from shop.ledger.earnings import Earning
from shop.people.models import Person


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a partner's word: the conversion, and whether this word was news."""

    conversion: Conversion
    is_new: bool


def tell(programme: Programme, told: Told, via: str) -> Answer:
    """A partner tells of a sale, or of what became of one: once for its reference, however often it is told."""
    found = find(programme, told.ref)
    if found is not None:
        return Answer(found, _follow(found, told))
    click = click_for(programme, told)
    conversion = _write(programme, told, click, via)
    if conversion is None:  # somebody told the same at this moment
        found = find(programme, told.ref)
        assert found is not None  # noqa: S101 (its key was taken)
        return Answer(found, False)
    _earn(conversion, programme, click, told)
    if told.status != "pending":
        _follow(conversion, told)
    return Answer(conversion, True)


def find(programme: Programme, ref: str) -> Conversion | None:
    mine = select(Conversion).where(Conversion.key == key_of(programme, ref))
    if is_writing():
        mine = mine.with_for_update(of=Conversion)
    return db.session.scalars(mine.execution_options(populate_existing=True)).first()


def click_for(programme: Programme, told: Told) -> Click | None:
    """The click that a sale belongs to: the one it names, or (first touch) that visitor's first in the window."""
    named = db.session.scalars(
        select(Click).where(Click.token == told.click, Click.programme_id == programme.id)
    ).first()
    if named is None or programme.touch == "last":
        return named
    bought = told.at or now()
    same = [Click.visitor == named.visitor]
    if named.person_id is not None:
        same.append(Click.person_id == named.person_id)
    return (
        db.session.scalars(
            select(Click)
            .where(
                Click.programme_id == programme.id,
                or_(*same),
                Click.at >= bought - programme.window,
                Click.at <= named.at,
                or_(Click.counts_as.is_not(None), Click.reason == "repeat"),
            )
            .order_by(Click.at, Click.id)
        ).first()
        or named
    )


def refusal(programme: Programme, told: Told, click: Click | None) -> str:
    """Why a sale earns nothing, in a word of conversions.REASONS; empty when it does."""
    if click is None or click.promoter_id is None or click.reason in ("bot", "head", "prefetch", "flood"):
        return "no_click"
    if click.reason == "ended":
        return "ended"
    bought = told.at or now()
    if not click.at - timedelta(minutes=5) <= bought <= click.at + programme.window:
        return "window"
    if click.reason == "own" or click.person_id == click.promoter_id:
        return "self"
    community = db.session.get(Community, click.community_id)
    promoter = db.session.get(Person, click.promoter_id)
    if community is None or promoter is None or community.role_of(promoter) is None:
        return "paused"
    return "paused" if Pause.of(community.id, promoter.id) is not None else ""


def release(conversion: Conversion, by: Person | None = None) -> bool:
    """The hold is over (or a human said so): what was earned goes out with the next payout."""
    if not conversion.move("payable", ("pending",), by=by):
        return False
    conversion.flag, conversion.payable_at = "", now()
    for earning in (conversion.earning, conversion.community_earning):
        if earning is not None:
            earning.release()
    return True


def reject(conversion: Conversion, reason: str, by: Person | None = None) -> bool:
    """Nothing is earned by it after all: everything is taken back, also after it was paid out."""
    if not conversion.move("rejected", ("pending", "payable"), reason, by):
        return False
    _give_back(conversion, conversion.commission, conversion.community_part, f"reject:{conversion.id}")
    return True


def lower(conversion: Conversion, amount: int) -> bool:
    """A part of the sale came back: commission and share fall in proportion, to the minor unit."""
    if not 0 < amount < conversion.amount or conversion.state == "rejected":
        return False
    own = conversion.commission - conversion.commission * amount // conversion.amount
    community = conversion.community_part - conversion.community_part * amount // conversion.amount
    conversion.note(conversion.state, conversion.state, f"{conversion.amount} > {amount}")
    _give_back(conversion, own, community, f"lower:{conversion.id}:{amount}")
    conversion.amount = amount
    return True


def _follow(conversion: Conversion, told: Told) -> bool:
    """What a partner says later of the same sale: reversed as a whole, or a lower amount; again changes nothing."""
    if told.status == "reversed":
        return reject(conversion, told.reason or "reversed")
    changed = lower(conversion, told.amount) if told.amount else False
    if told.status == "approved" and not conversion.flag:
        return release(conversion) or changed
    return changed


def _write(programme: Programme, told: Told, click: Click | None, via: str) -> Conversion | None:
    """The row, once: of all that tell the same at this moment one writes it."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    terms = programme.terms(
        told.product or (click.product if click else ""),
        click.community_id if click else None,
        click.promoter_id if click else None,
    )
    own, community = terms.of(told.amount)
    number = db.session.execute(
        insert(Conversion)
        .values(
            key=key_of(programme, told.ref),
            via=via,
            ref=told.ref,
            programme_id=programme.id,
            click_id=click.id if click else None,
            article_id=click.article_id if click else None,
            community_id=click.community_id if click else None,
            promoter_id=click.promoter_id if click else None,
            level=1,
            product=told.product or (click.product if click else ""),
            amount=told.amount,
            first_amount=told.amount,
            currency=programme.currency,
            commission=own,
            community_part=community,
            why=terms.why,
            state="pending",
            reason="",
            flag="",
            hold_until=hold_of(programme),
            at=now(),
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Conversion.id)
    ).scalar_one_or_none()
    return db.session.get(Conversion, number) if number is not None else None


def _earn(conversion: Conversion, programme: Programme, click: Click | None, told: Told) -> None:
    """Book what the promoter and the community earn, or say why nothing is."""
    own, community = conversion.commission, conversion.community_part
    reason = refusal(programme, told, click)
    if not reason and own <= 0:
        reason = "nothing"
    if not reason:
        reason = programme.spend(conversion.promoter_id or 0, own, own + community)
    if reason:
        conversion.commission = conversion.community_part = 0
        conversion.move("rejected", ("pending",), reason)
        return
    conversion.note(None, "pending")
    words = f"{programme.name} · {conversion.ref}"
    promoter = conversion.promoter_id or 0
    conversion.earning = Earning.book(
        "affiliate", f"{conversion.id}", programme.payer, "sharer", promoter, own, words
    )
    if community and conversion.community_id is not None:
        conversion.community_earning = Earning.book(
            "affiliate",
            f"{conversion.id}:community",
            programme.payer,
            "community",
            conversion.community_id,
            community,
            words,
        )
    conversion.flag = _flag(click)


def _flag(click: Click | None) -> str:
    """Whether the promoter clicked from the same address within a day: somebody should look first."""
    if click is None or not click.net or click.promoter_id is None:
        return ""
    near = (Click.at > click.at - timedelta(days=1), Click.at < click.at + timedelta(days=1))
    theirs = select(Click.id).where(Click.net == click.net, Click.person_id == click.promoter_id, *near)
    return "same_net" if db.session.scalar(theirs.limit(1)) is not None else ""


def _give_back(conversion: Conversion, own: int, community: int, key: str) -> None:
    for earning, part in ((conversion.earning, own), (conversion.community_earning, community)):
        if earning is not None and part:
            earning.take_back(part, key)
    conversion.commission -= own
    conversion.community_part -= community
    if conversion.programme is not None:
        conversion.programme.unspend(conversion.promoter_id, own, own + community)
