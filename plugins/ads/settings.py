"""What the operator and the managers decide of ads."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Site:
    """For the whole site."""

    sellers: str = field(
        default="",
        metadata={
            "label": _l("Sellers of ad budgets"),
            "help": _l(
                "Short names of the merchants to whom advertisers pay, one for each currency, with commas."
            ),
            "most": 400,
        },
    )
    community_share: int = field(
        default=70,
        metadata={
            "label": _l("Community share"),
            "help": _l(
                "What the community gets of each ad shown in it, in percent. Agreed with the first view."
            ),
            "most": 100,
        },
    )
    blocked: str = field(
        default="",
        metadata={
            "label": _l("Never counted"),
            "help": _l(
                "Networks such as 203.0.113.0/24, and words in the names of browsers, with commas. They see the same "
                "pages, and their views and clicks cost nothing."
            ),
            "most": 2000,
        },
    )
    country_header: str = field(
        default="",
        metadata={
            "label": _l("Header with the country"),
            "help": _l(
                "The name of the header in which your proxy tells from which country or region a request comes, in two "
                "letters, such as CF-IPCountry. The proxy must take out what a visitor sends by this name. Empty: "
                "reports do not tell it."
            ),
            "most": 80,
        },
    )
    keep_days: int = field(
        default=60,
        metadata={
            "label": _l("Keep days"),
            "help": _l("After so many days single views and clicks are forgotten; the daily sums stay."),
            "least": 2,
            "most": 400,
        },
    )


@dataclass(frozen=True)
class Here:
    """For one community."""

    per_page: int = field(
        default=2,
        metadata={
            "label": _l("Ads per page"),
            "help": _l("At most so many on one page; 0 shows none."),
            "most": 5,
        },
    )
    per_day: int = field(
        default=20,
        metadata={
            "label": _l("Ads per day"),
            "help": _l("At most so many a day for one member or visitor."),
            "most": 200,
        },
    )
