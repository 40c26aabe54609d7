"""Every public text exists in every language, and Swedish is easy to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from deviations.models import ContactWay, Kind, Sender, State
from deviations.public_form.forms import AREAS, ComplainForm, FollowForm, MessageForm
from deviations.public_form.languages import CODES, language, languages
from deviations.words import PROCESSES


def texts(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def lix(sentences: list[str]) -> float:
    """Return the readability index: mean length of sentences, and share of words over six letters."""
    words = [
        word for sentence in sentences for word in re.findall(r"[^\W\d_]+", sentence)
    ]
    count = sum(
        max(1, len(re.findall(r"[.?!:](?=\s|$)", sentence))) for sentence in sentences
    )
    return len(words) / count + 100 * sum(len(word) > 6 for word in words) / len(words)


@pytest.mark.parametrize("code", CODES)
def test_language_says_what_swedish_says(code: str) -> None:
    swedish, other = (
        dict(texts(language("sv").texts)),
        dict(texts(language(code).texts)),
    )

    assert other.keys() == swedish.keys()
    for key, text in other.items():
        assert text.strip() == text != "", key
        facts = [
            {name for _, name, _, _ in Formatter().parse(each) if name}
            for each in (text, swedish[key])
        ]
        assert facts[0] == facts[1], key
        assert sorted(re.findall(r"%\(\w+\)d", text)) == sorted(
            re.findall(r"%\(\w+\)d", swedish[key])
        ), key


def test_language_that_is_not_there_is_swedish() -> None:
    assert language("xx") == language(None) == language("a\0b") == languages()["sv"]


@pytest.mark.parametrize(("code", "most"), [("latt", 30), ("sv", 40)])
def test_running_text_is_easy_to_read(code: str, most: int) -> None:
    running = [
        text for _, text in texts(language(code).texts) if re.search(r"[.?!]$", text)
    ]

    assert lix(running) < most


def test_words_avoid_what_does_not_help() -> None:
    for code in ("sv", "latt"):
        for key, text in texts(language(code).texts):
            assert not re.search(r"vänligen|ogiltig|\bOK\b", text, re.IGNORECASE), key


@pytest.mark.parametrize("code", CODES)
def test_every_choice_and_state_has_words(code: str) -> None:
    fields = language(code).texts["fields"]

    assert {*fields["kind"]["choices"]} == {*Kind.values} - {Kind.QUALITY_DEVIATION}
    assert {*fields["contact_way"]["choices"]} == {*ContactWay.values}
    assert {*fields["sender"]["choices"]} == {*Sender.values, "unknown"}
    assert {*fields["area"]["choices"]} == {*AREAS, "unknown"}
    assert {*language(code).texts["states"]} == {*State.values}


def test_every_area_means_a_process_that_staff_know() -> None:
    assert {*AREAS.values()} <= {*PROCESSES}


@pytest.mark.django_db
@pytest.mark.parametrize("form", [ComplainForm, FollowForm, MessageForm])
def test_every_field_that_is_seen_has_a_label(form: Any) -> None:
    assert [field.name for field in form().visible_fields() if not field.label] == []
