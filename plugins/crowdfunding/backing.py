"""Backing: the list of backers as the seller needs it - who, what, how much, where from, answers - and as CSV."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge, money_of
from plugins.crowdfunding.questions import Answer, Question
from shop.db import db
from shop.money import plain
from shop.orders.models import Credit, Order


@dataclass(frozen=True, slots=True)
class Backer:
    """One pledge as the seller sees it; amounts in minor units."""

    pledge: Pledge
    collected: int
    is_reserved: bool
    answers: dict[int, str]

    @property
    def order(self) -> Order:
        return self.pledge.order

    @property
    def name(self) -> str:
        return str(self.order.contact.get("name", ""))

    @property
    def goods(self) -> str:
        return " + ".join(f"{line.quantity} × {line.title}" for line in self.order.lines)

    @property
    def origin(self) -> str:
        """Where the pledge came from: the link and who shared it, or nobody's."""
        credit = self.order.credit
        if credit is None or credit.link is None:
            return _("opened directly")
        who = credit.sharer.name if credit.sharer else _("not credited")
        return f"{credit.link.name} · {credit.link.channel} · {who}"

    @property
    def can_be_sent(self) -> bool:
        return self.order.state == "paid" and self.pledge.answered_at is not None


def backers_query(campaign: Campaign, state: str = "") -> Select[Pledge]:
    """The campaign's pledges with everything that a line shows, in a fixed number of statements."""
    mine = select(Pledge).join(Order, Order.id == Pledge.order_id).where(Pledge.campaign_id == campaign.id)
    if state:
        mine = mine.where(Order.state == state)
    order = joinedload(Pledge.order)
    return mine.options(
        order.selectinload(Order.lines),
        order.selectinload(Order.shipments),
        order.joinedload(Order.credit).joinedload(Credit.link),
        order.joinedload(Order.credit).joinedload(Credit.sharer),
        joinedload(Pledge.reward),
        joinedload(Pledge.campaign),
    )


def backers_of(pledges: Sequence[Pledge]) -> list[Backer]:
    """The pledges with their money and answers; two statements."""
    ids = [pledge.id for pledge in pledges]
    money = money_of(Pledge.id.in_(ids))
    sums = {
        order: (int(net), bool(reserved))
        for order, net, reserved in db.session.execute(
            select(money.c.order_id, money.c.net, money.c.reserved)
        )
    }
    answers: dict[int, dict[int, str]] = defaultdict(dict)
    for pledge_id, question_id, text in db.session.execute(
        select(Answer.pledge_id, Answer.question_id, Answer.text).where(Answer.pledge_id.in_(ids))
    ):
        answers[pledge_id][question_id] = text
    return [Backer(p, *sums.get(p.order_id, (0, False)), answers[p.id]) for p in pledges]


def rows_of(backers: Sequence[Backer], questions: Sequence[Question]) -> Iterator[Sequence[str]]:
    """All backers as a table for a spreadsheet, under the names of its columns."""
    yield (
        *(_("Order"), _("State"), _("Backer"), _("E-mail"), _("What"), _("Total"), _("Collected"), _("Late")),
        *(_("Came by"), _("Address"), *(question.text for question in questions)),
    )
    for backer in backers:
        order = backer.order
        yield (
            *(order.number, order.state, backer.name, order.contact.get("email", ""), backer.goods),
            *(plain(order.total, order.currency), plain(backer.collected, order.currency)),
            *("1" if backer.pledge.is_late else "", backer.origin, order.delivery.get("text", "")),
            *(backer.answers.get(question.id, "") for question in questions),
        )
