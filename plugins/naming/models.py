"""Naming's tables."""

from plugins.naming.ballots import Ballot
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round, RoundChange

__all__ = ["Ballot", "Proposal", "Round", "RoundChange"]
