"""What pages are called in the log, in Swedish: each app says it beside its addresses.

A row of the log names a page by its URL name.  ``logged_as`` in an app's urls.py gives each name its words; the
name of a page that is gone keeps them, for its rows are still there.  ``of_own_reports`` names the pages on which
people find what they reported themselves: who has read one of these has said that he or she reported it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django.urls import URLResolver, get_resolver
from django.utils.text import capfirst

from audit.models import Reading

# What a list was narrowed by; what has no words here is said by its name in the address.
ASKED = {
    "account": "konto",
    "category": "kategori",
    "degree": "bedömning",
    "due_before": "klart senast",
    "first": "från och med",
    "indicator": "vad som räknas",
    "kind": "sätt",
    "last": "till och med",
    "level": "riktad till",
    "method": "metod",
    "owner": "ansvarig",
    "period": "period",
    "person": "person",
    "role": "roll",
    "state": "läge",
    "subject": "slag",
    "target_group": "målgrupp",
    "unit": "enhet",
    "what": "vad som hände",
    "year": "år",
}
# Whom a list was narrowed to is a key in the address, which tells nobody anything.
PEOPLE = {"owner", "person"}


def page_in_words(name: str) -> str:
    """Return what a page is called, or its URL name where no app says it."""
    return named_pages().get(name, name)


def reading_in_words(reading: Reading) -> str:
    """Return the shape of what was read and its page, such as "Sida: avvikelse"."""
    return f"{capfirst(reading.get_kind_display())}: {page_in_words(reading.page)}"


def question_in_words(question: str) -> str:
    """Return what a list was asked for, such as "enhet: EK, år: 2024"."""
    return ", ".join(
        f"{ASKED.get(name, name)}: {'vald' if name in PEOPLE else value}"
        for name, value in parse_qsl(question)
    )


@cache
def named_pages() -> dict[str, str]:
    """Return the words of every page that has some, by URL name."""
    found = dict[str, str]()
    for prefix, module in _modules(get_resolver()):
        said: dict[str, str] = getattr(module, "logged_as", {})
        found |= {f"{prefix}{name}": words for name, words in said.items()}
    return found


@cache
def pages_of_own_reports() -> frozenset[str]:
    """Return the URL names of the pages on which people find what they reported themselves."""
    found = set[str]()
    for prefix, module in _modules(get_resolver()):
        found |= {f"{prefix}{name}" for name in getattr(module, "of_own_reports", ())}
    return frozenset(found)


def _modules(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    yield prefix, resolver.urlconf_module
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _modules(pattern, inner)
