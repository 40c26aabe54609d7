"""What the rules found in a tertial, what people judged and decided of it, and who is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

from analysis.counted.nouns import Noun
from analysis.models import (
    Kind,
    Level,
    Pattern,
    Signal,
    State,
    TertialAnalysis,
    Verdict,
)
from analysis.tertial.signal_sentences import assessment_of, name_of, reason_for
from casework.models import Action
from reports.document.blocks import Paragraph, Section, Table
from reports.tertial.sources import Compilation
from reports.tokens.sentences import amount, listed

PATTERN = Noun("mönster", "mönster", neuter=True)
UNIT = Noun("enhet", "enheter")
ANALYSIS = Noun("analys", "analyser")
NOTHING = "–"


# --- patterns ---------------------------------------------------------------------------------
def patterns(compilation: Compilation) -> Section:
    """Return every pattern with its reason, its assessment and its decision.

    To the board only how many there are: a pattern is told by counts of few cases.
    """
    section = Section("monster", "Mönster")
    found = compilation.patterns
    unopened = [
        signal for signal in compilation.signals if signal.level == Level.PATTERN
    ]
    if compilation.purged:
        section.blocks.append(_purged(len(compilation.purged)))
    if found or unopened:
        section.blocks.append(Paragraph(tuple(_of_patterns(found, len(unopened)))))
        if compilation.internal:
            section.blocks.append(_to_judge(found, unopened))
    elif not compilation.purged:
        section.blocks.append(_no_patterns(compilation))
    return section


def _purged(analyses: int) -> Paragraph:
    """Say that the patterns of some analyses have been purged with them."""
    if analyses == 1:
        return Paragraph(("En analys av tertialet är gallrad, med sina mönster.",))
    return Paragraph((f"{analyses} analyser är gallrade, med sina mönster.",))


def _no_patterns(compilation: Compilation) -> Paragraph:
    """Say that the rules found nothing, or had nothing to count."""
    unit, period = compilation.unit, compilation.period
    if not compilation.ledger.tells("deviations", "received", unit, period):
        return Paragraph(
            ("Uppgift saknas om vad som kom in: reglerna har inget att räkna.",)
        )
    said = "Reglerna hittade inget mönster. Det betyder inte att inget har hänt:"
    return Paragraph((said, "små antal räcker inte alltid för att säga något."))


def _to_judge(found: Sequence[Pattern], unopened: Sequence[Signal]) -> Table:
    """Return the patterns with their assessments and decisions, and those in analyses that are not opened."""
    rows = [
        (one.analysis.about.name, _what(one), reason_for(one), _judged(one))
        for one in found
    ]
    rows += [
        (one.unit.name, _what(one), reason_for(one), "Analysen är inte öppnad.")
        for one in unopened
    ]
    header = ("Enhet", "Mönster", "Varför det syns", "Bedömning och beslut")
    return Table(
        "Mönster att ta ställning till", header, tuple(rows), widths=(20, 25, 30, 25)
    )


def _of_patterns(found: Sequence[Pattern], unopened: int) -> Iterable[str]:
    """Yield the numbers of patterns, of judged ones and of decisions."""
    where = len({pattern.analysis_id for pattern in found})
    if found:
        yield f"Reglerna pekade ut {amount(len(found), PATTERN)} i {amount(where, UNIT)}."
        judged = sum(pattern.is_judged for pattern in found)
        acted = sum(pattern.verdict == Verdict.ACTION for pattern in found)
        none = judged - acted
        if judged:
            yield f"Bedömda är {judged} av {len(found)}: åtgärd för {acted} och ingen åtgärd för {none}."
        else:
            yield "Inget är bedömt än."
    if unopened:
        yield f"Därutöver finns {amount(unopened, PATTERN)} i enheter vars analys inte är öppnad."


def _what(found: Pattern | Signal) -> str:
    """Return the kind of a pattern and what it is about."""
    return f"{found.get_kind_display().capitalize()}: {name_of(found)}"


def _judged(pattern: Pattern) -> str:
    """Return the decision and the assessment of a pattern."""
    if not pattern.is_judged:
        return "Inte bedömt än."
    return f"{pattern.get_verdict_display().capitalize()}. {assessment_of(pattern)}".strip()


# --- what is only watched ---------------------------------------------------------------------
def watched(compilation: Compilation) -> list[Section]:
    """Return the signals that are too uncertain to be patterns as an appendix; recurrences in one row."""
    watch = [signal for signal in compilation.signals if signal.level == Level.WATCH]
    if not watch or not compilation.internal:
        return []
    recurring: dict[str, list[Signal]] = defaultdict(list)
    rows = []
    for signal in watch:
        if signal.kind == Kind.RECURRING:
            recurring[signal.unit.name].append(signal)
        else:
            rows.append((signal.unit.name, _what(signal), reason_for(signal)))
    for unit, signals in recurring.items():
        rows.append((unit, "Återkommer: samma rutin och orsak", _recurring(signals)))
    rows.sort(key=itemgetter(0))
    said = "Det här är för osäkert för att vara mönster. Det visas för att kunna följas, och bedöms inte."
    table = Table(
        "Bevakas", ("Enhet", "Vad", "Varför det syns"), tuple(rows), widths=(25, 30, 45)
    )
    return [
        Section(
            "bevakas", "Det som bevakas", [Paragraph((said,)), table], appendix=True
        )
    ]


def _recurring(signals: Sequence[Signal]) -> str:
    """Return how many cases recur in a unit, and in which routines."""
    count = left_out = 0
    for signal in signals:
        count += signal.count
        left_out += signal.parameters.get("left_out", 0)
    routines = dict.fromkeys(signal.process for signal in signals)
    said = f"{count} ärenden på tolv månader, i {listed(list(routines))}."
    if left_out:
        said += f" {left_out} till är ännu mindre säkra."
    return said


def eased(compilation: Compilation) -> list[Section]:
    """Return, as an appendix, the certain decreases after an action."""
    fewer = [signal for signal in compilation.signals if signal.level == Level.FEWER]
    if not fewer or not compilation.internal:
        return []
    rows = sorted(
        (signal.unit.name, name_of(signal), reason_for(signal)) for signal in fewer
    )
    section = Section("farre", "Färre efter åtgärd", appendix=True)
    header = ("Enhet", "Vad", "Vad som hände")
    section.blocks = [
        Table("Färre efter åtgärd", header, tuple(rows), widths=(25, 30, 45))
    ]
    return [section]


# --- what is done about it --------------------------------------------------------------------
def actions(compilation: Compilation) -> Section:
    """Return the actions of the tertial, and what became of those before it (SOSFS 2011:9 5 kap. 7-8 §§)."""
    section = Section("atgarder", "Åtgärder")
    if compilation.actions:
        rows = tuple(map(_action, compilation.actions))
        caption = f"Åtgärder ur analysen av {compilation.names[0]}"
        header = ("Enhet", "Åtgärd", "Klar senast", "Läge")
        section.blocks.append(Table(caption, header, rows, widths=(25, 40, 20, 15)))
    else:
        section.blocks.append(
            Paragraph(("Ingen åtgärd är beslutad ur tertialets analyser än.",))
        )
    if compilation.carried:
        table = _carried_table(compilation)
        section.sections.append(
            Section(
                "tidigare", "Åtgärder från tidigare tertial och deras effekt", [table]
            )
        )
    return section


def _carried_table(compilation: Compilation) -> Table:
    """Return the actions of earlier tertials; to the board not what the follow-up showed."""
    header = ("Enhet", "Åtgärd", "Läge", "Vad uppföljningen visade")
    # What was seen is often told in small numbers.
    widths = (20, 35, 15, 30) if compilation.internal else (25, 55, 20)
    rows = map(_carried, compilation.carried)
    return _table("Åtgärder från tidigare tertial", header, rows, widths)


def _table(
    caption: str,
    header: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
    widths: tuple[int, ...],
) -> Table:
    """Return a table of the columns that have a width."""
    shown = len(widths)
    return Table(
        caption, header[:shown], tuple(row[:shown] for row in rows), widths=widths
    )


def _about(action: Action) -> str:
    """Return the name of the unit that an action's analysis is about."""
    analysis: TertialAnalysis = action.case.tertialanalysis
    return analysis.about.name


def _action(action: Action) -> tuple[str, ...]:
    """Return a row about an action of the tertial."""
    due = f"{action.due_on:%Y-%m-%d}" if action.due_on else NOTHING
    return _about(action), action.text, due, action.state.capitalize()


def _carried(action: Action) -> tuple[str, ...]:
    """Return a row about an action of an earlier tertial."""
    return (
        _about(action),
        action.text,
        action.state.capitalize(),
        action.effect_note or NOTHING,
    )


# --- who is done ------------------------------------------------------------------------------
def units(compilation: Compilation) -> Section:
    """Return the progress of the units' analyses, and for the internal version the chiefs' comments."""
    section = Section("enheter", "Enheternas analyser")
    cases = compilation.analyses
    if not cases:
        section.blocks.append(Paragraph(("Ingen enhets analys är öppnad.",)))
        return section
    section.blocks.append(Paragraph((_of_units(len(compilation.done), len(cases)),)))
    places: dict[int, list[Pattern]] = defaultdict(list)
    for pattern in compilation.patterns:
        places[pattern.analysis_id].append(pattern)
    header = ("Enhet", "Läge", "Chefens kommentar", "Bedömda mönster")
    widths = (40, 20, 20, 20) if compilation.internal else (50, 25, 25)
    rows = (_unit(case, places[case.pk]) for case in cases)
    section.blocks.append(_table("Var analysen står", header, rows, widths))
    notes = tuple(
        (case.about.name, case.chief_note) for case in cases if case.chief_note
    )
    if compilation.internal and notes:
        table = Table(
            "Chefernas kommentarer",
            ("Enhet", "Chefens kommentar"),
            notes,
            widths=(40, 60),
        )
        section.sections.append(
            Section("kommentarer", "Chefernas kommentarer", [table])
        )
    return section


def _of_units(done: int, total: int) -> str:
    """Return how many analyses are done, in words."""
    if done == total == 1:
        return "Analysen är klar."
    if done == total:
        return f"Alla {amount(total, ANALYSIS)} är klara."
    if not done and total == 1:
        return "Analysen pågår."
    if not done:
        return f"Ingen av {amount(total, ANALYSIS)} är klar."
    return f"Klara analyser: {done} av {total}."


def _unit(case: TertialAnalysis, found: Sequence[Pattern]) -> tuple[str, ...]:
    """Return a row about how far a unit's analysis is."""
    state = case.state_label.capitalize()
    if case.state == State.DONE and case.closed_on:
        state = f"Klar {case.closed_on:%Y-%m-%d}"
    judged = sum(pattern.is_judged for pattern in found)
    of_them = f"{judged} av {len(found)}" if found else "Inga mönster"
    return case.about.name, state, "Skriven" if case.chief_note else "Saknas", of_them
