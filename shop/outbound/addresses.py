"""Which addresses lead to the public internet, and nowhere inside."""

import ipaddress
import re

import httpx
from flask_babel import gettext as _


class CannotFetch(Exception):
    """The address cannot be had; `reason` is one sentence for the person who typed it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def checked(address: str) -> httpx.URL:
    """The address as a URL if its form is one that may be fetched at all; raises CannotFetch."""
    malformed = CannotFetch(_("This is not an address on the web."))
    if len(address) > 2000 or _odd.search(address):
        raise malformed
    try:
        url = httpx.URL(address)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise malformed from None
    if url.scheme not in ("http", "https") or not host:
        raise malformed
    if url.userinfo or "@" in url.netloc.decode("ascii") or "@" in address.split("/", 3)[2]:
        raise CannotFetch(_("An address with a name or password in it is not fetched."))
    if url.port is not None:
        raise CannotFetch(_("Only the usual ports of the web are fetched."))
    _check_host(host)
    return url.copy_with(fragment=None)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: outside every special range of IANA's registries."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in special for special in _SPECIAL_4)
    return ip.scope_id is None and ip in _UNICAST_6 and not any(ip in special for special in _SPECIAL_6)


# Control characters, spaces and backslashes: parsers disagree about them, so no good address has any.
_odd = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_name = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
_INSIDE = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "onion",
    "test",
    "invalid",
)

# fmt: off
# IANA's special-purpose address registries; the last of the first is the wire server of a big cloud.
_SPECIAL_4 = tuple(ipaddress.IPv4Network(n) for n in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "168.63.129.16/32",
))
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = tuple(ipaddress.IPv6Network(n) for n in (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
))
# fmt: on


def _check_host(host: str) -> None:
    last = host.rstrip(".").rpartition(".")[2]
    if ":" in host or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        # A number in any spelling; only the one canonical spelling of a public address passes.
        if not is_public(host):
            raise not_public()
    elif not _name.fullmatch(host.removesuffix(".")) or last in _INSIDE or host.endswith("home.arpa"):
        raise not_public()


def not_public() -> CannotFetch:
    return CannotFetch(_("The address is not on the public internet."))
