"""Readiness: what is missing before a campaign can be looked at."""

from flask_babel import gettext as _

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.questions import Question
from plugins.crowdfunding.rewards import Reward


def missing(campaign: Campaign) -> list[str]:
    """In words for the seller; nothing when it can be sent to review."""
    rewards = Reward.of(campaign)
    told = []
    if not campaign.pitch or not campaign.story:
        told.append(_("Tell what will be made: a sentence and a story."))
    if not campaign.risks:
        told.append(_("Tell what could go wrong."))
    if not any(not reward.is_addon for reward in rewards):
        told.append(_("Add at least one reward."))
    if any(reward.delivery_month is None and not reward.is_addon for reward in rewards):
        told.append(_("Tell for each reward when it is delivered."))
    if not campaign.offer.listing.is_shown:
        told.append(_("The product is not on the community's shelf."))
    if any(len(question.choices) < 2 for question in Question.of(campaign, "vote")):
        told.append(_("A vote needs at least two choices."))
    return told
