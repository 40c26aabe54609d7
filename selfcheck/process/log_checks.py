"""The verbs of a log check: begin one, draw readings, judge each, sign (lag 2001:454 10 §).

Whoever drew the readings reviews them, and nobody else.  The reviewer's own are never among them, and a
chief whose readings are drawn among never reviews: that is for the chief above or the data protection officer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import Reading
from casework.cases.history import log
from casework.handling.services import wait_for_form
from casework.process.workflow import StepRefusedError, take
from organisation.access import may, units_for
from organisation.rights import Right
from selfcheck.models import (
    Draw,
    DrawnReading,
    Judgement,
    Method,
    SelfCheck,
    State,
    UploadedReading,
    Verdict,
)
from selfcheck.process.services import make_check
from selfcheck.process.signing import BEGINNING, SIGNS
from selfcheck.process.workflow import workflow_of
from selfcheck.review.asking import Asked, OwnLog, drawn_from, kept_from, log_of
from selfcheck.review.drawing import draw
from selfcheck.review.gathering import flagged, flagged_lines
from selfcheck.review.judging import last_draw

if TYPE_CHECKING:
    from organisation.models import Unit, User

OWN_SYSTEM = "Kvalitet"
MOST_DRAWN, MOST_EACH = 50, 20
NOT_YOURS = "Loggkontrollen är inte din att göra."
NOTHING_READ = "Ingen läsning att kontrollera finns i de dagarna."


# --- who reviews ------------------------------------------------------------------------------
def log_checks_of(user: User) -> QuerySet[SelfCheck]:
    """Return the log checks that a person may do: not one that he or she is checked in, or kept out of."""
    units = units_for(user, Right.SELFCHECK_CHECK_LOGS).order_by().values("pk")
    checks = SelfCheck.objects.filter(
        method=Method.LOG_CHECK, unit__in=units, protected=False
    )
    checks = checks.exclude(recusals__user=user.pk).exclude(reporter=user.pk)
    among = Draw.objects.filter(
        of=Draw.Of.STAFF,
        question__uploaded=False,
        members__contains=[str(user.pk)],
        readings__isnull=False,
    )
    read = DrawnReading.objects.filter(person=user.pk)
    return checks.exclude(pk__in=among.order_by().values("check_case")).exclude(
        pk__in=read.order_by().values("check_case")
    )


def may_check(case: SelfCheck, user: User) -> bool:
    """Tell whether a person may do a log check, or see what it came to."""
    return log_checks_of(user).filter(pk=case.pk).exists()


def may_draw(case: SelfCheck, user: User) -> bool:
    """Tell whether a person may draw readings in a check: until it is signed, and while no other judges."""
    return case.state in BEGINNING and may_check(case, user)


def may_upload(case: SelfCheck, user: User) -> bool:
    """Tell whether a person may put the log of another system into a check: before anything is drawn."""
    return last_draw(case) is None and may_draw(case, user)


def reviews(case: SelfCheck, user: User) -> bool:
    """Tell whether the drawn readings of a check are a person's to judge."""
    drawn = last_draw(case)
    return drawn is not None and drawn.drawn_by_id == user.pk and may_check(case, user)


def lock_check(case: SelfCheck, actor: User) -> SelfCheck:
    """Lock a log check to draw, judge or upload in; refuse others than those who may, and once it is signed."""
    locked = (
        SelfCheck.objects.select_for_update(of=("self", "case_ptr"))
        .select_related("unit")
        .get(pk=case.pk)
    )
    if not may_check(locked, actor):
        raise StepRefusedError(NOT_YOURS)
    if locked.state not in BEGINNING:
        raise StepRefusedError("Loggkontrollen är redan signerad.")
    return locked


# --- begin and draw ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Wanted:
    """What the reviewer asks for: a question to the log, among how many, and why it is asked again."""

    asked: Asked
    count: int
    reason: str = ""


def begin_log_check(
    *, actor: User, unit: Unit, form_token: UUID, wanted: Wanted | None
) -> SelfCheck:
    """Begin a log check of a unit and draw its readings at once; one form is one check.

    Nothing is drawn (``wanted``) where the log of another system is to be uploaded first.

    Raises StepRefusedError where the actor checks no logs, and ValidationError where nothing was read.
    """
    if not may(actor, Right.SELFCHECK_CHECK_LOGS, unit):
        raise StepRefusedError("Din roll ger inte rätt att göra loggkontroll där.")
    token = uuid5(form_token, str(actor.pk))
    with transaction.atomic():
        wait_for_form(token)
        if begun := SelfCheck.objects.filter(form_token=token).first():
            return begun
        case = make_check(
            form_token=token,
            unit=unit,
            title="Loggkontroll",
            workplace=unit.name,
            method=Method.LOG_CHECK,
            state=State.ONGOING,
            owner=actor,
            planned_on=timezone.localdate(),
        )
        log(
            case,
            action="plan",
            label="Loggkontrollen började",
            actor=actor,
            to_state=case.state,
        )
        if wanted is not None:
            draw_readings(case, actor=actor, wanted=wanted)
    return case


def draw_readings(case: SelfCheck, *, actor: User, wanted: Wanted) -> Draw:
    """Draw readings of the log at random, and keep what is known of each; the glass is always among them.

    A second draw needs a reason, and is only made where nobody has judged, or another reviewer takes over.
    Raises ValidationError where there is nothing to draw among.
    """
    with transaction.atomic():
        locked = lock_check(case, actor)
        _refuse_again(locked, actor, wanted.reason)
        asked = wanted.asked
        source = log_of(locked, actor, asked)
        always = source.always(locked) if isinstance(source, OwnLog) else []
        members = source.members()
        if not members:
            raise ValidationError({"first": NOTHING_READ})
        count, seed = min(wanted.count, len(members)), secrets.token_hex(16)
        places = draw(seed, size=len(members), count=count)
        rows: list[Any] = list(always)
        chosen = drawn_from(source, members, places, seed=seed, each=asked.each)
        rows += _once(chosen, {row.id for row in always})
        made = Draw.objects.create(
            check_case=locked,
            of=asked.by,
            population=_population(asked, locked.unit),
            size=len(members),
            count=count,
            seed=seed,
            drawn=places,
            members=members,
            question=asked.as_question(),
            reason=wanted.reason,
            drawn_by=actor,
        )
        _keep(made, rows, always=len(always))
        label = f"Drog {len(rows)} läsningar ur loggen"
        log(locked, action="draw", label=label, actor=actor)
        return made


def _refuse_again(case: SelfCheck, actor: User, reason: str) -> None:
    before = case.draws.last()
    if before is None:
        return
    if not reason:
        raise ValidationError({"reason": "Skriv varför urvalet görs om."})
    if case.answers.exists():
        raise StepRefusedError("Granskningen har börjat. Urvalet går inte att göra om.")
    is_judged = Judgement.objects.filter(drawn__draw=before).exists()
    if is_judged and before.drawn_by_id == actor.pk:
        raise StepRefusedError("Bedömningen har börjat. Urvalet går inte att göra om.")


def _once(chosen: Any, taken: set[int]) -> list[Any]:
    """Return the drawn readings: one that is in the check anyhow, or shows two drawn cases, is judged once."""
    found: list[Any] = []
    for _member, _all, rows in chosen:
        for row in rows:
            key = row.id if isinstance(row, Reading) else row.pk
            if key not in taken:
                taken.add(key)
                found.append(row)
    return found


def _population(asked: Asked, unit: Unit) -> str:
    of = "Medarbetare" if asked.by == Draw.Of.STAFF else "Ärenden"
    whose = "i den uppladdade loggen" if asked.file else f"i {unit.name} som"
    did = "har läst" if asked.by == Draw.Of.STAFF else "har lästs"
    did = "" if asked.file else f" {did}"
    return f"{of} {whose}{did} från {asked.first} till {asked.last}"


def _keep(made: Draw, rows: list[Any], *, always: int) -> None:
    uploaded = made.question["uploaded"]
    if uploaded:
        whole = UploadedReading.objects.filter(
            check_case=made.check_case,
            file=made.question["file"],
            who__in={row.who for row in rows},
        )
        flags = flagged_lines(rows, whole)
    else:
        flags = flagged(rows)
    kept = []
    for place, (row, found) in enumerate(zip(rows, flags, strict=True), start=1):
        facts = {"uploaded": row} if uploaded else _facts(row)
        kept.append(
            DrawnReading(
                check_case_id=made.check_case_id,
                draw=made,
                position=place,
                always=place <= always,
                at=row.at,
                flags=found,
                **facts,
            )
        )
    DrawnReading.objects.bulk_create(kept)


def _facts(row: Reading) -> dict[str, Any]:
    return {
        "reading": row.id,
        "person_id": row.person_id,
        "role": row.role,
        "way": row.way,
        "kind": row.kind,
        "cases": row.cases,
    }


# --- judge and sign ---------------------------------------------------------------------------
def judge(
    case: SelfCheck, *, actor: User, place: int, verdict: str, reason: str = ""
) -> None:
    """Judge one drawn reading; the last judgement counts, and the earlier ones stay.

    The same said twice is said once.  Raises StepRefusedError for anybody but who drew, and ValidationError
    where a reading is not motivated and nothing says why.
    """
    with transaction.atomic():
        locked = lock_check(case, actor)
        drawn = last_draw(locked)
        if drawn is None or drawn.drawn_by_id != actor.pk:
            raise StepRefusedError(NOT_YOURS)
        row = drawn.readings.filter(position=place).first()
        if row is None:
            raise StepRefusedError("Läsningen är inte med i urvalet.")
        if row.cases and kept_from(actor, row.cases).issuperset(row.cases):
            raise StepRefusedError(
                "Du är jävig i det ärendet nu. Låt någon annan ta över loggkontrollen."
            )
        if verdict != Verdict.MOTIVATED and not reason:
            raise ValidationError({"reason": "Skriv varför."})
        last = row.judgements.last()
        if last and (last.verdict, last.reason) == (verdict, reason):
            return
        Judgement.objects.create(
            check_case=locked,
            drawn=row,
            verdict=verdict,
            reason=reason,
            judged_by=actor,
        )
        # What was said and why is not for the history: those who are checked may read that.
        label = f"Bedömde läsning {place} av {drawn.readings.count()}"
        log(locked, action="judge", label=label, actor=actor)


def sign(
    case: SelfCheck, *, actor: User, seen_version: int, facts: Mapping[str, Any]
) -> SelfCheck:
    """Sign a log check whose readings are all judged, with the number that it is registered under.

    Where all were motivated nothing is left to do, and it is closed.
    """
    with transaction.atomic():
        locked = lock_check(case, actor)
        if not reviews(locked, actor):
            raise StepRefusedError(NOT_YOURS)
        return take(
            workflow_of(locked),
            locked,
            SIGNS,
            actor=actor,
            seen_version=seen_version,
            facts=facts,
        )
