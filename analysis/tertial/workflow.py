"""The process of analysing a tertial, as a table (SOSFS 2011:9 5 kap. 6 §)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from analysis.figures.access import may_split
from analysis.models import State, TertialAnalysis
from casework.background.notifications import Audience, compilers_over
from casework.improvement.actions import has_action, needs_action
from casework.models import Notice
from casework.process.steps import NEW_ACTION, Page, Step, Task
from casework.process.workflow import Workflow
from organisation.rights import Right

if TYPE_CHECKING:
    from organisation.models import User

LAW = "SOSFS 2011:9 5 kap. 6 §"


# --- what an analysis must have before it is done ---------------------------------------------
def needs_chief_note(case: TertialAnalysis) -> str:
    """Ask for what the chief says of the unit's own figures."""
    return "" if case.chief_note else "Chefen behöver först skriva sin kommentar."


def needs_conclusion(case: TertialAnalysis) -> str:
    """Ask for what was concluded."""
    return "" if case.conclusion else "Skriv först slutsatsen."


def needs_judgements(case: TertialAnalysis) -> str:
    """Ask for a verdict on each pattern."""
    left = list(
        map(str, case.patterns.filter(verdict="").values_list("position", flat=True))
    )
    if not left:
        return ""
    return f"Bedöm först mönster {', '.join(left)}."


needs_action_or_reason = needs_action(
    "Lägg först till en åtgärd, eller skriv varför ingen behövs.",
    reason="no_action_reason",
)


def needs_units_below(case: TertialAnalysis) -> str:
    """Ask for the units below to be done first: their conclusions are what this one rests on."""
    below = TertialAnalysis.objects.of(case.year, case.tertial).filter(
        state=State.OPEN, about__path__startswith=case.about.path
    )
    left = below.exclude(pk=case.pk).count()
    if not left:
        return ""
    if left == 1:
        return "En enhet är inte klar än."
    return f"{left} enheter är inte klara än."


# --- what is left to do -------------------------------------------------------------------------
def _left(case: TertialAnalysis) -> str:
    judged = [pattern.is_judged for pattern in case.patterns.all()]
    return "" if all(judged) else f" ({judged.count(False)} av {len(judged)} kvar)"


NOTE = Task("Chefens kommentar", answers=(needs_chief_note,))
PATTERNS = Task(
    "Bedöm mönster",
    done=lambda case: bool(case.patterns.all()),
    answers=(needs_judgements,),
    left=_left,
)
CONCLUSION = Task("Slutsats", answers=(needs_conclusion,))
# An action or a reason: where there is one, the other is not asked for.
ACTION = Task(
    "Besluta en åtgärd",
    answers=(needs_action_or_reason,),
    applies=lambda case: not case.no_action_reason or has_action(case),
)
NO_ACTION = Task(
    "Eller skriv varför ingen behövs",
    answers=(needs_action_or_reason,),
    applies=lambda case: not has_action(case),
)
DONE = Task("Markera som klar", done=lambda case: case.state == State.DONE)


def _pattern_page(case: TertialAnalysis, user: User) -> str:
    """Return the address of the first pattern that is left to a person, or of the first of all."""
    patterns = case.patterns.all()
    left = [pattern for pattern in patterns if not pattern.is_judged] or patterns
    own = [each for each in left if may_split(user, each.subject, case.about)]
    if not own:
        return ""
    return reverse("analysis:pattern", args=[case.number, own[0].position])


# --- what follows from a step -----------------------------------------------------------------
def _to_whoever_compiles(case: TertialAnalysis, *_: object) -> dict[str, Any]:
    """Hand the analysis to the nearest who compile when the chief has written: the next step is theirs."""
    compilers = compilers_over(case)
    return {"owner": compilers[0]} if compilers and not case.owner_id else {}


WORKFLOW = Workflow(
    TertialAnalysis,
    (
        Step(
            name="kommentera",
            label="Chefens kommentar",
            did="Chefen kommenterade",
            sources=frozenset({State.OPEN}),
            target=None,
            right=Right.ANALYSIS_COMMENT,
            law=LAW,
            required=("chief_note",),
            also=_to_whoever_compiles,
            tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
            task=NOTE,
        ),
        Page(
            name="monster",
            sources=frozenset({State.OPEN}),
            right=Right.ANALYSIS_JUDGE,
            address=_pattern_page,
            task=PATTERNS,
        ),
        Step(
            name="slutsats",
            label="Slutsats",
            did="Slutsatsen skrevs",
            sources=frozenset({State.OPEN}),
            target=None,
            right=Right.ANALYSIS_JUDGE,
            law=LAW,
            required=("conclusion",),
            task=CONCLUSION,
        ),
        Page(
            name="atgarder",
            sources=frozenset({State.OPEN}),
            right=Right.ANALYSIS_JUDGE,
            address=NEW_ACTION,
            task=ACTION,
        ),
        Step(
            name="ingen-atgard",
            label="Ingen åtgärd behövs",
            did="Ingen åtgärd behövs",
            sources=frozenset({State.OPEN}),
            target=None,
            right=Right.ANALYSIS_JUDGE,
            law="SOSFS 2011:9 5 kap. 7 §",
            required=("no_action_reason",),
            task=NO_ACTION,
        ),
        Step(
            name="klar",
            label="Markera som klar",
            did="Analysen är klar",
            sources=frozenset({State.OPEN}),
            target=State.DONE,
            right=Right.ANALYSIS_COMPILE,
            law=LAW,
            dates=("closed_on",),
            demands=(
                needs_chief_note,
                needs_judgements,
                needs_conclusion,
                needs_action_or_reason,
                needs_units_below,
            ),
            task=DONE,
        ),
        Step(
            name="oppna-igen",
            label="Öppna igen",
            did="Öppnades igen",
            sources=frozenset({State.DONE}),
            target=State.OPEN,
            right=Right.ANALYSIS_COMPILE,
            law=LAW,
            required=("reason",),
            clears=("closed_on",),
            tells=((Notice.Kind.ASSIGNED, Audience.OWNER),),
        ),
    ),
)


def workflow_of(_case: TertialAnalysis) -> Workflow[TertialAnalysis]:
    """Return the process that an analysis follows: there is one."""
    return WORKFLOW
