"""What the environment says of WeChat Pay; without all of an account's papers it is not offered."""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from shop.config import Setting, add

SETTINGS = (
    Setting(
        "WECHATPAY_APPID", "", "wx… of the official account or mini program that is bound to the merchant"
    ),
    Setting("WECHATPAY_MCHID", "", "the merchant's number at WeChat Pay; empty: it is not offered"),
    Setting("WECHATPAY_SERIAL", "", "serial number of the merchant's own certificate"),
    Setting("WECHATPAY_PRIVATE_KEY", "", "the merchant's private key: PEM, or the path of its file"),
    Setting("WECHATPAY_APIV3_KEY", "", "the 32 characters that notifications are enciphered with"),
    Setting(
        "WECHATPAY_PUBLIC_KEYS",
        "",
        "WeChat Pay's public keys as PUB_KEY_ID_…=path, comma separated, the one in use first; empty: certificates",
    ),
    Setting(
        "WECHATPAY_H5", False, "offer H5 in phone browsers; WeChat must have approved it for your domain"
    ),
    Setting(
        "WECHATPAY_APP_SECRET", "", "the official account's secret; with it people pay inside WeChat (JSAPI)"
    ),
    Setting(
        "WECHATPAY_PROFIT_SHARING", False, "send communities their share by profit sharing after receipt"
    ),
    Setting("WECHATPAY_RECEIVERS", "", "who may receive: community-slug=mchid, comma separated"),
    Setting(
        "WECHATPAY_API_BASE", "https://api.mch.weixin.qq.com", "where the SDK calls; tests call this machine"
    ),
    Setting("WECHATPAY_OPEN_BASE", "https://api.weixin.qq.com", "where a code is changed into an openid"),
    Setting(
        "WECHATPAY_AUTHORIZE_URL", "https://open.weixin.qq.com/connect/oauth2/authorize", "WeChat's own page"
    ),
    Setting(
        "WECHATPAY_TIMEOUT_SECONDS", 10, "how long an answer is waited for before it is asked about later"
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """WeChat Pay as it is set up here."""

    appid: str
    mchid: str
    serial: str
    private_key: str
    apiv3_key: str
    public_keys: tuple[tuple[str, str], ...]  # (id, PEM), the one in use first; none: platform certificates
    api_base: str
    timeout: int
    has_h5: bool
    app_secret: str
    shares_profit: bool


def settings() -> Settings | None:
    """How WeChat Pay is set up, or None when something is missing."""
    config = current_app.config
    add(config, SETTINGS)
    needed = ("APPID", "MCHID", "SERIAL", "PRIVATE_KEY", "APIV3_KEY")
    appid, mchid, serial, private_key, apiv3_key = (str(config[f"WECHATPAY_{n}"]).strip() for n in needed)
    if not (appid and mchid and serial and private_key and len(apiv3_key.encode()) == 32):
        return None
    return Settings(
        appid,
        mchid,
        serial,
        _pem(private_key),
        apiv3_key,
        tuple((name, _pem(key)) for name, key in pairs("WECHATPAY_PUBLIC_KEYS")),
        config["WECHATPAY_API_BASE"].rstrip("/"),
        config["WECHATPAY_TIMEOUT_SECONDS"],
        config["WECHATPAY_H5"],
        config["WECHATPAY_APP_SECRET"].strip(),
        config["WECHATPAY_PROFIT_SHARING"],
    )


def pairs(name: str) -> list[tuple[str, str]]:
    """A setting of the form a=b, c=d."""
    listed = [part.partition("=") for part in str(current_app.config[name]).split(",")]
    return [(left.strip(), right.strip()) for left, _sign, right in listed if left.strip() and right.strip()]


def _pem(text: str) -> str:
    return text if "-----BEGIN" in text else Path(text).read_text()
