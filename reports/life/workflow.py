"""The life of a report as a table, taken by the same engine as the process of a case (casework.process.workflow).

A report is no case: it is read by other people, and has versions of its texts instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError

from casework.background import jobs
from casework.process.steps import Step
from casework.process.workflow import Process, StepRefusedError, Taken
from organisation.models import Unit
from organisation.rights import Right
from reports.models import (
    AnnualReport,
    Approval,
    Edition,
    Freeze,
    Publication,
    ReportLog,
    State,
)
from reports.outlines.written_sections import written_keys

if TYPE_CHECKING:
    from organisation.models import User

DECISION = ("body", "decided_on", "paragraph", "registry_number")
ARCHIVE = "reports.archive"


# --- what must be so first ----------------------------------------------------------------------
def decided_edition(report: AnnualReport) -> Edition | None:
    """Return the edition that stands for decision: the latest, of the locked numbers and newest texts."""
    edition = report.editions.defer("pdf", "html", "figures").first()
    if (
        edition is None
        or report.freeze_id is None
        or edition.freeze_id != report.freeze_id
    ):
        return None
    return edition if edition.inputs.get("texts") == report.newest_texts() else None


def approved_edition(report: AnnualReport) -> Edition:
    """Return the edition that was decided last."""
    return report.editions.defer("pdf", "html").filter(approval__isnull=False)[0]


def _is_built(report: AnnualReport) -> str:
    if decided_edition(report):
        return ""
    return "Bygg en utgåva av det låsta underlaget med de senaste texterna först."


def _is_answered(report: AnnualReport) -> str:
    # Nobody can answer in a section that has gone with its department or from the outline.
    count = report.comments.filter(
        resolved_at=None, section__in=written_keys(report)
    ).count()
    if not count:
        return ""
    comments = "1 kommentar är öppen" if count == 1 else f"{count} kommentarer är öppna"
    return f"{comments}. Svara och markera som klart först."


def _is_alone(report: AnnualReport) -> str:
    others = Publication.objects.filter(
        edition__report__unit=report.unit, edition__report__year=report.year
    )
    if others.exclude(edition__report=report).exists():
        return (
            "En annan kvalitetsberättelse för samma enhet och år är redan publicerad."
        )
    return ""


# --- what a step writes beside the state --------------------------------------------------------
def _freeze(
    report: AnnualReport, facts: Mapping[str, Any], actor: User
) -> dict[str, Any]:
    last = report.freezes.first()
    number = last.number + 1 if last else 1
    document = facts["document"]
    made = Freeze.objects.create(
        report=report, number=number, document=document, created_by=actor
    )
    return {"freeze": made}


def _decide(report: AnnualReport, facts: Mapping[str, Any], actor: User) -> None:
    said = {name: facts[name] for name in DECISION}
    # The demand _is_built has seen that there is one.
    edition = cast("Edition", decided_edition(report))
    if said["decided_on"] < edition.extracted_on:
        raise ValidationError(
            {
                "decided_on": f"Underlaget togs ut {edition.extracted_on}. Ange den dagen eller en senare."
            }
        )
    Approval.objects.create(edition=edition, recorded_by=actor, **said)


def _publish(report: AnnualReport, facts: Mapping[str, Any], actor: User) -> None:
    edition, assessment = approved_edition(report), facts.get("assessment", "")
    # Told by reports.publishing.advancing, which reads the edition; one that nobody has read takes an assessment.
    if facts.get("shows_few", True) and not assessment:
        raise ValidationError({"assessment": "Skriv varför talen kan visas."})
    # Two reports of a unit are two rows, and the unit is one: the second to publish sees the first.
    Unit.objects.select_for_update(no_key=True).get(pk=report.unit_id)
    if taken := _is_alone(report):
        raise StepRefusedError(taken)
    Publication.objects.create(
        edition=edition, assessment=assessment, published_by=actor
    )
    jobs.enqueue(ARCHIVE, edition=edition.pk)


_DRAFT, _REVIEW, _LOCKED = (
    frozenset({State.DRAFT}),
    frozenset({State.REVIEW}),
    frozenset({State.LOCKED}),
)
_DECIDED = frozenset({State.APPROVED, State.PUBLISHED})

STEPS = (
    Step(
        name="granska",
        label="Skicka på granskning",
        did="Skickades på granskning",
        sources=_DRAFT,
        target=State.REVIEW,
        right=Right.REPORTS_WRITE,
        law="SOSFS 2011:9 7 kap.",
    ),
    Step(
        name="las",
        label="Lås underlaget",
        did="Underlaget låstes",
        sources=_REVIEW,
        target=State.LOCKED,
        right=Right.REPORTS_WRITE,
        law="SOSFS 2011:9 7 kap.",
        also=_freeze,
        warning="Siffror, bilder, tabeller och bilagor står sedan som de är nu, också när registret ändras.",
    ),
    Step(
        name="beslut",
        label="Anteckna beslutet",
        did="Beslutades",
        sources=_LOCKED,
        target=State.APPROVED,
        right=Right.REPORTS_RECORD_DECISION,
        law="SOSFS 2011:9 7 kap.",
        required=DECISION,
        optional=("despite",),
        beside=(*DECISION, "despite", "reason"),
        demands=(_is_built, _is_answered),
        after=_decide,
        warning="Den senaste utgåvan blir den beslutade. Den kan aldrig ändras, bara följas av en ny utgåva.",
    ),
    Step(
        name="publicera",
        label="Publicera",
        did="Publicerades",
        sources=frozenset({State.APPROVED}),
        target=State.PUBLISHED,
        right=Right.REPORTS_PUBLISH,
        law="OSL 26 kap. 1 §",
        optional=("assessment",),
        beside=("assessment",),
        demands=(_is_alone,),
        after=_publish,
        warning="Alla kan sedan läsa berättelsen och hämta talen utan att logga in.",
    ),
    Step(
        name="tillbaka",
        label="Öppna för ändring",
        did="Öppnades för ändring",
        sources=_REVIEW | _LOCKED,
        target=State.DRAFT,
        right=Right.REPORTS_WRITE,
        law="SOSFS 2011:9 7 kap.",
        required=("reason",),
        clears=("freeze",),
        warning="Är underlaget låst blir siffrorna levande igen.",
        backwards=True,
    ),
    Step(
        name="ny-utgava",
        label="Börja på en ny utgåva",
        did="En ny utgåva påbörjades",
        sources=_DECIDED,
        target=State.DRAFT,
        right=Right.REPORTS_WRITE,
        law="SOSFS 2011:9 7 kap.",
        required=("reason",),
        clears=("freeze",),
        warning="Den beslutade utgåvan står kvar som den är, och läses tills den nya är publicerad.",
        backwards=True,
    ),
)


class Life(Process[AnnualReport]):
    """The life of a report: it is read by other people than cases, and its history has the reasons in it."""

    NOT_NOW = "Berättelsen är inte i ett läge där det går."

    def keep(self, taken: Taken) -> None:
        """Add the step to the report's history, with why."""
        step, states = taken.step, (taken.state_before, taken.record.state)
        reason = taken.facts.get("reason", "")
        log(
            taken.record,
            step.name,
            step.did,
            actor=taken.actor,
            states=states,
            reason=reason,
        )


LIFE = Life(AnnualReport, STEPS)


def log(
    report: AnnualReport,
    action: str,
    label: str,
    *,
    actor: User | None,
    states: tuple[str, str] = ("", ""),
    reason: str = "",
) -> ReportLog:
    """Write down what was done with a report; what is written is never changed."""
    return ReportLog.objects.create(
        report=report,
        action=action,
        label=label,
        actor=actor,
        from_state=states[0],
        to_state=states[1],
        reason=reason,
    )
