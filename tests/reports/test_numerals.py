"""Swedish numbers in running text: what counts something, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.checks.numerals import Kind, numerals, prose, split_sentences


def counts(text: str) -> list[int]:
    return [int(n.value) for n in numerals(text) if n.kind is Kind.COUNT]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 276 jämfört med 1 113", [1276, 1113]),
        ("1\u00a0276 och 1\u202f113 och 1071", [1276, 1113, 1071]),
        ("tolv, tjugotre, trettioen och hundratjugotre", [12, 23, 31, 123]),
        ("i 13 av utredningarna, i övriga elva", [13, 11]),
        ("19 av 22 bisysslor", [19, 22]),
    ],
)
def test_count_is_read_in_figures_and_letters(text: str, found: list[int]) -> None:
    assert counts(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Under 2024 och 2023 kom",
        "enligt 5 kap. 6 § och § 41",
        "11 kap 1 § SoL",
        "14 kap. 3, 4 och 6 §§",
        "SOSFS 2011:9 och offentlighets- och sekretesslagen (2009:400)",
        "den 27 januari 2023, 2025-01-27, 27 jan",
        "ring 040-12 34 56 eller +46 40 123 456",
        "dnr SN-2025-123, KA-2024-0001, 2024/123",
        "avsnitt 4.1.4, bilaga 2, bild 3, tabell 4 och 5, sektion 1 och 2",
        "20-åringar inom 4 månader för 1 200 kronor, tre gånger, fem år",
        "15-20% av 10–15",
        "kl. 14.30 och 2,5",
        "covid19",
        "sex mot ersättning, sex och relationer",
        "en utredning och ett ärende",
    ],
)
def test_what_counts_nothing_is_left_out(text: str) -> None:
    assert counts(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24 %", 24),
        ("24%", 24),
        ("24 procent", 24),
        ("tjugo procent", 20),
        ("2,5 %", 2.5),
    ],
)
def test_share_is_no_count(text: str, value: float) -> None:
    [share] = numerals(text)

    assert (share.kind, float(share.value)) == (Kind.SHARE, value)


@pytest.mark.parametrize("text", ["cirka 50", "drygt 50", "minst 50", "fler än 50"])
def test_number_that_is_not_exact_is_marked(text: str) -> None:
    [found] = numerals(text)

    assert found.about


def test_point_after_an_abbreviation_ends_no_sentence() -> None:
    text = "Enligt 5 kap. 6 § bl.a. IVO ska ca. 20 ses. De sågs t.ex. Andra inte."

    assert split_sentences(text) == [
        "Enligt 5 kap. 6 § bl.a. IVO ska ca. 20 ses.",
        "De sågs t.ex. Andra inte.",
    ]


def test_what_is_too_long_to_be_a_sentence_is_no_prose() -> None:
    assert prose(["Kort.", "x " * 600]) == ["Kort.", ""]


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for sentence in split_sentences(text):
        for found in numerals(sentence):
            assert 0 <= found.start < found.end <= len(sentence)
