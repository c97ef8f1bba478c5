"""For whom a phone keeps the pages that were opened: a name that tells nobody who it is."""

import hashlib
from collections.abc import Mapping
from typing import Any

# Tells the phone whose page this is; when it differs from the last one, everything kept before is thrown away.
HEADER = "X-Keeper"


def keeper_of(seen: Mapping[str, Any]) -> str:
    """The keeper of a session's pages: the account, a guest by the first order made here, or any visitor.

    What it is made of is random and long, so that the name leads nowhere.
    """
    orders = seen.get("orders") or [""]
    secret = seen.get("_user_id") or orders[-1]
    return hashlib.sha256(f"keeper:{secret}".encode()).hexdigest()[:16] if secret else "visitor"
