"""Settings of plugins: declared once as a schema, a form made from it, secrets masked, read by a typed accessor.

@dataclass(frozen=True)
class Here:
    greeting: str = field(default="Welcome!", metadata={"label": _l("Greeting")})
    key: Secret = field(default=Secret(), metadata={"label": _l("Key of the provider")})

manifest = Manifest(..., community_settings="plugins.welcome.settings:Here")
settings.here("welcome").greeting
"""

import typing
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import SimpleNamespace
from typing import Any

import structlog
from flask import g
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional

from shop import vault
from shop.db import db
from shop.hooks import door
from shop.manifest import Manifest
from shop.plugins import resolve
from shop.switches import PluginSite, PluginSwitch, settings_of

log = structlog.get_logger(__name__)

LONGEST = 4000
LARGEST = 2**53
# Who may have a permission in a community, from many to one.
COMMUNITY_ROLES = {"member": _l("Members"), "manager": _l("Managers"), "owner": _l("The owner")}


class Secret(str):
    """A setting that is never shown again once it was typed, neither on a page nor in a log."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)" if self else "Secret()"


def site(plugin: str) -> Any:
    """A plugin's settings for the whole site: its own dataclass (or a namespace of its form's fields)."""
    return _read(_manifest(plugin).settings, site_values(plugin))


def here(plugin: str, community_id: int | None = None) -> Any:
    """A plugin's settings in the present community (or in the one named)."""
    where = g.community.id if community_id is None else community_id
    return _read(_manifest(plugin).community_settings, settings_of(where, plugin))


def here_in(plugin: str, communities: Collection[int]) -> dict[int, Any]:
    """A plugin's settings in those of these communities that have it switched on, by one statement."""
    schema, switch = _manifest(plugin).community_settings, PluginSwitch
    on = select(switch.community_id, switch.settings).where(
        switch.name == plugin, switch.is_on, switch.community_id.in_(communities)
    )
    return {community: _read(schema, values or {}) for community, values in db.session.execute(on)}


def site_values(plugin: str) -> dict[str, Any]:
    """What is kept for the site, as plain values."""
    return dict(db.session.scalar(select(PluginSite.settings).where(PluginSite.name == plugin)) or {})


def form_class(reference: str) -> type[Form]:
    """The form of a schema (`module:Class`): a form class guarded by the page's token, a dataclass turned into one."""
    schema: Any = resolve(reference)
    if not is_dataclass(schema):
        return (
            schema
            if issubclass(schema, FlaskForm)
            else type(FlaskForm)(schema.__name__, (schema, FlaskForm), {})
        )
    hints = typing.get_type_hints(schema)
    return type(FlaskForm)(
        "SettingsForm", (FlaskForm,), {f.name: _input(f, hints[f.name]) for f in fields(schema)}
    )


def with_permissions(form: type[Form] | None, manifest: Manifest) -> type[Form] | None:
    """The form of a community's settings, with who may do what its pages ask for; None when there is nothing to set."""
    asked = {f"may_{p.name}": p for p in manifest.permissions if p.least in COMMUNITY_ROLES}
    if not asked:
        return form
    choices = [SelectChoice(role, words) for role, words in COMMUNITY_ROLES.items()]
    fields_ = {n: SelectField(p.title, choices=choices, default=p.least) for n, p in asked.items()}
    return type(FlaskForm)("SettingsForm", (form or FlaskForm,), fields_)


def kept(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """What to keep of a valid form, as plain values; a secret that was left empty stays what it was."""
    values: dict[str, Any] = {}
    for field in form:
        if field.name in ("csrf_token", "submit"):
            continue
        if isinstance(field, PasswordField) and not field.data:
            values[field.name] = before.get(field.name, "")
        elif isinstance(field, PasswordField):
            values[field.name] = vault.seal(str(field.data))
        else:
            values[field.name] = field.data if _is_plain(field.data) else str(field.data)
    return values


def shown(values: Mapping[str, Any], form: type[Form]) -> dict[str, Any]:
    """The kept values as a form may show them: without its secrets."""
    secret = {
        name for name in values if getattr(getattr(form, name, None), "field_class", None) in (PasswordField,)
    }
    return {name: value for name, value in values.items() if name not in secret}


def reseal_all() -> int:
    """Seal every kept secret with the newest key; returns how many. Raises vault.Unreadable."""
    count = 0
    for row in (*db.session.scalars(select(PluginSite)), *db.session.scalars(select(PluginSwitch))):
        sealed = [name for name, value in row.settings.items() if vault.is_sealed(value)]
        row.settings = {**row.settings, **{name: vault.reseal(row.settings[name]) for name in sealed}}
        count += len(sealed)
    return count


def unreadable(plugin: str) -> list[str]:
    """The secrets of a plugin that none of the present keys opens."""
    rows = [
        site_values(plugin),
        *db.session.scalars(select(PluginSwitch.settings).where(PluginSwitch.name == plugin)),
    ]
    return sorted({name for row in rows for name, value in row.items() if value and _opened(value) is None})


def _opened(value: Any) -> Any:
    """A kept value as it was typed; None for a secret that no key opens."""
    if not vault.is_sealed(value):
        return value
    try:
        return vault.unseal(value)
    except vault.Unreadable:
        return None


def _secret(value: Any) -> Secret:
    """A kept secret; one that no key opens is told of, and is nothing: whoever needs it sees that it is not set."""
    opened = _opened(value)
    if opened is None:
        log.error("a secret cannot be read; type it again, or add the old key to SHOP_SECRET_KEY_FALLBACKS")
    return Secret(opened or "")


def _manifest(plugin: str) -> Any:
    loaded = door().plugins.get(plugin)
    if loaded is None or loaded.manifest is None:
        raise LookupError(f"no plugin {plugin} is loaded")
    return loaded.manifest


def _read(reference: str | None, values: Mapping[str, Any]) -> Any:
    if reference is None:
        raise LookupError("this plugin declares no such settings in its manifest")
    schema = resolve(reference)
    if is_dataclass(schema):
        hints = typing.get_type_hints(schema)
        known = {f.name for f in fields(schema)}
        return schema(  # type: ignore[operator]
            **{n: _secret(v) if hints[n] is Secret else v for n, v in values.items() if n in known}
        )
    empty = schema(formdata=None, meta={"csrf": False})
    defaults = {f.name: f.data for f in empty if f.name != "csrf_token"}
    secrets = {f.name for f in empty if isinstance(f, PasswordField)}
    told = {name: _secret(value) if name in secrets else value for name, value in values.items()}
    return SimpleNamespace(**{**defaults, **told})


def _input(field: Field[Any], hint: Any) -> Any:
    """The form field of a dataclass's field; metadata: label, help, most (length or number), least, long, url."""
    told = field.metadata
    label, help_ = told.get("label", field.name.replace("_", " ")), told.get("help", "")
    default = None if field.default is MISSING else field.default
    is_needed = field.default is MISSING and field.default_factory is MISSING
    needed: Any = InputRequired() if is_needed else Optional()
    if hint is bool:
        return BooleanField(label, default=default, description=help_)
    if hint is int:
        bounds = NumberRange(told.get("least", 0), told.get("most", LARGEST))
        return IntegerField(label, [needed, bounds], default=default, description=help_)
    if typing.get_origin(hint) is typing.Literal:
        words = told.get("words", {})
        choices = [SelectChoice(value, words.get(value, value)) for value in typing.get_args(hint)]
        return SelectField(label, choices=choices, default=default, description=help_)
    longest = Length(max=told.get("most", LONGEST))
    if told.get("url"):
        address = URL(require_tld=False, message=_l("Please write an address that begins with https://."))
        return URLField(label, [needed, longest, address], default=default, description=help_)
    if hint is Secret:
        masked = help_ or _l("Never shown again; leave it empty to keep what is set.")
        return PasswordField(label, [Optional(), longest], description=masked)
    kind = TextAreaField if told.get("long") else StringField
    return kind(label, [needed, longest], default=default, description=help_)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)
