"""What the rules found in a tertial, what people judged and decided of it, and who is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from analysis.models import Kind, Level, Pattern, Signal, State, TertialAnalysis, Verdict
from analysis.nouns import Noun
from analysis.telling import assessment_of, name_of, reason_for
from casework.models import Action
from reports.document import Paragraph, Section, Table
from reports.sentences import amount, listed
from reports.tertials import Compilation

PATTERN = Noun("mönster", "mönster", neuter=True)
UNIT = Noun("enhet", "enheter")
ANALYSIS = Noun("analys", "analyser")
NOTHING = "–"


# --- patterns ---------------------------------------------------------------------------------
def patterns(compilation: Compilation) -> Section:
    """Return every pattern with why it was raised, what it means and what is done about it.

    To the board only how many there are: a pattern is told by counts of few cases.
    """
    section = Section("monster", "Mönster")
    found = compilation.patterns
    unopened = [signal for signal in compilation.signals if signal.level == Level.PATTERN]
    if compilation.purged:
        gone = len(compilation.purged)
        what = (
            "En analys av tertialet är gallrad, med sina"
            if gone == 1
            else f"{gone} analyser är gallrade, med sina"
        )
        section.blocks.append(Paragraph((f"{what} mönster.",)))
        if not found and not unopened:
            return section
    asked = (compilation.unit, compilation.period)
    if not found and not unopened and not compilation.ledger.tells("deviations", "received", *asked):
        section.blocks.append(Paragraph(("Uppgift saknas om vad som kom in: reglerna har inget att räkna.",)))
        return section
    if not found and not unopened:
        said = "Reglerna hittade inget mönster. Det betyder inte att inget har hänt:"
        section.blocks.append(Paragraph((said, "små antal räcker inte alltid för att säga något.")))
        return section
    section.blocks.append(Paragraph(tuple(_of_patterns(found, len(unopened)))))
    if not compilation.internal:
        return section
    rows = [(one.analysis.about.name, _what(one), reason_for(one), _judged(one)) for one in found]
    rows += [(one.unit.name, _what(one), reason_for(one), "Analysen är inte öppnad.") for one in unopened]
    header = ("Enhet", "Mönster", "Varför det syns", "Bedömning och beslut")
    section.blocks.append(
        Table("Mönster att ta ställning till", header, tuple(rows), widths=(20, 25, 30, 25))
    )
    return section


def _of_patterns(found: Sequence[Pattern], unopened: int) -> Iterable[str]:
    """Yield how many patterns there are, how many are judged, and what was decided."""
    where = len({pattern.analysis_id for pattern in found})
    if found:
        yield f"Reglerna pekade ut {amount(len(found), PATTERN)} i {amount(where, UNIT)}."
        judged = sum(pattern.is_judged for pattern in found)
        acted = sum(pattern.verdict == Verdict.ACTION for pattern in found)
        none = judged - acted
        said = f"Bedömda är {judged} av {len(found)}: åtgärd för {acted} och ingen åtgärd för {none}."
        yield said if judged else "Inget är bedömt än."
    if unopened:
        yield f"Därutöver finns {amount(unopened, PATTERN)} i enheter vars analys inte är öppnad."


def _what(found: Pattern | Signal) -> str:
    return f"{found.get_kind_display().capitalize()}: {name_of(found)}"


def _judged(pattern: Pattern) -> str:
    if not pattern.is_judged:
        return "Inte bedömt än."
    return f"{pattern.get_verdict_display().capitalize()}. {assessment_of(pattern)}".strip()


# --- what is only watched ---------------------------------------------------------------------
def watched(compilation: Compilation) -> list[Section]:
    """Return, as an appendix, what is not certain enough to be a pattern; one row for all that recurs."""
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
        routines = listed(list(dict.fromkeys(signal.process for signal in signals)))
        said = f"{sum(signal.count for signal in signals)} ärenden på tolv månader, i {routines}."
        if left_out := sum(signal.parameters.get("left_out", 0) for signal in signals):
            said += f" {left_out} till är ännu mindre säkra."
        rows.append((unit, "Återkommer: samma rutin och orsak", said))
    rows.sort(key=lambda row: row[0])
    section = Section("bevakas", "Det som bevakas", appendix=True)
    said = "Det här är för osäkert för att vara mönster. Det visas för att kunna följas, och bedöms inte."
    section.blocks = [
        Paragraph((said,)),
        Table("Bevakas", ("Enhet", "Vad", "Varför det syns"), tuple(rows), widths=(25, 30, 45)),
    ]
    return [section]


def eased(compilation: Compilation) -> list[Section]:
    """Return, as an appendix, what surely comes in less since an action against it was done."""
    fewer = [signal for signal in compilation.signals if signal.level == Level.FEWER]
    if not fewer or not compilation.internal:
        return []
    rows = sorted((signal.unit.name, name_of(signal), reason_for(signal)) for signal in fewer)
    section = Section("farre", "Färre efter åtgärd", appendix=True)
    header = ("Enhet", "Vad", "Vad som hände")
    section.blocks = [Table("Färre efter åtgärd", header, tuple(rows), widths=(25, 30, 45))]
    return [section]


# --- what is done about it --------------------------------------------------------------------
def actions(compilation: Compilation) -> Section:
    """Return the actions of the tertial, and what became of those before it (SOSFS 2011:9 5 kap. 7-8 §§)."""
    section = Section("atgarder", "Åtgärder")
    if compilation.actions:
        section.blocks.append(
            Table(
                f"Åtgärder ur analysen av {compilation.names[0]}",
                ("Enhet", "Åtgärd", "Klar senast", "Läge"),
                tuple(_action(action) for action in compilation.actions),
                widths=(25, 40, 20, 15),
            )
        )
    else:
        section.blocks.append(Paragraph(("Ingen åtgärd är beslutad ur tertialets analyser än.",)))
    if compilation.carried:
        carried = Section("tidigare", "Åtgärder från tidigare tertial och deras effekt")
        header = ("Enhet", "Åtgärd", "Läge", "Vad uppföljningen visade")
        # To the board not what was seen: it is often told in small numbers.
        widths = (20, 35, 15, 30) if compilation.internal else (25, 55, 20)
        rows = map(_carried, compilation.carried)
        carried.blocks.append(_table("Åtgärder från tidigare tertial", header, rows, widths))
        section.sections.append(carried)
    return section


def _table(
    caption: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]
) -> Table:
    """Return a table of the columns that have a width."""
    shown = len(widths)
    return Table(caption, header[:shown], tuple(row[:shown] for row in rows), widths=widths)


def _about(action: Action) -> str:
    analysis: TertialAnalysis = action.case.tertialanalysis
    return analysis.about.name


def _action(action: Action) -> tuple[str, ...]:
    due = f"{action.due_on:%Y-%m-%d}" if action.due_on else NOTHING
    return _about(action), action.text, due, action.state.capitalize()


def _carried(action: Action) -> tuple[str, ...]:
    return _about(action), action.text, action.state.capitalize(), action.effect_note or NOTHING


# --- who is done ------------------------------------------------------------------------------
def units(compilation: Compilation) -> Section:
    """Return which units are done and which are not, and for the work what the chiefs wrote."""
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
    notes = [(case.about.name, case.chief_note) for case in cases if case.chief_note]
    if compilation.internal and notes:
        said = Section("kommentarer", "Chefernas kommentarer")
        said.blocks.append(
            Table("Chefernas kommentarer", ("Enhet", "Chefens kommentar"), tuple(notes), widths=(40, 60))
        )
        section.sections.append(said)
    return section


def _of_units(done: int, total: int) -> str:
    if done == total:
        return "Analysen är klar." if total == 1 else f"Alla {amount(total, ANALYSIS)} är klara."
    if not done:
        return f"Ingen av {amount(total, ANALYSIS)} är klar." if total > 1 else "Analysen pågår."
    return f"Klara analyser: {done} av {total}."


def _unit(case: TertialAnalysis, found: Sequence[Pattern]) -> tuple[str, ...]:
    state = case.state_label.capitalize()
    if case.state == State.DONE and case.closed_on:
        state = f"Klar {case.closed_on:%Y-%m-%d}"
    judged = sum(pattern.is_judged for pattern in found)
    of_them = f"{judged} av {len(found)}" if found else "Inga mönster"
    return case.about.name, state, "Skriven" if case.chief_note else "Saknas", of_them
