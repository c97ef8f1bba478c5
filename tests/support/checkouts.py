"""A checkout as a browser does it: the page is opened, its form is sent."""

import re
from typing import Any

GUEST = {"name": "Lin", "reach": "lin@example.com"}


def fields(client: Any, stall: Any, n: int = 1) -> dict[str, Any]:
    """What the checkout page's form would send for so many of what the stall sells, filled in by a guest."""
    page = client.get(f"{stall.checkout}?line={stall.line(n)}")
    assert page.status_code == 200, page.text[:500]
    return {
        "once": hidden(page.text, "once"),
        "seen": hidden(page.text, "seen"),
        "line": stall.line(n),
        **GUEST,
    }


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, f"the page has no field {name}"
    return found[1]
