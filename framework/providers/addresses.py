"""Which addresses a key may be sent to: https, and no machine of an inner network unless somebody named it."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Collection, Iterable
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Iterable[str]]

# IPv6 ranges that carry an IPv4 address inside: NAT64 (RFC 6052, RFC 8215) in the last four bytes, 6to4 (RFC 3056) after the first two.
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# All that is handed out for the public (RFC 4291), less the documentation's own (RFC 9637), which older Pythons take for public.
_UNICAST, _DOCUMENTATION = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("3fff::/20")
# Not for the public as a whole (IANA; a cloud's metadata service lives in it), though some Pythons take all but 16 of it for public.
_SPECIAL = ipaddress.IPv4Network("192.0.0.0/24")
# What parsers of URLs read differently: one of them might then see another host than the one that was checked.
_AMBIGUOUS = re.compile(r"[\s\\\x00-\x20\x7f]")


def resolve(host: str) -> list[str]:
    """The addresses of a host, none where it is not known (it then cannot be called either)."""
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def problem(url: str, allow_hosts: Collection[str] = (), resolving: Resolve = resolve) -> str | None:
    """What speaks against sending a key to this URL, with the cure; None where nothing does.

    A name is judged by the addresses that it stands for now. That it may stand for others later does no harm: whatever answers then
    still has to hold a certificate for the name. Plain http is therefore for addresses and `localhost`, which nobody can point elsewhere.
    """
    if _AMBIGUOUS.search(url):
        return "is not a URL; write https://host/path, without blanks and backslashes"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a URL; write https://host/path"
    if parts.scheme not in ("http", "https") or not host:
        return "is not a URL of the web; write https://host/path"
    if parts.username is not None or "?" in url or "#" in url:
        return "holds more than an address; take out the user name, `?` and `#`"
    host = host.rstrip(".")
    inner = sorted({str(address) for address in _addresses(host, resolving) if not _is_public(address)})
    allowed = host in {name.lower().rstrip(".") for name in allow_hosts}
    if inner and not allowed:
        return f"leads to an inner address ({host}: {', '.join(inner)}); use a public one, or name the host in allow_hosts"
    if parts.scheme == "http" and not (inner and is_loopback(url) and all(ipaddress.ip_address(address).is_loopback for address in inner)):
        return "would send the key in the clear; write https:// (http is for localhost and addresses such as 127.0.0.1)"
    return None


def is_loopback(url: str) -> bool:
    """Whether the host is this machine by its spelling alone, whatever a resolver says."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def site(url: str) -> str:
    """The part of a host that belongs to one owner, near enough: its last two names, or the whole of an address."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host if host.replace(".", "").isdigit() or ":" in host else ".".join(host.split(".")[-2:])


def _addresses(host: str, resolving: Resolve) -> list[Address]:
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        # Also for numbers in odd forms, such as 0x7f.1, which the system's resolver reads as addresses.
        return [ipaddress.ip_address(found.partition("%")[0]) for found in resolving(host)]


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and any(address in network for network in _NAT64):
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return _is_public(inside)
        if address not in _UNICAST or address in _DOCUMENTATION:
            return False
    return address.is_global and not address.is_multicast and address not in _SPECIAL
