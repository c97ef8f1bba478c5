"""The tables of trials."""

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch, TrialChange
from plugins.trials.reports import TrialReport

__all__ = ["TrialApplication", "TrialBatch", "TrialChange", "TrialReport"]
