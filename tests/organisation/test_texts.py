import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.texts.cleaning import MARKS_IN_A_ROW, clean_text, find_fault


def marks_in_a_row(text: str) -> int:
    longest = now = 0
    for character in text:
        now = now + 1 if unicodedata.category(character)[0] == "M" else 0
        longest = max(longest, now)
    return longest


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Hej  ", "Hej"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("a\0b\x1b[31mc\x7f", "ab[31mc"),
        ("fak\u202etura\u2066", "faktura"),
        ("tab\there", "tab\there"),
        ("\ufeffhej\ud800", "hej"),
        ("miss\u00adbruks\u00adproblem", "missbruksproblem"),
        ("oros\u200ban\u2060mä\ufefflan", "orosanmälan"),
        ("oros\u200dan\u200cmälan", "orosanmälan"),
        ("e\u0301\u200cn \u200d n\u200d", "én  n"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200cمی\u200d ", "می"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥", "👩\u200d👩\u200d👧 ❤\ufe0f\u200d🔥"),
    ],
)
def test_clean_text_keeps_what_a_reader_sees(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


def test_clean_text_limits_combining_marks() -> None:
    assert len(clean_text("e" + "\u0323\u0301" * 10_000)) <= 1 + MARKS_IN_A_ROW


def test_clean_text_limits_every_combining_mark_of_unicode() -> None:
    marks = (
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] == "M"
    )
    assert all(
        marks_in_a_row(clean_text("x" + mark * 9)) <= MARKS_IN_A_ROW for mark in marks
    )


@given(
    st.text(
        st.sampled_from(
            "aÅeÅم👩\u00ad\u200b\u200c\u200d\u2060\u0301\u0323\u030a\u0345\u1dc0 \n\r\t\0\u202e\ufeff=-”"
        )
    )
)
def test_clean_text_changes_nothing_the_second_time(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_clean_text_gives_text_that_has_no_hidden_characters(text: str) -> None:
    assert "inte syns" not in find_fault(clean_text(text))


@pytest.mark.parametrize(
    "text",
    [
        *("- ringde upp", "-ringde upp", "5 = 5", "Anna <b>sa</b> {{nej}}", "3–4 (−2)"),
        *(
            "=> se rutin",
            "+46 70 123 45 67 svarade inte",
            "@anna på jouren",
            "-- inget --",
            '-"Nej" sa hon',
        ),
        *(
            "+ bra bemötande",
            "=HYPERLINK(1)",
            "\t@SUM(A1)",
            "-cmd|' /C calc'!A0",
            "＝1+1",
        ),
        *("miss\u00adbruk", "oros\u200banmälan", "\ufeffhej", "a\u2060b"),
    ],
)
def test_find_fault_takes_ordinary_text(text: str) -> None:
    assert find_fault(text) == ""
