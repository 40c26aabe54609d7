"""How an event that is a misconduct becomes a lex Sarah report, and whom it is for at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import dateformat, timezone

from casework.background.notifications import Audience, tell, tell_people
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.cases.receiving import handlers_over
from casework.handling.services import begin_protection, next_number
from casework.models import Case, Circle, NamedReader, Notice, Recusal
from casework.process.workflow import take_by_system
from lexsarah.models import LexSarahCase, LexSarahReport, State
from lexsarah.process.effects import set_clock
from lexsarah.process.workflow import workflow_of
from organisation.access import paths_above
from organisation.models import Membership, User
from organisation.rights import Right

if TYPE_CHECKING:
    from deviations.models import Deviation


def receive(
    *, deviation: Deviation, actor: User | None, grounds: str = ""
) -> LexSarahReport:
    """Make an event a lex Sarah report, in the transaction that says so, and tell whom it is for at once.

    What was reported before and sent back goes on in the same case.  With no investigator over the unit
    the quality controllers are told: no report lies where nobody looks.
    """
    today = timezone.localdate()
    earlier = LexSarahCase.objects.select_for_update(of=("self", "case_ptr")).filter(
        reports__deviation=deviation, state=State.RETURNED
    )
    case = earlier.first() or _new_case(deviation, actor)
    report = LexSarahReport.objects.create(
        case=case,
        number=next_number("LSR", today.year),
        unit=deviation.unit,
        occurred_on=deviation.occurred_on,
        received_on=today,
        description=deviation.description,
        deviation=deviation,
        reporter=deviation.reporter,
    )
    if case.state == State.RETURNED:
        case = take_by_system(workflow_of(case), case, "file-again", actor=actor)
    else:
        at = None if actor else deviation.created_at
        log(
            case,
            action="file",
            label="Rapporterades",
            actor=actor,
            to_state=case.state,
            at=at,
        )
    _keep_out(case, deviation)
    if deviation.protected and not case.protected:
        _protect(case, deviation, actor)
    if grounds:
        _add_grounds(case, grounds, actor)
    set_clock(case)
    _tell_at_once(case, actor)
    return report


def _add_grounds(case: LexSarahCase, grounds: str, actor: User | None) -> None:
    """Add to the event why it was found to be one to report."""
    before = facts_of(case)
    case.event = f"{case.event}\n\nChefens bedömning: {grounds}"
    case.save(update_fields=["event"])
    changes = changes_in(case, before)
    log(
        case,
        action="grounds",
        label="Chefens bedömning fogades till",
        actor=actor,
        changes=changes,
    )


def _new_case(deviation: Deviation, actor: User | None) -> LexSarahCase:
    today = timezone.localdate()
    happened = deviation.occurred_on
    return LexSarahCase.objects.create(
        number=next_number("LS", today.year),
        subject=LexSarahCase._meta.app_label,
        circle=Circle.FEW,
        title=deviation.title,
        unit=deviation.unit,
        target_group=deviation.target_group,
        process=deviation.process,
        occurred_on=happened,
        received_on=today,
        # Of what an anonymous person does, the day alone is kept.
        created_at=timezone.now() if actor else deviation.created_at,
        reporter=deviation.reporter,
        from_outside=deviation.from_outside,
        # What the report says is never asked again.
        event=deviation.description,
        happened=dateformat.format(happened, "j F Y").capitalize() if happened else "",
        immediate_measures=deviation.immediate_measures,
        immediate_measures_on=today if deviation.immediate_measures else None,
        cause_level=deviation.cause_level,
        cause_area=deviation.cause_area,
        organisation_part=deviation.organisation_part,
    )


def _keep_out(case: LexSarahCase, deviation: Deviation) -> None:
    """Keep whoever has no part in the event from the case about it, too (FL 16-18 §§, jäv)."""
    Recusal.objects.bulk_create(
        [
            Recusal(case_id=case.pk, user_id=user, declared_by_id=declared_by)
            for user, declared_by in deviation.recusals.values_list(
                "user", "declared_by"
            )
        ],
        ignore_conflicts=True,
    )


def _protect(case: LexSarahCase, deviation: Deviation, actor: User | None) -> None:
    """Let investigators read what is about a protected person, and of the chiefs those already named."""
    named = [reader.user for reader in deviation.named_readers.select_related("user")]
    receivers = (handlers_over(case) or _controllers_over(case))[: NamedReader.MOST - 1]
    kept_out = {deviation.reporter_id, *case.recusals.values_list("user", flat=True)}
    readers = [
        person
        for person in dict.fromkeys([*receivers, *named])
        if person.pk not in kept_out
    ]
    begin_protection(
        case, readers=readers[: NamedReader.MOST], actor=actor or readers[0]
    )


def _tell_at_once(case: LexSarahCase, actor: User | None) -> None:
    spine = Case.objects.select_related("unit").get(pk=case.pk)
    if handlers_over(spine):
        tell(spine, Notice.Kind.URGENT, audience=Audience.HANDLERS, but=actor)
    else:
        tell_people(spine, Notice.Kind.URGENT, _controllers_over(spine))
    tell(spine, Notice.Kind.URGENT, audience=Audience.CHIEFS, but=actor)


def _controllers_over(case: Case) -> list[User]:
    over = Membership.objects.valid().filter(
        role__in=Right.CASES_DEPUTISE.roles,
        unit__path__in=paths_above(case.unit),
        user__is_active=True,
    )
    return list(User.objects.filter(pk__in=over.values("user")))
