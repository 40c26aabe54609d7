"""What was decided at a meeting as text for its minutes, on a page, as plain text and as a Word file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lexsarah.board.meetings import Item, clauses, day_in_words
from lexsarah.models import Decision, Meeting

_NUMBERS = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Entry:
    """One paragraph of the minutes; of a case about a protected person only what was decided."""

    paragraph: str
    title: str
    decided: list[str]
    reason: str = ""
    summary: str = ""
    background: str = ""


@dataclass(frozen=True)
class Minutes:
    """The entries of a meeting in the order of their paragraphs."""

    title: str
    board: str
    body: str
    entries: list[Entry]
    chairs: list[str]

    @property
    def plain(self) -> str:
        """Return the minutes as plain text."""
        blocks = [f"{self.title}\n{self.board}".strip()]
        for entry in self.entries:
            blocks.append(f"{entry.paragraph} {entry.title}".strip())
            blocks.append(
                "\n".join(["Beslut", f"{self.body} beslutar", *entry.decided])
            )
            blocks += [f"{head}\n{text}" for head, text in parts_of(entry)]
        if self.chairs:
            blocks.append("\n".join(["Anmälan av ordförandens beslut", *self.chairs]))
        return "\n\n".join(blocks) + "\n"


def parts_of(entry: Entry) -> list[tuple[str, str]]:
    """Return what follows the decision, under its headings, without what is empty."""
    parts = [
        ("Skäl", entry.reason),
        ("Sammanfattning", entry.summary),
        ("Bakgrund", entry.background),
    ]
    return [(head, text) for head, text in parts if text]


def minutes_of(
    meeting: Meeting, items: Iterable[Item], *, board: str, chairs: Iterable[Decision]
) -> Minutes:
    """Return what a meeting decided; a decision that was made again stands as it was made last."""
    made = [(item.decisions[-1], item) for item in items if item.decisions]
    made.sort(key=lambda row: (_in_order(row[0].paragraph), row[0].pk))
    return Minutes(
        title=f"Beslut om lex Sarah: {meeting.get_body_display()} {day_in_words(meeting.on)}",
        board=board,
        body=str(meeting.get_body_display()).capitalize(),
        entries=[_entry(decision, item) for decision, item in made],
        chairs=[chair_in_words(decision) for decision in chairs],
    )


def _entry(decision: Decision, item: Item) -> Entry:
    case = item.case
    about = (
        {}
        if case.protected
        else {"summary": case.summary, "background": item.background}
    )
    reason = "" if case.protected else decision.reason
    return Entry(
        decision.paragraph,
        f"Ärende {case.number}",
        clauses(decision, item),
        reason=reason,
        **about,
    )


def chair_in_words(decision: Decision) -> str:
    """Return in one sentence what the chair decided, with the number of the case alone."""
    paragraph = f", {decision.paragraph}" if decision.paragraph else ""
    when = f"{day_in_words(decision.on)}{paragraph}"
    return f"Ordföranden beslutade {when} att anmäla ärende {decision.case.number} till IVO."


def _in_order(paragraph: str) -> list[tuple[int, str]]:
    """Return what sorts § 9 before § 10."""
    return [
        (int(part), "") if place % 2 else (0, part)
        for place, part in enumerate(_NUMBERS.split(paragraph))
    ]


def word_of(minutes: Minutes) -> bytes:
    """Return the minutes as a Word file, with headings."""
    import docx

    word = docx.Document()
    word.core_properties.title, word.core_properties.language = minutes.title, "sv-SE"
    word.core_properties.author = minutes.board
    word.add_heading(minutes.title, level=0)
    if minutes.board:
        word.add_paragraph(minutes.board)
    for entry in minutes.entries:
        word.add_heading(f"{entry.paragraph} {entry.title}".strip(), level=1)
        word.add_heading("Beslut", level=2)
        word.add_paragraph(f"{minutes.body} beslutar")
        for clause in entry.decided:
            word.add_paragraph(clause, style="List Bullet")
        for head, text in parts_of(entry):
            word.add_heading(head, level=2)
            for line in text.split("\n\n"):
                word.add_paragraph(line)
    if minutes.chairs:
        word.add_heading("Anmälan av ordförandens beslut", level=1)
        for line in minutes.chairs:
            word.add_paragraph(line)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()
