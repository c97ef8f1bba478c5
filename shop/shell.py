"""The shell around a phone page: way back, tabs, the ribbon that tells who shared it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import gettext as _

from shop.access import current_person, may_open
from shop.communities.models import Community
from shop.hooks import asked_here, door
from shop.locale import language_tag
from shop.people.models import Person

# So many sets of tabs are remembered; each community has its own.
MOST_TABS = 2000


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the four tabs at the foot of a page; `opens` names a sheet of the page, `is_wide` is for wide screens."""

    name: str
    label: str
    icon: str
    url: str
    current: bool = False
    opens: str = ""
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A community as far as its shell tells."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """The community around a page: its name and its shelf."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Where a visitor comes from."""

    text: str


@dataclass(frozen=True, slots=True)
class SideLink:
    """An entry of the desk's side bar."""

    label: str
    icon: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SideGroup:
    """Some entries of the side bar under a heading."""

    label: str
    links: list[SideLink]
    is_apps: bool = False


@dataclass(slots=True)
class Shell:
    """What base.html and desk.html show around a page; a view sets `back` by `set_back`, `bar` by `set_bar`."""

    community: Place | None
    lang: str
    site: str
    home: str
    back: str | None = None
    bar: str | None = None
    tabs: list[Tab] = field(default_factory=list)
    side: list[SideGroup] = field(default_factory=list)
    ribbon: Ribbon | None = None
    cart_count: int = 0
    is_bare: bool = False

    @property
    def person(self) -> Person | None:
        """Who is signed in; looked up when a page asks."""
        return None if self.is_bare else current_person()


def install(app: Flask) -> None:
    """Give every template its shell."""
    app.context_processor(lambda: {"shell": shell_here()} if has_request_context() else {})  # a mail has none


def set_back(url: str) -> None:
    """Where the way back of this page leads."""
    g.back = url


def set_bar(cart: str) -> None:
    """At the foot of this page stand home, service (its sheet `service`), the cart and its main action, in one line.

    `cart` is where the cart is; empty where nobody keeps one: then it is the orders.
    """
    g.bar = cart


def cart_of(community: Community) -> str:
    """Where the cart of a community is, as the plugin tells that keeps it; empty when none does."""
    answers = door().ask_all(
        "nav_items", door().asked_in(community.id), area="cart", subject=community, viewer=None
    )
    return next((str(item.url) for _plugin, items in answers for item in items), "")


def side_for(area: str | None) -> list[SideGroup]:
    """The side bar of a desk: the rooms' own entries (registered by `side_links`), then the plugins'."""
    if area is None:
        return []
    here = request.path
    groups: list[SideGroup] = []
    for label, entries in current_app.extensions.get("side", {}).get(area, []):
        links = [
            SideLink(str(text), icon, url_for(endpoint), url_for(endpoint) == here)
            for text, icon, endpoint in entries
            if may_open(endpoint)
        ]
        known = next((group for group in groups if group.label == str(label)), None)
        if known is not None:
            known.links.extend(links)
        elif links:
            groups.append(SideGroup(str(label), links))
    subject = g.get("merchant") if area == "merchant" else g.get("community")
    items = [
        item
        for _plugin, answer in door().ask_all(
            "nav_items", _asked(area), area=area, subject=subject, viewer=current_person()
        )
        for item in answer
        if may_open(_endpoint(item.url))
    ]
    if items:
        ordered = sorted(items, key=lambda item: item.weight)
        groups.append(
            SideGroup(
                _("Apps"),
                [SideLink(str(i.label), i.icon, i.url, i.url == here, i.count) for i in ordered],
                True,
            )
        )
    return groups


def side_links(app: Flask, area: str, label: Any, entries: list[tuple[Any, str, str]]) -> None:
    """A room puts entries (label, icon, endpoint) into the side bar of an area: merchant, manage or admin."""
    app.extensions.setdefault("side", {}).setdefault(area, []).append((label, entries))


def _endpoint(url: str) -> str:
    """The page at an address that a plugin names."""
    endpoint, _values = current_app.url_map.bind("").match(urlsplit(url).path)
    return str(endpoint)


def _asked(area: str) -> frozenset[str]:
    """A merchant's desk shows every working plugin; a community's only those that are on there."""
    return asked_here() if area in ("manage", "community") else frozenset(p.name for p in door().working())


def shell_here() -> Shell:
    """The shell of this page; the pieces of plugins on it are templates of their own, and it is the same for all."""
    page = (g.get("back"), g.get("bar"), g.get("bare_shell"), language_tag())
    if g.get("_shell", (None,))[0] != page:
        g._shell = (page, _shell())
    found: Shell = g._shell[1]
    return found


def _shell() -> Shell:
    if g.get("bare_shell"):
        return Shell(None, language_tag(), current_app.config["SITE_NAME"], "/", is_bare=True)
    community: Community | Named | None = g.get("community") or g.get("part_of")
    slug = community.slug if community else session.get("home")
    home = url_for("listings.index", community=slug) if slug else url_for("communities.index")
    bar, counts = g.get("bar"), session.get("cart_counts", {})
    return Shell(
        community=_place(community),
        lang=language_tag(),
        site=current_app.config["SITE_NAME"],
        home=home,
        back=g.get("back") or _usual_back(community),
        bar=bar,
        tabs=_tabs(home, bar),
        side=side_for(g.get("side_area")),
        ribbon=_ribbon(community),
        cart_count=counts.get(slug, 0) if bar else sum(counts.values()),
    )


def _usual_back(community: Community | Named | None) -> str | None:
    """What is one's own and not a group's lies behind one's own page."""
    return url_for("people.show") if community is None and request.path.startswith("/me/") else None


def _place(community: Community | Named | None) -> Place | None:
    """Whose page this is: the community's, or on a merchant's desk the merchant's."""
    if community is not None:
        return Place(community.name, url_for("listings.index", community=community.slug))
    merchant = g.get("merchant")
    return (
        Place(merchant.name, url_for("desk.show", merchant=merchant.slug)) if merchant is not None else None
    )


def _tabs(home: str, bar: str | None) -> list[Tab]:
    """The same for everybody who is at the same place of the shop in the same language; worked out once for each."""
    known: dict[Any, list[Tab]] = current_app.extensions.setdefault("tabs", {})
    key = (language_tag(), home, bar, request.endpoint, request.script_root)
    if key not in known:
        if len(known) >= MOST_TABS:
            known.clear()
        known[key] = _tabs_at(request.endpoint or "", home) if bar is None else _bar(home, bar)
    return known[key]


def _tabs_at(here: str, home: str) -> list[Tab]:
    wanted: list[tuple[str, str, str, str, tuple[str, ...]]] = [
        ("home", _("This group"), "home", home, ("listings.",)),
        ("discover", _("Discover"), "discover", url_for("communities.index"), ("communities.index",)),
        ("cart", _("Orders"), "cart", url_for("orders.index"), ("orders.",)),
        ("me", _("Me"), "me", url_for("people.show"), ("people.",)),
    ]
    return [
        Tab(n, label, icon, url, any(here.startswith(p) for p in starts))
        for n, label, icon, url, starts in wanted
    ]


def _bar(home: str, cart: str) -> list[Tab]:
    """The product's own: the shelf it came from, whom to ask, and the cart; a wide screen has room for the others."""
    return [
        Tab("home", _("Home"), "home", home),
        Tab("discover", _("Discover"), "discover", url_for("communities.index"), is_wide=True),
        Tab("service", _("Service"), "chat", "", opens="service"),
        Tab("cart", _("Cart") if cart else _("Orders"), "cart", cart or url_for("orders.index")),
        Tab("me", _("Me"), "me", url_for("people.show"), is_wide=True),
    ]


def _ribbon(community: Community | Named | None) -> Ribbon | None:
    """“From the community, shared by name”, from the signed session, so that no page asks the database for it."""
    visit: dict[str, Any] | None = session.get("visit")
    if (
        community is None
        or not visit
        or visit.get("community") != community.slug
        or not visit.get("credited")
    ):
        return None
    return Ribbon(_("From %(community)s, shared by %(name)s", community=community.name, name=visit["sharer"]))
