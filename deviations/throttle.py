"""How often one source may use the public forms: token buckets in PostgreSQL.

No address is stored, only a hash of it under a key that is another each day, and only until the bucket
is full again: within an hour and ten minutes nothing is left.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from deviations.codes import keyed
from deviations.models import Bucket


class TooManyError(Exception):
    """The source, or everybody together, has used up what there is for now."""


@dataclass(frozen=True)
class Limit:
    """So many at once, and as many again in a period."""

    name: str
    size: int
    period: dt.timedelta


LOOK_UPS = Limit("look up", 10, dt.timedelta(minutes=10))
FILINGS = Limit("file", 5, dt.timedelta(hours=1))
ALL_FILINGS = Limit("file, all", 300, dt.timedelta(hours=1))
LONGEST = max(limit.period for limit in (LOOK_UPS, FILINGS, ALL_FILINGS))
EVERYBODY = "everybody"

# One statement, so that those who come at once cannot take the same token.
_SPEND = """
INSERT INTO deviations_bucket AS b (key, tokens, filled_at)
VALUES (%(key)s, %(size)s - 1, statement_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tokens = least(%(size)s, b.tokens
        + greatest(0, extract(epoch FROM excluded.filled_at - b.filled_at)) * %(rate)s) - 1,
    filled_at = excluded.filled_at
WHERE least(%(size)s, b.tokens
        + greatest(0, extract(epoch FROM excluded.filled_at - b.filled_at)) * %(rate)s) >= 1
RETURNING tokens
"""


def source_of(request: HttpRequest) -> str:
    """Return what a request is counted under: an IPv4 address, or the network of an IPv6 address.

    Behind a proxy it is the last hop of X-Forwarded-For, the only one that the proxy itself has written.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_address(int(parsed) >> 64 << 64))


def spend(limit: Limit, source: str) -> None:
    """Take a token from a source's bucket; raises TooManyError when it is empty."""
    key = keyed(f"{limit.name} {timezone.localdate()}", source.encode()).hex()
    rate = limit.size / limit.period.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"key": key, "size": limit.size, "rate": rate})
        if cursor.fetchone() is None:
            raise TooManyError


def forget() -> None:
    """Remove the buckets that are full again: they say nothing but that somebody was here."""
    Bucket.objects.filter(filled_at__lt=timezone.now() - LONGEST).delete()
