"""The life of a report as a table, and the one function that changes its state.

The same ideas as a case's process (casework.workflow): buttons, permission, demands and history are read
from the steps.  A report is no case: it is read by other people, and has versions of its texts instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction

from casework import jobs
from casework.workflow import StepRefusedError, TooLateError
from organisation.access import ANALYSTS, roles_over
from organisation.models import Role, Unit
from reports.models import AnnualReport, Approval, Edition, Freeze, Publication, ReportLog, State
from reports.small_numbers import count_small
from reports.there import written_keys

if TYPE_CHECKING:
    from organisation.models import User

Demand = Callable[[AnnualReport], str]
# What a step writes beside the state: the report (locked), the facts and who takes it.
Effect = Callable[[AnnualReport, Mapping[str, Any], "User"], None]
DECISION = ("body", "decided_on", "paragraph", "registry_number")
ARCHIVE = "reports.archive"
RECORDERS = frozenset({Role.QUALITY_CONTROLLER, Role.BOARD_SECRETARY})


@dataclass(frozen=True)
class Step:
    """One arrow of a report's life: from which states, to which, who may, and what must be so first.

    ``next_way`` marks the step forward, which the report's page offers first; ``warning`` says what follows.
    """

    name: str
    label: str
    did: str
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]
    law: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()
    effect: Effect | None = None
    warning: str = ""
    next_way: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that the step's form asks for."""
        return self.required + self.optional

    def lacks(self, report: AnnualReport) -> list[str]:
        """Return in Swedish what must be so first and is not."""
        return [lack for demand in self.demands if (lack := demand(report))]


# --- what must be so first ----------------------------------------------------------------------
def newest_texts(report: AnnualReport) -> dict[str, int]:
    """Return the version of each section's text as it stands."""
    newest = report.blocks.order_by("section", "-version").distinct("section")
    return dict(newest.values_list("section", "version"))


def decided_edition(report: AnnualReport) -> Edition | None:
    """Return the edition that stands for decision: the latest, of the locked numbers and newest texts."""
    edition = report.editions.defer("pdf", "html", "figures").first()
    if edition is None or report.freeze_id is None or edition.freeze_id != report.freeze_id:
        return None
    return edition if edition.inputs.get("texts") == newest_texts(report) else None


def approved_edition(report: AnnualReport) -> Edition:
    """Return the edition that was decided last."""
    return report.editions.defer("pdf", "html").filter(approval__isnull=False)[0]


def _is_built(report: AnnualReport) -> str:
    if decided_edition(report):
        return ""
    return "Bygg en utgåva av det låsta underlaget med de senaste texterna först."


def _is_answered(report: AnnualReport) -> str:
    # Nobody can answer in a section that has gone with its department or from the outline.
    count = report.comments.filter(resolved_at=None, section__in=written_keys(report)).count()
    if not count:
        return ""
    comments = "1 kommentar är öppen" if count == 1 else f"{count} kommentarer är öppna"
    return f"{comments}. Svara och markera som klart först."


def _is_alone(report: AnnualReport) -> str:
    others = Publication.objects.filter(edition__report__unit=report.unit, edition__report__year=report.year)
    if others.exclude(edition__report=report).exists():
        return "En annan kvalitetsberättelse för samma enhet och år är redan publicerad."
    return ""


# --- what a step writes beside the state --------------------------------------------------------
def _freeze(report: AnnualReport, facts: Mapping[str, Any], actor: User) -> None:
    last = report.freezes.first()
    report.freeze = Freeze.objects.create(
        report=report, number=last.number + 1 if last else 1, document=facts["document"], created_by=actor
    )


def _thaw(report: AnnualReport, *_: object) -> None:
    report.freeze = None


def _decide(report: AnnualReport, facts: Mapping[str, Any], actor: User) -> None:
    said = {name: facts[name] for name in DECISION}
    # The demand _is_built has seen that there is one.
    edition = cast("Edition", decided_edition(report))
    if said["decided_on"] < edition.extracted_on:
        raise ValidationError(
            {"decided_on": f"Underlaget togs ut {edition.extracted_on}. Ange den dagen eller en senare."}
        )
    Approval.objects.create(edition=edition, recorded_by=actor, **said)


def _publish(report: AnnualReport, facts: Mapping[str, Any], actor: User) -> None:
    edition, assessment = approved_edition(report), facts.get("assessment", "")
    if count_small(edition) and not assessment:
        raise ValidationError({"assessment": "Skriv varför talen kan visas."})
    # Two reports of a unit are two rows, and the unit is one: the second to publish sees the first.
    Unit.objects.select_for_update(no_key=True).get(pk=report.unit_id)
    if taken := _is_alone(report):
        raise StepRefusedError(taken)
    Publication.objects.create(edition=edition, assessment=assessment, published_by=actor)
    jobs.enqueue(ARCHIVE, edition=edition.pk)


_DRAFT, _REVIEW, _LOCKED = frozenset({State.DRAFT}), frozenset({State.REVIEW}), frozenset({State.LOCKED})
_DECIDED = frozenset({State.APPROVED, State.PUBLISHED})

STEPS = (
    Step(
        name="granska",
        label="Skicka på granskning",
        did="Skickades på granskning",
        sources=_DRAFT,
        target=State.REVIEW,
        roles=ANALYSTS,
        law="SOSFS 2011:9 7 kap.",
    ),
    Step(
        name="las",
        label="Lås underlaget",
        did="Underlaget låstes",
        sources=_REVIEW,
        target=State.LOCKED,
        roles=ANALYSTS,
        law="SOSFS 2011:9 7 kap.",
        effect=_freeze,
        warning="Siffror, bilder, tabeller och bilagor står sedan som de är nu, också när registret ändras.",
    ),
    Step(
        name="beslut",
        label="Anteckna beslutet",
        did="Beslutades",
        sources=_LOCKED,
        target=State.APPROVED,
        roles=RECORDERS,
        law="SOSFS 2011:9 7 kap.",
        required=DECISION,
        optional=("despite",),
        demands=(_is_built, _is_answered),
        effect=_decide,
        warning="Den senaste utgåvan blir den beslutade. Den kan aldrig ändras, bara följas av en ny utgåva.",
    ),
    Step(
        name="publicera",
        label="Publicera",
        did="Publicerades",
        sources=frozenset({State.APPROVED}),
        target=State.PUBLISHED,
        roles=frozenset({Role.QUALITY_CONTROLLER}),
        law="OSL 26 kap. 1 §",
        optional=("assessment",),
        demands=(_is_alone,),
        effect=_publish,
        warning="Alla kan sedan läsa berättelsen och hämta talen utan att logga in.",
    ),
    Step(
        name="tillbaka",
        label="Öppna för ändring",
        did="Öppnades för ändring",
        sources=_REVIEW | _LOCKED,
        target=State.DRAFT,
        roles=ANALYSTS,
        law="SOSFS 2011:9 7 kap.",
        required=("reason",),
        effect=_thaw,
        warning="Är underlaget låst blir siffrorna levande igen.",
        next_way=False,
    ),
    Step(
        name="ny-utgava",
        label="Börja på en ny utgåva",
        did="En ny utgåva påbörjades",
        sources=_DECIDED,
        target=State.DRAFT,
        roles=ANALYSTS,
        law="SOSFS 2011:9 7 kap.",
        required=("reason",),
        effect=_thaw,
        warning="Den beslutade utgåvan står kvar som den är, och läses tills den nya är publicerad.",
        next_way=False,
    ),
)


def step_named(name: str) -> Step:
    """Return the step with a name; raises KeyError when there is none."""
    return {step.name: step for step in STEPS}[name]


def open_to(report: AnnualReport, user: User) -> list[Step]:
    """Return the steps that a person may take with a report now; the page's buttons."""
    roles = roles_over(user, report.unit)
    return [step for step in STEPS if report.state in step.sources and step.roles & roles]


def take(
    report: AnnualReport,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any] | None = None,
) -> AnnualReport:
    """Take a step with a report: lock its row, check arrow, role, facts and demands, write and log.

    ``seen_version`` is the version the person saw: when somebody else came first, TooLateError is raised.
    Raises StepRefusedError when the step is not open to the actor or the report lacks something, and
    ValidationError when a fact is missing.
    """
    step, facts = step_named(name), facts or {}
    with transaction.atomic():
        locked = AnnualReport.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)
        if not step.roles & roles_over(actor, locked.unit):
            raise StepRefusedError("Din roll ger inte rätt att göra det här.")
        if locked.version != seen_version:
            raise TooLateError("Någon annan hann före. Läs det nya läget och försök igen.")
        if locked.state not in step.sources:
            raise StepRefusedError("Berättelsen är inte i ett läge där det går.")
        missing = [field for field in step.required if facts.get(field) in (None, "")]
        if missing:
            raise ValidationError(dict.fromkeys(missing, "Fyll i det här fältet."))
        if lacking := step.lacks(locked):
            raise StepRefusedError(" ".join(lacking))
        source = locked.state
        if step.effect:
            step.effect(locked, facts, actor)
        locked.state, locked.version = step.target, locked.version + 1
        locked.save(update_fields=["state", "version", "freeze"])
        reason = facts.get("reason", "")
        log(locked, step.name, step.did, actor=actor, states=(source, step.target), reason=reason)
    return locked


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
