"""Who may open what: signed-in by default; a route that is open to more, or to fewer, says so.

The gate finds the community and the merchant that an address names (another tenant's thing is 404), and guards the
pages of plugins by their scope. tests/test_permissions.py walks every route.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import bindparam, func, select

from shop.asks import may_speak
from shop.communities.models import Community
from shop.db import db
from shop.hooks import door
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import PluginRest, PluginSwitch, settings_of, was_on

V = TypeVar("V", bound=Callable[..., Any])

# A merchant's staff, from the most to the least trusted; `analyst` reads.
STAFF = {
    "owner": {"owner"},
    "manager": {"owner", "manager"},
    "counter": {"owner", "manager", "counter"},
    "analyst": {"owner", "manager", "counter", "analyst"},
}
# Written once, for every page begins with it.
COMMUNITY = select(
    Community,
    select(func.aggregate_strings(PluginSwitch.name, ","))
    .where(PluginSwitch.community_id == Community.id, PluginSwitch.is_on)
    .scalar_subquery(),
    select(func.aggregate_strings(PluginRest.name, ","))
    .where(PluginRest.ended_at.is_(None))
    .scalar_subquery(),
).where(Community.slug == bindparam("slug"))
OPEN_ENDPOINTS = {"static", "assets", "favicon"}


def public(view: V) -> V:
    """Open to everybody."""
    return _mark(view, "public")


def for_members(view: V) -> V:
    """For members of the community in the address."""
    return _mark(view, "member")


def for_managers(view: V) -> V:
    """For managers and the owner of the community in the address."""
    return _mark(view, "manager")


def for_owner(view: V) -> V:
    """For the owner of the community in the address."""
    return _mark(view, "owner")


def for_staff(least: str = "analyst") -> Callable[[V], V]:
    """For staff of the merchant in the address, from a role upwards: analyst, counter, manager, owner."""
    return lambda view: _mark(view, f"staff:{least}")


def for_permission(name: str) -> Callable[[V], V]:
    """For whoever has a permission that the plugin declares in its manifest: `<plugin>.<name>`."""
    return lambda view: _mark(view, f"may:{name}")


def for_operator(view: V) -> V:
    """For the operator of the site."""
    return _mark(view, "operator")


def runs_off(view: V) -> V:
    """A plugin's page in a community that stays after the switch was turned off: what is open goes on there."""
    view.shop_runs_off = True  # type: ignore[attr-defined]
    return view


def current_person() -> Person | None:
    """Who is signed in, or None."""
    person = current_user._get_current_object()
    return person if isinstance(person, Person) else None


def me() -> Person:
    """Who is signed in; only in views that are not public."""
    person = current_person()
    if person is None:
        abort(401)
    return person


def install(app: Flask) -> None:
    """Set the gate before every view."""
    app.url_value_preprocessor(_find_tenant)
    app.url_defaults(_same_tenant)
    app.before_request(_gate)


def may_open(endpoint: str) -> bool:
    """Whether who asks may open another page of the same desk; the gate has let them into this one."""
    rule = rule_of(current_app._get_current_object(), endpoint)  # type: ignore[attr-defined]
    if rule.startswith("staff:"):
        return g.get("staff_role") in STAFF[rule.removeprefix("staff:")]
    return g.get("role") == "owner" if rule == "owner" else True


def rule_of(app: Flask, endpoint: str) -> str:
    """What the gate asks of an endpoint: public, signed_in, member, manager, owner, staff:<role> or operator."""
    view = app.view_functions[endpoint]
    marked = getattr(view, "shop_access", None)
    if marked is not None:
        return least_of(app, marked.removeprefix("may:")) if marked.startswith("may:") else str(marked)
    if endpoint in OPEN_ENDPOINTS or endpoint.endswith(".static"):
        return "public"
    scope = door(app).scopes.get(endpoint.partition(".")[0], ("", ""))[1]
    return {"merchant": "staff:manager", "admin": "operator"}.get(scope, "signed_in")


def least_of(app: Flask, permission: str) -> str:
    """Who has a permission at first: what its plugin's manifest says."""
    plugin, _dot, name = permission.partition(".")
    loaded = door(app).plugins.get(plugin)
    declared = loaded.manifest.permissions if loaded and loaded.manifest else ()
    return next((p.least for p in declared if p.name == name), "operator")


def _rule_here(app: Flask, endpoint: str) -> str:
    """The rule of an endpoint in the present community, whose managers may have given a permission to others."""
    rule = rule_of(app, endpoint)
    marked = getattr(app.view_functions[endpoint], "shop_access", None) or ""
    if rule in ("member", "manager", "owner") and marked.startswith("may:"):
        plugin, _dot, name = marked.removeprefix("may:").partition(".")
        rule = str(settings_of(g.community.id, plugin).get(f"may_{name}", rule))
    return rule


def _mark(view: V, rule: str) -> V:
    view.shop_access = rule  # type: ignore[attr-defined]
    return view


def _find_tenant(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The community and merchant of the address, taken out of the view's arguments into `g`."""
    if not values:
        return
    if "community" in values:
        slug = _slugs()["community"] = values.pop("community")
        g.community = _community(slug)
    if "merchant" in values:
        slug = _slugs()["merchant"] = values.pop("merchant")
        g.merchant = db.session.scalars(select(Merchant).where(Merchant.slug == slug)).first() or abort(404)


def _slugs() -> dict[str, str]:
    """What the address of this request calls its community and its merchant."""
    slugs: dict[str, str] = g.setdefault("slugs", {})
    return slugs


def _community(slug: str) -> Community:
    """The community, what is switched on in it, and which plugins rest, in one statement, for every page."""
    row = db.session.execute(COMMUNITY, {"slug": slug}).first()
    if row is None:
        abort(404)
    g._enabled_plugins = {row[0].id: frozenset((row[1] or "").split(",")) - {""}}
    g.resting = door().breaker.resting = frozenset((row[2] or "").split(",")) - {""}
    return row[0]


def _same_tenant(endpoint: str, values: dict[str, Any]) -> None:
    """`url_for` inside a community's or merchant's pages means the same one unless it names another."""
    for name in ("community", "merchant"):
        tenant = g.get(name)
        if tenant is not None and current_app.url_map.is_endpoint_expecting(endpoint, name):
            # After a commit the row is read anew, and nobody asks for that only to be led on.
            values.setdefault(name, vars(tenant).get("slug") or _slugs().get(name) or tenant.slug)


def _gate() -> ResponseReturnValue | None:
    if request.endpoint is None or request.routing_exception is not None:
        return None
    _guard_plugin(request.endpoint)
    rule = _rule_here(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    if rule == "public":
        return None
    person = current_person()
    if person is None:
        return _to_sign_in()
    _judge(rule, person)
    return None


def _guard_plugin(endpoint: str) -> None:
    """A plugin's page is there when the plugin works and, in a community, is switched on (or runs off) there."""
    plugin, scope = door().scopes.get(endpoint.partition(".")[0], ("", ""))
    if not plugin:
        return
    if not may_speak(door().plugins[plugin].manifest):
        g.silent_plugin = plugin
    if not door().is_working(plugin):
        abort(503 if scope in ("webhook", "provider") else 404)
    if scope == "community" and plugin not in door().asked_in(g.community.id):
        view = current_app.view_functions[endpoint]
        if not getattr(view, "shop_runs_off", False) or not was_on(g.community.id, plugin):
            abort(404)


def _judge(rule: str, person: Person) -> None:
    if rule == "operator":
        if not person.is_operator:
            abort(404)
        g.side_area = "admin"
    elif rule.startswith("staff:"):
        g.side_area = "merchant"
        g.staff_role = g.merchant.role_of(person)
        if g.staff_role is None:
            abort(404)
        if g.staff_role not in STAFF[rule.removeprefix("staff:")]:
            abort(403)
    elif rule in ("member", "manager", "owner"):
        if rule != "member":
            g.side_area = "manage"
        g.role = g.community.role_of(person)
        wanted = {
            "member": ("member", "manager", "owner"),
            "manager": ("manager", "owner"),
            "owner": ("owner",),
        }
        if g.role not in wanted[rule]:
            abort(403)


def _to_sign_in() -> ResponseReturnValue:
    """A page waits behind the sign-in; anything else is told 401."""
    if request.method not in ("GET", "HEAD"):
        session["after_sign_in"] = request.referrer if _is_ours(request.referrer) else "/"
        return redirect(url_for("people.sign_in"), 303)
    session["after_sign_in"] = request.full_path.rstrip("?")
    return redirect(url_for("people.sign_in"), 303)


def _is_ours(address: str | None) -> bool:
    return bool(address) and str(address).startswith(request.host_url)
