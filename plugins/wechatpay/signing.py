"""Whether a notification is from WeChat Pay, now, and deciphered with our own key."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Request

from plugins.wechatpay.calling import client_for
from shop.payments.method import NotGenuine

# Both ways: the SDK itself does not look at the time at all.
TOLERANCE_SECONDS = 300


def genuine_notice(request: Request) -> Mapping[str, Any]:
    """The notification with its resource deciphered; raises NotGenuine."""
    headers = request.headers
    try:
        at = int(headers.get("Wechatpay-Timestamp", ""))
    except ValueError:
        raise NotGenuine("the signature has no time") from None
    if abs(time.time() - at) > TOLERANCE_SECONDS:
        raise NotGenuine("the signature is not of now")
    payload = request.get_data()
    try:
        client = client_for(headers.get("Wechatpay-Serial", ""))
        notice = client.callback(dict(headers), payload) if client else None
    except Exception as strange:  # the SDK raises nothing finer
        raise NotGenuine(f"the notification cannot be read: {strange}") from strange
    if notice is None:
        raise NotGenuine("the signature is not WeChat Pay's")
    found: Mapping[str, Any] = notice
    return found
