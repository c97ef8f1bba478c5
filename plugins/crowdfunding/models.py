"""Crowdfunding's tables."""

from plugins.crowdfunding.campaigns import Campaign, CampaignChange
from plugins.crowdfunding.following import Reminder, Update
from plugins.crowdfunding.helping import Helper, Task
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.questions import Answer, Choice, Question, Vote
from plugins.crowdfunding.rewards import Reward, StretchGoal

__all__ = [
    "Answer",
    "Campaign",
    "CampaignChange",
    "Choice",
    "Helper",
    "Pledge",
    "Question",
    "Reminder",
    "Reward",
    "StretchGoal",
    "Task",
    "Update",
    "Vote",
]
