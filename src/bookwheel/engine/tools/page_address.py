"""Checks which web addresses may be fetched: only those whose host resolves to public network addresses."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from bookwheel.errors import WebPageError
from bookwheel.lazy_regex import lazy_regex

PORTS = {"http": 80, "https": 443}
MAX_ADDRESS = 2_000

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

# Hosts that some resolvers read as an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1, 127.1.
_NUMERIC_HOST = lazy_regex(r"(?:0[xX][0-9a-fA-F]*|\d+)(?:\.(?:0[xX][0-9a-fA-F]*|\d+))*\.?")
# Prefixes of IPv6 addresses that contain an IPv4 one: NAT64 (RFC 6052) and its local form (RFC 8215).
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def checked_url(url: str) -> SplitResult:
    """The parts of a valid address. Raises WebPageError with the reason for another one."""
    text = url.strip()
    if len(text) > MAX_ADDRESS or not text.isprintable() or any(sign.isspace() or sign == "\\" for sign in text):
        raise _refused(text, "it is too long, or has blanks or characters that are not allowed")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _refused(text, str(error)) from error
    if parts.scheme not in PORTS:
        scheme = f"'{parts.scheme}:' is not http or https"
        raise _refused(text, scheme if parts.scheme else "it does not begin with http:// or https://")
    if not host:
        raise _refused(text, "it has no host")
    if parts.username is not None or parts.password is not None:
        raise _refused(text, "it contains a user name or password")
    if port is not None and port != PORTS[parts.scheme]:
        raise _refused(text, f"port {port} is not 80 or 443")
    if not host.isascii():
        # IDNA: a host may look like another one. Its ASCII form can be read in the approval.
        raise _refused(text, f"its host has letters outside ASCII; as ASCII it is {_as_ascii(host)}")
    if _NUMERIC_HOST.fullmatch(host) and not _is_plain_ipv4(host):
        raise _refused(text, "its host is a number")
    return parts


def checked_ip(text: str, url: str) -> Ip:
    """The network address, if it is public. Raises WebPageError."""
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError as error:
        raise _refused(url, f"its host resolves to {text!r}, which is not an address") from error
    # Behind NAT64 the public IPv4 address is inside a reserved IPv6 one.
    judged = _embedded(ip) if ip in _NAT64[0] else (ip, *_embedded(ip))
    for each in judged:
        if not each.is_global or each.is_multicast or each.is_reserved or each.is_unspecified:
            raise _refused(url, f"its host resolves to {ip}, which is not a public address")
    return ip


def _embedded(ip: Ip) -> tuple[Ip, ...]:
    """The IPv4 addresses contained in an IPv6 address."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ()
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _NAT64) or int(ip) >> 32 == 0:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    return tuple(each for each in found if each is not None)


def _is_plain_ipv4(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def _as_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return "not possible"


def _refused(url: str, reason: str) -> WebPageError:
    return WebPageError(
        f"The page {url[:200]!r} is not fetched: {reason}.", hint="Only public pages on the usual ports are fetched."
    )
