"""The tables of ads."""

from plugins.ads.budgets import Deposit, Settlement
from plugins.ads.campaigns import Advertiser, Campaign, Flight, FlightPlace
from plugins.ads.counts import FlightDay, Impression, Part, Passing, Showing, Stat, Uncounted
from plugins.ads.creatives import Creative, Veto

__all__ = [
    "Advertiser",
    "Campaign",
    "Creative",
    "Deposit",
    "Flight",
    "FlightDay",
    "FlightPlace",
    "Impression",
    "Part",
    "Passing",
    "Settlement",
    "Showing",
    "Stat",
    "Uncounted",
    "Veto",
]
