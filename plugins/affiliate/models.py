"""The tables of affiliate content."""

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion, ConversionChange
from plugins.affiliate.programmes import Allowance, Pause, Programme, Rate
from plugins.affiliate.reports import Report

__all__ = [
    "Allowance",
    "Article",
    "Card",
    "Click",
    "Conversion",
    "ConversionChange",
    "Pause",
    "Programme",
    "Rate",
    "Report",
]
