"""Legal references: each holds on every day of its time, and none is written anywhere else."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lexsarah.law.laws import Reference, reference, references

ROOT = Path(__file__).parents[2]
FIRST, LAST = dt.date(2011, 1, 1), dt.date(2030, 12, 31)
SWITCH = dt.date(2025, 7, 1)  # Socialtjänstlag (2025:400)
CODES = sorted({found.code for found in references()})
RENEWED = ["duty_to_report", "inform_staff", "investigate", "notify"]
DAY = dt.timedelta(days=1)


def holding(code: str, day: dt.date) -> list[Reference]:
    return [
        found
        for found in references()
        if found.code == code and found.first <= day <= found.last
    ]


def boundaries(code: str) -> set[dt.date]:
    """Return the days on which something may begin or end, with the days beside them."""
    days = {FIRST, LAST, SWITCH, SWITCH - DAY}
    for found in references():
        if found.code == code:
            days |= (
                {found.first, found.first - DAY} if found.first > dt.date.min else set()
            )
            days |= (
                {found.last, found.last + DAY} if found.last < dt.date.max else set()
            )
    return {day for day in days if FIRST <= day <= LAST}


@pytest.mark.parametrize("code", CODES)
def test_each_day_has_exactly_one_reference(code: str) -> None:
    assert {day: len(holding(code, day)) for day in boundaries(code)} == dict.fromkeys(
        boundaries(code), 1
    )


@pytest.mark.parametrize("code", CODES)
def test_reference_says_what_and_where_it_was_read(code: str) -> None:
    for found in references():
        if found.code == code:
            assert found.text == found.text.strip() != ""
            assert found.source
            assert found.first <= found.last


@pytest.mark.parametrize("code", RENEWED)
def test_old_act_holds_until_the_last_of_june_2025(code: str) -> None:
    assert "(2001:453)" in reference(code, on=SWITCH - DAY).text
    assert "(2025:400)" in reference(code, on=SWITCH).text


@pytest.mark.parametrize("code", sorted(set(CODES) - set(RENEWED)))
def test_other_references_are_the_same_on_both_sides(code: str) -> None:
    assert reference(code, on=SWITCH - DAY) == reference(code, on=SWITCH)


@pytest.mark.parametrize("code", ["", "unknown", "NOTIFY"])
def test_reference_that_does_not_exist_is_an_error(code: str) -> None:
    with pytest.raises(LookupError):
        reference(code, on=SWITCH)


# --- nothing legal is written elsewhere -------------------------------------------------------
# A law is cited with the number before the sign ("27 kap. 2 §"), a minute with the number after it ("§ 12").
CITED = re.compile(
    r"\bkap\.|(?:\d\s*[a-z]?|\}\})\s*§|\(\d{4}:\d+\)|\b(?:SOSFS|HSLF-FS|SFS|SoL|OSL|FL|GDPR)\b|\b[Aa]rtikel\s+\d"
)
UNSEEN = re.compile(
    r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}|<!--.*?-->", re.DOTALL
)


def texts(path: Path) -> Iterator[str]:
    """Yield the strings of a module, without those that nobody but its reader sees."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in unseen
        ):
            yield node.value


def test_citation_is_told_from_the_paragraph_of_a_meeting() -> None:
    cited = [
        "27 kap. 2 §",
        "16–18 §§ förvaltningslagen",
        "24 b § LSS",
        "{{ n }} §",
        "(2025:400)",
        "SOSFS 2011:5",
    ]

    assert all(CITED.search(text) for text in cited)
    assert not any(
        CITED.search(text)
        for text in ("§ 12", "§ {{ paragraph }}", "Paragraf (§)", "LSS")
    )


def test_no_template_of_lex_sarah_cites_a_law() -> None:
    citing = []
    for path in sorted((ROOT / "templates" / "lexsarah").rglob("*.*")):
        shown = UNSEEN.sub("", path.read_text(encoding="utf-8"))
        citing += [f"{path.name}: {found[0]}" for found in CITED.finditer(shown)]

    assert citing == []


def test_no_module_of_lex_sarah_cites_a_law_in_a_text() -> None:
    citing = []
    for path in sorted((ROOT / "lexsarah").rglob("*.py")):
        if path.parent.name == "migrations":  # what a release has run stays as it is
            continue
        citing += [f"{path.name}: {text}" for text in texts(path) if CITED.search(text)]

    assert citing == []
