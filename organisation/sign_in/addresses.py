"""Where a request comes from: the one place that reads an address, and nothing stores what it returns."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from organisation.alarms import raise_alarm
from organisation.models import Alarm

UNKNOWN = "unknown"
# What some proxies write: an address with the port it came from.
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


def source_of(request: HttpRequest) -> str:
    """Return what a request is counted under: an IPv4 address, or the /64 network of an IPv6 address.

    Each of our proxies adds the address it was called from to X-Forwarded-For, so the client's is as
    many from the right as there are proxies: what stands to the left of it, anybody may have written.
    """
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        forwarded = _forwarded(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        if forwarded is None:
            raise_alarm(Alarm.NO_CLIENT_ADDRESS)
        address = forwarded or address
    return UNKNOWN if address is None else _network(address, 32, 64)


def neighbourhood_of(source: str) -> str:
    """Return the wider network that one visitor may well have all of: an IPv4 /24, or an IPv6 /48."""
    address = _parsed(source)
    return source if address is None else _network(address, 24, 48)


def _forwarded(header: str) -> IPv4Address | IPv6Address | None:
    hops = header.split(",")
    if len(hops) < settings.TRUSTED_PROXIES:
        return None
    return _parsed(hops[-settings.TRUSTED_PROXIES])


def _parsed(written: str) -> IPv4Address | IPv6Address | None:
    """Return the address that is written, an IPv4 address also where it is written as IPv6."""
    written = written.strip()
    if match := _WITH_PORT.fullmatch(written):
        written = match[1] or match[2]
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: IPv4Address | IPv6Address, bits_of_4: int, bits_of_6: int) -> str:
    bits = bits_of_4 if isinstance(address, IPv4Address) else bits_of_6
    return str(ip_network((address, bits), strict=False).network_address)
