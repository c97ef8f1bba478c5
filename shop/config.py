"""Every setting, its default and its reason; `SHOP_<NAME>` in the environment overrides."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

# The shortest key that production accepts: 32 bytes is what HMAC-SHA256 can use.
SHORTEST_KEY = 32


class BadConfig(RuntimeError):
    """The settings do not allow a start; the message says what to do."""


@dataclass(frozen=True)
class Setting:
    """One setting: its default, how its text is read, and why it exists."""

    name: str
    default: Any
    reason: str


SETTINGS = (
    Setting("ENV", "development", "development, test or production; production refuses unsafe starts"),
    Setting(
        "SECRET_KEY", "", "signs sessions, links and webhooks; made once into instance/ outside production"
    ),
    Setting("SECRET_KEY_FALLBACKS", "", "older keys, comma separated, still accepted after a rotation"),
    Setting("INSTANCE", str(ROOT / "instance"), "the folder that holds the database, files and the made key"),
    Setting("DATABASE_URL", "", "empty: SQLite in the instance folder; or postgresql+psycopg://…"),
    Setting("BASE_URL", "http://127.0.0.1:8000", "what links in mails, posters and QR codes begin with"),
    Setting(
        "TRUSTED_HOSTS", "", "host names that may be asked for, comma separated; empty: any in development"
    ),
    Setting("PROXY_HOPS", 0, "how many proxies in front add X-Forwarded-*; 0 believes none"),
    Setting("PLUGINS_STRICT", False, "a plugin that does not load stops the start (for authors and CI)"),
    Setting(
        "PLUGINS_ACTIVE",
        "",
        "installed plugins that are active without a word of the operator, comma separated",
    ),
    Setting("SAFE_MODE", False, "start without any plugin, to mend a broken site"),
    Setting("DEMO", True, "`shop serve` fills an empty database with the demo; never in production"),
    Setting("HOLD_MINUTES", 15, "how long an unpaid order keeps its stock"),
    Setting("SITE_SHARE", 0, "what the site keeps of each sale, in basis points (100 = 1 %)"),
    Setting("RECEIPT_DAYS", 14, "days after shipping until a silent shopper counts as having received it"),
    Setting("RETURN_DAYS", 7, "days after receipt in which a shopper may ask for the money back"),
    Setting(
        "PAYOUT_THRESHOLD",
        5000,
        "what is due before it is paid out, in minor units of its currency: tiny transfers cost more than they bring",
    ),
    Setting("UPLOAD_BYTES", 12 * 1024 * 1024, "the largest request body"),
    Setting(
        "IMPORT_BYTES",
        32 * 1024 * 1024,
        "the largest product file that a page takes; `shop import` takes 200 MB",
    ),
    Setting("PICTURE_PIXELS", 24_000_000, "the largest picture in pixels; a 40-megapixel one is refused"),
    Setting("WEB_WORKERS", 2, "web processes that `shop serve` starts"),
    Setting("MAIL_SERVER", "", "SMTP host; empty: mails are kept in instance/mail to be looked at"),
    Setting("MAIL_FROM", "Tuanzi <hello@localhost>", "the sender of every mail"),
    Setting("LOCK_SECONDS", 5, "how long a write waits for the database before it is tried again"),
    Setting("HOOK_BUDGET_MS", 500, "a display hook that takes longer counts as a failure"),
    Setting(
        "REST_SECONDS", 10, "how often a process looks which plugins rest (pages of a community always know)"
    ),
    Setting(
        "KEPT_PAGES",
        400,
        "pages that a process keeps for visitors who are not signed in, 20 KB each; never in development",
    ),
    Setting(
        "VISITS_WAIT_MS",
        200,
        "how long visits by links are collected before they are written together; 0: each at once",
    ),
    Setting(
        "FILES_URL",
        "",
        "empty: files lie in the instance folder; s3://bucket/folder when several machines need them",
    ),
    Setting("REDIS_URL", "", "shared rate limits when there are several machines"),
    Setting(
        "DATABASE_CONNECTIONS", 16, "the most connections that a process holds; its threads, and a few more"
    ),
    Setting("REPLICA_URL", "", "a copy of the database for pages that may be a moment old; empty: none"),
    Setting("REPLICA_LAG_SECONDS", 5, "a copy that is further behind than this is not asked"),
    Setting(
        "METRICS_KEY",
        "",
        "what Prometheus says as its bearer token to read /metrics; empty: nothing is measured or told",
    ),
    Setting(
        "DRAIN_SECONDS",
        0,
        "how long `shop serve` goes on answering after it was told to stop, so that a proxy sees it and sends no more",
    ),
    Setting("DRAIN_FILE", "", "while this file exists /readyz says no; `shop serve` makes its own"),
    Setting(
        "LOG_REQUESTS", False, "a line in the log for each request that was not answered from a kept page"
    ),
    Setting("SITE_NAME", "Tuanzi 团子", "the name in titles and mails"),
)


def load(
    overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ
) -> dict[str, Any]:
    """Settings from defaults, then the environment, then `overrides`; raises BadConfig for an unsafe production."""
    values = {s.name: _read(s, environ) for s in SETTINGS} | dict(overrides or {})
    instance = Path(values["INSTANCE"])
    if not values["DATABASE_URL"]:
        values["DATABASE_URL"] = f"sqlite:///{instance / 'shop.db'}"
    _settle_key(values, instance)
    if values["ENV"] == "production":
        _refuse_unsafe(values, environ)
    return values | _flask(values)


def add(values: dict[str, Any], settings: Sequence[Setting], environ: Mapping[str, str] = os.environ) -> None:
    """A plugin's own settings, read as the core's are; what `values` has already stays."""
    for setting in settings:
        if setting.name not in values:
            values[setting.name] = _read(setting, environ)


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(f"SHOP_{setting.name}")
    if text is None and setting.name in ("DATABASE_URL", "REDIS_URL"):
        text = environ.get(setting.name)
    if text is None:
        return setting.default
    if isinstance(setting.default, bool):
        return text.strip().lower() in ("1", "true", "yes", "on")
    if isinstance(setting.default, int):
        try:
            return int(text)
        except ValueError:
            raise BadConfig(f"SHOP_{setting.name} must be a whole number, not {text!r}.") from None
    return text


def _settle_key(values: dict[str, Any], instance: Path) -> None:
    """Outside production a missing key is made once and kept, so that a restart signs nobody out."""
    if values["SECRET_KEY"] or values["ENV"] == "production":
        return
    kept = instance / "secret_key"
    if not kept.exists():
        instance.mkdir(parents=True, exist_ok=True)
        made = instance / f"secret_key.{os.getpid()}"
        made.write_text(secrets.token_urlsafe(48))
        made.chmod(0o600)
        try:
            os.link(made, kept)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            made.unlink()
    values["SECRET_KEY"] = kept.read_text().strip()


def _refuse_unsafe(values: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    key = str(values["SECRET_KEY"])
    if len(key.encode()) < SHORTEST_KEY or len(set(key)) < 10:
        raise BadConfig(
            "Production needs a strong SHOP_SECRET_KEY of at least 32 characters. Make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false") or values.get("DEBUG"):
        raise BadConfig("Production does not start with debug on. Unset FLASK_DEBUG.")
    if not values["TRUSTED_HOSTS"]:
        raise BadConfig("Production needs SHOP_TRUSTED_HOSTS: the host names that this shop answers to.")


def _flask(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of Flask and its extensions, derived in one place."""
    secure = str(values["BASE_URL"]).startswith("https://")
    hosts = [h.strip() for h in str(values["TRUSTED_HOSTS"]).split(",") if h.strip()]
    return {
        "TESTING": values["ENV"] == "test",
        "SECRET_KEY_FALLBACKS": [k for k in str(values["SECRET_KEY_FALLBACKS"]).split(",") if k],
        "SQLALCHEMY_DATABASE_URI": values["DATABASE_URL"],
        "TRUSTED_HOSTS": hosts or None,
        "MAX_CONTENT_LENGTH": values["UPLOAD_BYTES"],
        "MAX_FORM_PARTS": 1000,
        "SESSION_COOKIE_NAME": "__Host-shop" if secure else "shop",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        "SESSION_REFRESH_EACH_REQUEST": False,  # once a day (shop/sessions.py)
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open over night still works; the session bounds it
        "BABEL_DEFAULT_LOCALE": "en",
        "LANGUAGES": ("en", "zh_Hans_CN"),
    }
