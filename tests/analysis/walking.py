"""Walk the numbers of a page: each one opens the rows that it counts, and says as many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from django.test import Client

_LINK = re.compile(r'<a [^>]*href="(/analys/underlag/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_HIDDEN = re.compile(r'<span class="vh">.*?</span>', re.DOTALL)
_COUNT = re.compile(r'data-number="(\d+)"')


def numbers_of(page: str) -> Iterator[tuple[int, str]]:
    """Return each number of a page that opens its rows, with the address; a link in words has no number."""
    for address, words in _LINK.findall(page):
        said = re.sub(r"<[^>]+>|\s|\u00a0|&nbsp;", "", _HIDDEN.sub("", words))
        if said.isdigit():
            yield int(said), unescape(address)


def walk(browser: Client, address: str) -> list[tuple[int, int, str]]:
    """Open a page and every number on it; return what each says, what its rows say, and the address."""
    page = browser.get(address)
    assert page.status_code == 200, page.content.decode()
    found = []
    for said, link in dict.fromkeys(numbers_of(page.content.decode())):
        opened = browser.get(link)
        assert opened.status_code == 200, link
        (count,) = _COUNT.findall(opened.content.decode())
        found.append((said, int(count), link))
    return found
