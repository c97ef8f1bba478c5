"""The demo's campaigns: one that succeeded, one that runs, one that failed and gave everything back, and a vote.

Everything goes through the same verbs that people use; only the dates of what is over are put back in time.
"""

from datetime import timedelta

from flask_babel import force_locale

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import end_vote, move_on, return_everything, start
from plugins.crowdfunding.demo_words import CAMPAIGNS, DemoCampaign
from plugins.crowdfunding.following import Update
from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.pledges import Pledge, pledges_of
from plugins.crowdfunding.pledging import Choice, pledge, quote_of
from plugins.crowdfunding.questions import Question
from plugins.crowdfunding.rewards import Reward, StretchGoal, first_of_month
from plugins.crowdfunding.surveying import answer
from shop import once, pictures
from shop.catalog.models import Product, Variant
from shop.clock import now
from shop.db import db
from shop.demo import art
from shop.demo.world import World
from shop.events import record
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.orders.models import Order
from shop.payments.settling import capture, intend
from shop.people.models import Person


def fill(world: World) -> None:
    """Each campaign as far as its story goes."""
    for told in CAMPAIGNS:
        campaign = _draft(world, told)
        seller = world.owner_of(told.merchant)
        campaign.move("review", seller)
        start(campaign, seller)
        db.session.commit()
        _vote(world, told, campaign)
        for number, (key, place, support) in enumerate(told.backers):
            with force_locale(world.people[key].locale or "en"):
                _back(world.people[key], campaign, place, support, number)
        _around(world, told, campaign, seller)
        if told.ending in ("succeeded", "failed"):
            _end(campaign, told)
        if campaign.state == "succeeded":
            _serve(campaign, told, seller)
        db.session.commit()


def _draft(world: World, told: DemoCampaign) -> Campaign:
    """The product on the shelf, and its campaign with everything in it."""
    listing = _listing(world, told)
    offer = Offer.make(listing, "crowdfunding", "back", world.owner_of(told.merchant))
    db.session.flush()
    campaign = Campaign.begin(offer, told.title)
    campaign.pitch, campaign.story, campaign.risks = told.pitch, told.story, told.risks
    campaign.goal, campaign.optimum, campaign.days = told.goal, told.optimum, told.days
    campaign.collective_return, campaign.late_days = told.thanks, 30
    db.session.flush()
    for place, reward in enumerate(told.rewards, 1):
        Reward.add(
            campaign,
            {
                "title": reward.title,
                "story": reward.story,
                "price": reward.price,
                "limit": reward.limit,
                "is_addon": reward.is_addon,
                "delivery_month": first_of_month(reward.month),
                "needs_shipping": reward.ships,
                "postage": 1000 if reward.ships and not reward.is_addon else 0,
                "postage_abroad": 9000 if reward.ships and not reward.is_addon else None,
                "position": place,
            },
        )
    if told.vote:
        Question.ask(campaign, "vote", told.vote[0], told.vote[1])
    if told.survey:
        Question.ask(campaign, "survey", told.survey[0], told.survey[1])
    for amount, title in told.stretch:
        StretchGoal.add(campaign, amount, title, "")
    db.session.flush()
    return campaign


def _listing(world: World, told: DemoCampaign) -> Listing:
    merchant, owner = world.merchants[told.merchant], world.owner_of(told.merchant)
    motif, main, second, ground, place, *view = told.picture.split()
    product = Product(
        merchant=merchant, currency=merchant.currency, handle=told.handle, name=told.product, kind=told.kind,
        tags=[], story=told.pitch, vendor=merchant.name, state="live",
    )  # fmt: skip
    product.set_options([])
    product.variants.append(Variant.make(told.rewards[0].price))
    image = (
        art.still(motif, main, second, ground, place, view[0])
        if view
        else art.still(motif, main, second, ground, place)
    )
    product.add_picture(pictures.keep(image), told.product)
    product.settle()
    db.session.add(product)
    db.session.flush()
    listing = Listing.propose(product, world.communities[told.community], owner, community_share=500)
    db.session.flush()
    listing.accept(owner)
    db.session.flush()
    return listing


def _vote(world: World, told: DemoCampaign, campaign: Campaign) -> None:
    """Members vote; the vote of all but one campaign is over, and what was decided is frozen."""
    if told.vote is None:
        return
    question = Question.of(campaign, "vote")[0]
    choices = {choice.title: choice.id for choice in question.choices}
    members = [p for p in world.people.values() if campaign.community.role_of(p) is not None]
    for person, title in zip(members, told.vote[2], strict=False):
        question.vote(choices[title], person)
    if told.ending != "voting":
        campaign.votes_until = now()
        db.session.flush()
        end_vote(campaign)
    db.session.commit()


def _back(who: Person, campaign: Campaign, place: int, support: int, number: int) -> None:
    """A member pledges and pays; `place` 0 is the first reward, and so on."""
    rewards = Reward.of(campaign)
    choice = Choice(rewards[place] if not rewards[place].is_addon else None, support=support)
    if rewards[place].is_addon:
        choice = Choice(rewards[0], {rewards[place].id: 1}, support)
    quote = quote_of(campaign, choice, who)
    order = pledge(quote, choice, {"name": who.name, "email": who.email}, key=once.new_key(), seen=None)
    db.session.commit()
    payment = intend(order, next(iter(door().methods)), who)
    db.session.commit()
    started = door().methods[payment.method].start(payment, "/orders")
    payment.move("started", reference=started.reference)
    capture(payment)
    db.session.commit()
    order.placed_at -= timedelta(days=8 - number % 7, hours=number)


def _around(world: World, told: DemoCampaign, campaign: Campaign, seller: Person) -> None:
    """News, and hands that help."""
    for title, text, is_for_backers in told.news:
        Update.write(campaign, title, text, seller, is_for_backers=is_for_backers)
    if told.task:
        task = Task.add(campaign, told.task[0], told.task[1])
        db.session.flush()
        for key, words in told.task[2]:
            task.offer(words, world.people[key])
    if told.ending == "live" and campaign.began_at and campaign.deadline:
        campaign.began_at -= timedelta(days=9)
        campaign.deadline -= timedelta(days=9)
    db.session.commit()


def _end(campaign: Campaign, told: DemoCampaign) -> None:
    """The deadline was yesterday: what the worker does then."""
    long_ago = timedelta(days=told.days + 1)
    if campaign.began_at and campaign.deadline:
        campaign.began_at, campaign.deadline = campaign.began_at - long_ago, campaign.deadline - long_ago
    db.session.commit()
    move_on(campaign)
    db.session.commit()
    if campaign.state == "failed":
        return_everything(campaign)


def _serve(campaign: Campaign, told: DemoCampaign, seller: Person) -> None:
    """Some have answered the survey, the first parcel is on its way."""
    questions = Question.of(campaign, "survey")
    pledges = list(db.session.scalars(pledges_of(campaign, "paid").limit(4)))
    for pledged in pledges:
        _answer(pledged, questions)
    order: Order = pledges[0].order
    order.ship("顺丰速运", f"SF{order.id:010d}", seller)
    record("order.shipped", order.community_id, order=order.number)


def _answer(pledged: Pledge, questions: list[Question]) -> None:
    address = {
        "name": str(pledged.order.contact["name"]), "phone": "138 0000 0000", "country": "CN", "province": "浙江省",
        "city": "杭州市", "district": "西湖区", "street": "茶山路 12 号",
    }  # fmt: skip
    told = {q.id: q.choices[pledged.id % len(q.choices)].title for q in questions if q.choices}
    answer(pledged, told, address)
