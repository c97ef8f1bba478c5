"""What a partner tells, read strictly: the body of a postback, or a line of a report."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from plugins.affiliate.conversions import Told
from plugins.affiliate.programmes import Programme
from shop import money
from shop.errors import NotValid

STATUSES = ("pending", "approved", "reversed")


def read_body(programme: Programme, body: bytes) -> Told:
    """A postback's JSON; raises NotValid with the field that is wrong."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise NotValid(_("This is not JSON.")) from None
    if not isinstance(told, dict):
        raise NotValid(_("This is not a JSON object."))
    return read(programme, told)


def read(programme: Programme, told: Mapping[str, Any]) -> Told:
    """One sale: `ref`, `click`, `amount` in major units as text, `currency`, `status`, `product`, `reason`, `at`."""
    ref, status = _text(told, "ref", 96), _text(told, "status", 16).lower() or "pending"
    if not ref:
        raise NotValid(_("“%(field)s” is missing.", field="ref"), field="ref")
    if status not in STATUSES:
        raise NotValid(_("“%(word)s” is not a status.", word=status), field="status")
    currency = _text(told, "currency", 3).upper() or programme.currency
    if currency != programme.currency:
        raise NotValid(
            _("The programme pays in %(ours)s, not in %(theirs)s.", ours=programme.currency, theirs=currency),
            field="currency",
        )
    typed = _text(told, "amount", 24)
    if not typed and status != "reversed":
        raise NotValid(_("“%(field)s” is missing.", field="amount"), field="amount")
    return Told(
        ref=ref,
        click=_text(told, "click", 64),
        amount=money.parse(typed, currency) if typed else 0,
        product=_text(told, "product", 64),
        status=status,
        reason=_text(told, "reason", 400),
        at=_instant(_text(told, "at", 40)),
    )


def _text(told: Mapping[str, Any], field: str, longest: int) -> str:
    value = told.get(field)
    if value is None:
        return ""
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise NotValid(_("“%(field)s” must be text.", field=field), field=field)
    text = str(value).strip()
    if len(text) > longest or "\x00" in text:
        raise NotValid(_("“%(field)s” is too long.", field=field), field=field)
    return text


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise NotValid(_("“%(text)s” is not an instant such as 2026-11-23T10:00:00Z.", text=text)) from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
