"""Visitor: who sees an ad, by the shop's own session only, and what speaks against counting the visit."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass

from flask import current_app, request, session

from shop import settings
from shop.access import current_person
from shop.clock import now
from shop.people.models import Person

KEY = "ads_visitor"
COUNTRY = re.compile(r"[A-Z]{2}")
NOWHERE = ("XX", "ZZ")  # how a proxy says that it does not know
SHORTEST = 3  # a shorter word would be in everybody's browser
ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|monitor|headless|curl|wget|python|httpx|go-http|"
    r"java/|okhttp|scrapy|lighthouse|pingdom|phantom|feed|archiver",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the person, the name of this browser, where from, and whether anybody looks at all."""

    person: Person | None
    name: str
    origin: str
    is_robot: bool
    is_prefetch: bool
    is_blocked: bool = False
    country: str | None = None


def name_here() -> str:
    """This visitor's name as far as it is known; empty on the first page of a guest."""
    person = current_person()
    return f"p{person.id}" if person else str(session.get(KEY, ""))


def new_name() -> str:
    return f"g{secrets.token_urlsafe(12)}"


def visitor_of(named: str) -> Visitor:
    """The visitor of this request; a guest without a name takes the one that the page gave out."""
    person = current_person()
    if person is None and not session.get(KEY) and named.startswith("g"):
        session[KEY] = named
    agent = request.user_agent.string
    return Visitor(
        person=person,
        name=name_here(),
        origin=_origin(),
        is_robot=not agent or bool(ROBOT.search(agent)),
        is_prefetch=is_prefetch(),
        is_blocked=is_blocked(settings.site("ads").blocked, request.remote_addr or "", agent),
        country=country_of(settings.site("ads").country_header),
    )


def country_of(header: str) -> str | None:
    """The country that the operator's proxy tells of this request; whatever it does not tell is not guessed."""
    told = request.headers.get(header.strip(), "") if header.strip() else ""
    return told if COUNTRY.fullmatch(told) and told not in NOWHERE else None


def is_prefetch() -> bool:
    """Whether this is loaded in advance, and nobody looks at it yet."""
    told = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")]
    ahead = any(word in text.lower() for text in told for word in ("prefetch", "prerender", "preview"))
    return ahead or request.method == "HEAD"


def is_blocked(words: str, address: str, agent: str) -> bool:
    """Whether the operator has shut out this address's network or a browser of this name."""
    said = [word.strip().lower() for word in words.split(",")]
    networks = [network for word in said if (network := _network(word)) is not None]
    names = [word for word in said if len(word) >= SHORTEST and _network(word) is None]
    if any(name in agent.lower() for name in names):
        return True
    try:
        whence = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(whence in network for network in networks)


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError:
        return None


def _origin() -> str:
    """Where the request comes from, as a print that means nothing tomorrow and to nobody else."""
    key = (current_app.secret_key or "x").encode() if isinstance(current_app.secret_key, str) else b"x"
    told = f"{request.remote_addr}|{now():%Y-%m-%d}"
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:24]
