"""Letters of campaigns, written by the worker in the reader's language; each person's is an event of its own."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import or_, select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.following import Reminder, Update
from plugins.crowdfunding.pledges import PAID, Pledge
from plugins.crowdfunding.surveying import has_survey
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.events import Event, record
from shop.letters import Letter, address_of, in_language
from shop.money import show
from shop.orders.models import Order
from shop.people.models import Person
from shop.text import plain


def tell_backers(event: Event) -> None:
    """A campaign succeeded: each backer is asked the survey, or only told."""
    campaign = db.session.get_one(Campaign, int(event.payload["campaign"]))
    for pledge_id in _pledge_ids(campaign):
        record("crowdfunding.survey", campaign.community_id, pledge=pledge_id)


def spread_update(event: Event) -> None:
    """News for each backer; who only wants to be reminded of the end is told of the end, and nothing else."""
    update = db.session.get_one(Update, int(event.payload["update"]))
    people = set(_backer_ids(update.campaign))
    for person_id in sorted(people):
        record("crowdfunding.news", update.campaign.community_id, update=update.id, person=person_id)


def write_news(event: Event) -> None:
    update = db.session.get_one(Update, int(event.payload["update"]))
    person = db.session.get(Person, int(event.payload["person"]))
    if person is None or person.email is None:
        return
    with in_language(person.locale):
        subject = _("News of “%(title)s”: %(news)s", title=update.campaign.title, news=update.title)
        action = (_("Read it"), _page(update.campaign) + f"#update-{update.id}")
        letter = Letter(subject, [plain(update.text, 600)], action)
        letter.send(person.email, news_of=update.campaign.community_id)


def write_survey(event: Event) -> None:
    """The campaign succeeded: where shall it go, and how shall it be? Asked once more after some days."""
    pledge = db.session.get_one(Pledge, int(event.payload["pledge"]))
    if pledge.answered_at is not None or pledge.order.state != "paid":
        return
    asked = has_survey(pledge)
    pledge.reminded_at = now()
    if not asked:
        pledge.answered_at = now()
    person = pledge.order.buyer
    if person is None or person.email is None:
        return
    with in_language(person.locale):
        lines = [_("“%(title)s” has succeeded. Thank you for backing it!", title=pledge.campaign.title)]
        action = (_("Your pledge"), f"{_own(pledge)}")
        if asked:
            lines.append(_("Please tell where it shall go and how you would like it."))
            action = (_("Answer now"), _own(pledge))
        letter = Letter(_("“%(title)s” will be made", title=pledge.campaign.title), lines, action)
        letter.send(person.email)


def write_failed_payment(event: Event) -> None:
    """Reserved money was not there: until when it can be paid again."""
    pledge = db.session.get_one(Pledge, int(event.payload["pledge"]))
    person, order = pledge.order.buyer, pledge.order
    if person is None or person.email is None or order.state != "pending" or order.hold_until is None:
        return
    with in_language(person.locale):
        letter = Letter(
            _("Your payment for “%(title)s” did not work", title=pledge.campaign.title),
            [
                _("%(amount)s could not be taken.", amount=show(order.total, order.currency)),
                _(
                    "Please pay again by %(day)s, or your pledge ends and what you chose is given to others.",
                    day=f"{order.hold_until.astimezone(pledge.campaign.community.zone):%Y-%m-%d %H:%M}",
                ),
            ],
            (_("Pay again"), address_of("orders.show", number=order.number)),
        )
        letter.send(person.email)


def write_reminder(event: Event) -> None:
    """It ends soon; whoever has pledged meanwhile is left alone."""
    reminder = db.session.get(Reminder, int(event.payload["reminder"]))
    person = db.session.get(Person, reminder.person_id) if reminder else None
    if reminder is None or person is None or person.email is None:
        return
    campaign = db.session.get_one(Campaign, reminder.campaign_id)
    if person.id in set(_backer_ids(campaign)) or not campaign.is_running or campaign.deadline is None:
        return
    with in_language(person.locale):
        ends = f"{campaign.deadline.astimezone(campaign.community.zone):%Y-%m-%d %H:%M}"
        letter = Letter(
            _("The campaign “%(title)s” ends soon", title=campaign.title),
            [_("You asked to be told: the campaign ends on %(day)s.", day=ends)],
            (_("To the campaign"), _page(campaign)),
        )
        letter.send(person.email, news_of=campaign.community_id)


LETTERS: dict[str, Callable[[Event], None]] = {
    "crowdfunding.succeeded": tell_backers,
    "crowdfunding.updated": spread_update,
    "crowdfunding.news": write_news,
    "crowdfunding.survey": write_survey,
    "crowdfunding.payment_failed": write_failed_payment,
    "crowdfunding.remind": write_reminder,
}


def _backer_ids(campaign: Campaign) -> list[int]:
    """People with an open or paid pledge."""
    mine = (
        select(Pledge.person_id)
        .join(Order, Order.id == Pledge.order_id)
        .where(
            Pledge.campaign_id == campaign.id,
            Pledge.person_id.is_not(None),
            or_(Order.state.in_(PAID), Order.state == "pending"),
        )
        .distinct()
    )
    return [person_id for person_id in db.session.scalars(mine) if person_id is not None]


def _pledge_ids(campaign: Campaign) -> list[int]:
    mine = select(Pledge.id).join(Order, Order.id == Pledge.order_id)
    return list(db.session.scalars(mine.where(Pledge.campaign_id == campaign.id, Order.state == "paid")))


def _page(campaign: Campaign) -> str:
    community = db.session.get_one(Community, campaign.community_id)
    return address_of("crowdfunding_campaigns.show", community=community.slug, campaign_id=campaign.id)


def _own(pledge: Pledge) -> str:
    slug = pledge.campaign.community.slug
    return address_of("crowdfunding_surveys.edit", community=slug, number=pledge.order.number)
