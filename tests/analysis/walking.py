"""Walk the numbers of a page: each one opens the rows that it counts, and says as many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

from django.core.management import call_command
from django.test import Client

from analysis.ask.forms import QuestionForm
from analysis.counted.countings import DIMENSIONS
from analysis.counted.vocabulary import ALONE, BASES, MISSING, SUBJECTS, named
from analysis.figures.rows import everything
from organisation.models import User

_LINK = re.compile(
    r'<a [^>]*href="(/analys/underlag/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL
)
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
    return [
        (said, counted(browser, link), link) for said, link in told(browser, address)
    ]


def told(browser: Client, address: str) -> list[tuple[int, str]]:
    """Open a page and return each number on it that opens its rows, with the address."""
    page = browser.get(address)
    assert page.status_code == 200, page.content.decode()
    return list(dict.fromkeys(numbers_of(page.content.decode())))


def counted(browser: Client, link: str) -> int:
    """Open the rows of a number and return how many they say that they are."""
    opened = browser.get(link)
    assert opened.status_code == 200, link
    (count,) = _COUNT.findall(opened.content.decode())
    return int(count)


def behind(link: str, reader: User) -> int:
    """Count the rows that a number leads to, as their page does, without drawing it."""
    form = QuestionForm(dict(parse_qsl(urlsplit(link).query)), user=reader)
    assert form.is_valid(), (link, form.errors)
    return everything(form.cleaned_data["question"]).count()


def exported(browser: Client, link: str) -> int:
    """Return what the file of the same question says: what a number counts, put to the register."""
    found = browser.get(f"/analys/fraga/tabell.csv?{urlsplit(link).query}")
    assert found.status_code == 200, link
    (total,) = re.findall(r"Totalt;(\d+)", found.content.decode())
    return int(total)


def figured(link: str) -> int:
    """Return what the command for operators says to the same question."""
    asked = dict(parse_qsl(urlsplit(link).query))
    where = [
        f"{name}={'' if asked[dimension.slug] == MISSING else asked[dimension.slug]}"
        for name, dimension in DIMENSIONS.items()
        if dimension.slug in asked
    ]
    if ALONE in asked:
        where.append(f"unit={asked['enhet']}")
    said = {
        "unit": asked["enhet"],
        "period": asked["period"],
        "basis": named(BASES, asked["grund"]),
    }
    out = StringIO()
    subject = named(SUBJECTS, asked["amne"])
    call_command("figures", subject, **said, where=[where], format="text", stdout=out)
    return int(out.getvalue())
