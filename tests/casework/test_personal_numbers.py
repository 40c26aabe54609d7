"""Personal numbers are found however they are written, and telephone numbers are left in peace."""

from __future__ import annotations

import pytest

from casework.texts.personal_numbers import (
    find_personal_numbers,
    holds_personal_number,
    masked,
    may_hold_personal_number,
    without_personal_numbers,
)
from tests.numbers import personal_numbers, spellings, telephone_numbers

NUMBER = "19811218-9876"  # given out by Skatteverket for tests


def test_every_spelling_at_every_age_is_found() -> None:
    missed = [
        text
        for day, last in personal_numbers(100)
        for text in spellings(day, last)
        if not find_personal_numbers(f"Klienten {text} ringde")
    ]

    assert missed == []


def test_every_spelling_that_can_be_nothing_else_is_taken_away_whole() -> None:
    left = [
        text
        for day, last in personal_numbers(40)
        for text in spellings(day, last)
        if not may_hold_personal_number(text)
        and without_personal_numbers(f"a {text} b", mark="X") != "a X b"
    ]

    assert left == []


def test_telephone_numbers_are_hardly_asked_about_and_never_taken_away() -> None:
    numbers = list(telephone_numbers(10_000))
    asked = [
        number
        for number in numbers
        if find_personal_numbers(f"Ring {number} efter tre.")
    ]
    removed = [
        number
        for number in numbers
        if without_personal_numbers(number, mark="") != number
    ]

    assert len(asked) <= 100
    assert removed == []


@pytest.mark.parametrize(
    "text",
    [
        "811218\u00a09876",
        "811218 - 9876",
        "811218-\n9876",
        "811218\t9876",
        "811218-\u00ad9876",
        "811218\u200b-9876",
        "811218/9876",
        "1981-12-18 9876",
        "1981-12-18-9876",
        "811218 \u2014 9876",
        "811218+9876",
        "\u0668\u0661\u0661\u0662\u0661\u0668-\u0669\u0668\u0667\u0666",
        "pnr-811218-9876- saknas",
        "81-12-18-9876",
    ],
)
def test_number_in_another_spelling_is_sure(text: str) -> None:
    assert holds_personal_number(f"Det gällde {text}.")


@pytest.mark.parametrize(
    "text", ["0503122384", "050312 2384", "050312\u00a02384", "0503\u00ad122384"]
)
def test_number_that_begins_as_a_telephone_number_is_only_asked_about(
    text: str,
) -> None:
    assert may_hold_personal_number(text)
    assert not holds_personal_number(text)
    assert without_personal_numbers(text, mark="X") == text
    assert masked(text, mark="X") == "X"


@pytest.mark.parametrize(
    "text", ["050312-2384", "20050312-2384", "200503122384", "0003122389"]
)
def test_number_of_a_child_that_no_telephone_has_is_sure(text: str) -> None:
    assert holds_personal_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-19 2024-11-20",
        "2024-11-19--2024-12-31",
        "2024-11-19/2024-12-31",
        "20241119 20241120",
        "2024-11-19 14:30:22",
        "0701-23 45 67",
        "+4611697196",
        "+46 11 69 7196",
        "0046 70 123 45 67",
        "08-123 456 78",
        "SE45 5000 0000 0583 9825 7466",
        "556036-0793",
        "1" * 8_000,
        "12 " * 2_000,
    ],
)
def test_other_numbers_are_no_personal_numbers(text: str) -> None:
    assert find_personal_numbers(text) == []


@pytest.mark.parametrize("after", ["/0708", "-0101", "-1212", ".0701"])
def test_number_before_other_digits_is_found(after: str) -> None:
    assert holds_personal_number(f"{NUMBER}{after}")


def test_number_after_another_number_is_found() -> None:
    assert holds_personal_number(f"Kl. 14 10 {NUMBER}")
    assert holds_personal_number(f"12 {NUMBER} 12")
    assert len(find_personal_numbers(f"{NUMBER}, {NUMBER} och\n{NUMBER}")) == 3


def test_everything_but_the_numbers_stays() -> None:
    text = f"Ärende\u00ad KA-2026-0412\u200b, pnr {NUMBER}, telefon 070-123 45 67 \u2013 {NUMBER}\n"

    assert without_personal_numbers(text, mark="X") == text.replace(NUMBER, "X")
