"""What the environment says of Stripe; without a key that fits its mode it is not offered."""

from dataclasses import dataclass

from flask import current_app

from shop.config import Setting, add

SETTINGS = (
    Setting("STRIPE_SECRET_KEY", "", "sk_… or rk_… of your account; empty: Stripe is not offered"),
    Setting(
        "STRIPE_WEBHOOK_SECRETS", "", "whsec_… of the webhook, comma separated: old and new while you rotate"
    ),
    Setting("STRIPE_MODE", "test", "test or live; a key or an event of the other mode is refused"),
    Setting(
        "STRIPE_ACCOUNT", "", "acct_… when the shop acts for a connected account; its events must name it"
    ),
    Setting("STRIPE_API_BASE", "https://api.stripe.com", "where the SDK calls; tests call this machine"),
    Setting(
        "STRIPE_TIMEOUT_SECONDS", 10, "how long an answer is waited for before the key is asked about later"
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Stripe as it is set up here."""

    secret_key: str
    webhook_secrets: tuple[str, ...]
    is_live: bool
    account: str | None
    api_base: str
    timeout: int


def settings() -> Settings | None:
    """How Stripe is set up, or None when it is not: no key, no webhook secret, or a key of the other mode."""
    config = current_app.config
    add(config, SETTINGS)
    key, mode = config["STRIPE_SECRET_KEY"].strip(), config["STRIPE_MODE"].strip()
    secrets = tuple(s.strip() for s in config["STRIPE_WEBHOOK_SECRETS"].split(",") if s.strip())
    if mode not in ("test", "live") or not secrets or not key.startswith((f"sk_{mode}_", f"rk_{mode}_")):
        return None
    return Settings(
        key,
        secrets,
        mode == "live",
        config["STRIPE_ACCOUNT"].strip() or None,
        config["STRIPE_API_BASE"].rstrip("/"),
        config["STRIPE_TIMEOUT_SECONDS"],
    )
