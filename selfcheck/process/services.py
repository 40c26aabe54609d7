"""The verbs of self-checks: begin one, take a step, draw what is reviewed, answer, publish a template."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from casework.background.notifications import Audience, tell
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.handling.services import next_number, wait_for_form
from casework.models import Case, Change, Notice
from casework.process.workflow import StepRefusedError, may_in_case, take
from organisation.access import may
from organisation.rights import Right
from selfcheck.models import Answer, Draw, SelfCheck, Template, TemplateVersion
from selfcheck.process.signing import BEGINNING
from selfcheck.process.workflow import workflow_of
from selfcheck.review.drawing import draw
from selfcheck.review.judging import last_draw

if TYPE_CHECKING:
    from organisation.models import User

MOST_DRAWN = 500


def begin(*, actor: User, form_token: UUID, facts: Mapping[str, Any]) -> SelfCheck:
    """Begin a self-check outside the plan of the year (SOSFS 2011:9 5 kap. 2 §); one form is one check.

    Raises StepRefusedError when the actor checks nothing in that unit.
    """
    if not may(actor, Right.SELFCHECK_PLAN, facts["unit"]):
        raise StepRefusedError("Din roll ger inte rätt att planera egenkontroller där.")
    token = uuid5(form_token, str(actor.pk))
    with transaction.atomic():
        wait_for_form(token)
        if begun := SelfCheck.objects.filter(form_token=token).first():
            return begun
        case = make_check(form_token=token, **facts)
        log(case, action="plan", label="Planerades", actor=actor, to_state=case.state)
        tell(case, Notice.Kind.NEW, audience=Audience.HANDLERS, but=actor)
    return case


def make_check(**facts: Any) -> SelfCheck:
    """Make a planned check with the next number; the caller's transaction says why."""
    today = timezone.localdate()
    return SelfCheck.objects.create(
        number=next_number("EK", today.year),
        subject=SelfCheck._meta.app_label,
        received_on=today,
        due_on=facts["planned_on"],
        **facts,
    )


def take_step(
    case: SelfCheck,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> SelfCheck:
    """Take a step of the process; see casework.process.workflow.take for what it refuses.

    One that is taken on a page of its own has a verb of its own (selfcheck.process.log_checks).
    """
    workflow = workflow_of(case)
    if name in {step.name for step in workflow.steps if step.taken_at}:
        raise StepRefusedError("Det görs under Läsningar i loggen.")
    return take(
        workflow,
        case,
        name,
        actor=actor,
        seen_version=seen_version,
        facts=facts,
    )


# --- drawing and answering --------------------------------------------------------------------
def may_review(case: SelfCheck, user: User) -> bool:
    """Tell whether a person draws and answers in a check: a chief of the unit, until there is a result."""
    return case.state in BEGINNING and may_in_case(case, user, Right.SELFCHECK_DO)


def lock_review(case: SelfCheck, actor: User) -> SelfCheck:
    """Lock a check to draw, answer or record in; refuse other people, and once it has a result."""
    locked = SelfCheck.objects.select_for_update(of=("self", "case_ptr")).get(
        pk=case.pk
    )
    if not may_review(locked, actor):
        raise StepRefusedError(
            "Egenkontrollen har redan ett resultat, eller är inte din att göra."
        )
    return locked


def make_draw(
    case: SelfCheck,
    *,
    actor: User,
    of: Draw.Of,
    population: str,
    size: int,
    count: int,
    reason: str = "",
) -> Draw:
    """Draw at random from a population that is only counted, such as the files of a journal.

    A second draw needs a reason, and both stay to be read.  Raises StepRefusedError when there are answers.
    """
    with transaction.atomic():
        locked = lock_review(case, actor)
        return _store(
            locked,
            actor,
            of=of,
            population=population,
            size=size,
            count=count,
            reason=reason,
            members=[],
        )


def draw_cases(
    case: SelfCheck,
    *,
    actor: User,
    cases: list[Case],
    population: str,
    count: int,
    with_protected: bool = False,
    reason: str = "",
) -> Draw:
    """Draw at random among cases, without protected persons unless asked for (OSL 21 kap. 3 §)."""
    numbers = sorted(
        found.number for found in cases if with_protected or not found.protected
    )
    with transaction.atomic():
        locked = lock_review(case, actor)
        return _store(
            locked,
            actor,
            of=Draw.Of.CASES,
            population=population,
            size=len(numbers),
            count=count,
            reason=reason,
            members=numbers,
            with_protected=with_protected,
        )


def _store(
    case: SelfCheck, actor: User, *, size: int, count: int, reason: str, **facts: Any
) -> Draw:
    if size < 1:
        raise ValidationError({"population": "Det finns inget att dra ur."})
    if not 1 <= count <= min(size, MOST_DRAWN):
        most = min(size, MOST_DRAWN)
        raise ValidationError({"count": f"Dra minst 1 och högst {most}."})
    if case.draws.exists() and not reason:
        raise ValidationError({"reason": "Skriv varför urvalet görs om."})
    if case.answers.exists():
        raise StepRefusedError("Granskningen har börjat. Urvalet går inte att göra om.")
    if last_draw(case) is not None:
        raise StepRefusedError("Läsningar är redan dragna ur loggen. Bedöm dem.")
    seed = secrets.token_hex(16)
    made = Draw.objects.create(
        check_case=case,
        size=size,
        count=count,
        reason=reason,
        seed=seed,
        drawn=draw(seed, size=size, count=count),
        drawn_by=actor,
        **facts,
    )
    log(case, action="draw", label=f"Drog {count} av {size}", actor=actor)
    return made


def answer(case: SelfCheck, *, actor: User, file: int, said: Mapping[int, str]) -> None:
    """Answer questions about one reviewed file; an answer that is given again replaces the first.

    Raises StepRefusedError when nothing is drawn, or the file or a question is not there.
    """
    with transaction.atomic():
        locked = lock_review(case, actor)
        drawn = locked.draws.last()
        questions = len(locked.template.questions) if locked.template else 0
        if (
            drawn is None
            or not 1 <= file <= drawn.count
            or not all(1 <= q <= questions for q in said)
        ):
            raise StepRefusedError("Dra först vad som ska granskas.")
        about = {"check_case": locked, "file": file, "answered_by": actor}
        answers = [
            Answer(question=question, said=word, **about)
            for question, word in said.items()
        ]
        stood = {row.question: row for row in locked.answers.filter(file=file)}
        Answer.objects.bulk_create(
            answers,
            update_conflicts=True,
            unique_fields=["check_case", "file", "question"],
            update_fields=["said", "answered_by", "answered_at"],
        )
        changes = _replaced(answers, stood)
        label = f"Granskade nummer {file} av {drawn.count}"
        log(locked, action="answer", label=label, actor=actor, changes=changes)


def _replaced(answers: list[Answer], stood: Mapping[int, Answer]) -> list[Change]:
    """Return the changes of answers that were given again."""
    found: list[Change] = []
    for given in answers:
        if before := stood.get(given.question):
            place = f"Nummer {given.file}, fråga {given.question}"
            found += changes_in(given, facts_of(before), place=place)
    return found


# --- templates --------------------------------------------------------------------------------
def publish(
    *,
    actor: User,
    template: Template | None,
    code: str,
    name: str,
    facts: Mapping[str, Any],
) -> TemplateVersion:
    """Publish a template, or a new version of one; checks that have begun keep the version they have.

    The same content published twice is one version.  Raises StepRefusedError for anyone but the controller.
    """
    if not may(actor, Right.SELFCHECK_PUBLISH):
        raise StepRefusedError("Kvalitetscontrollern publicerar mallar.")
    with transaction.atomic():
        if template is None:
            template = Template.objects.create(code=code, name=name)
        locked = Template.objects.select_for_update().get(pk=template.pk)
        latest = locked.versions.first()
        if latest and all(
            getattr(latest, field) == said for field, said in facts.items()
        ):
            return latest
        number = (locked.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        return TemplateVersion.objects.create(
            template=locked, number=number, author=actor, **facts
        )


def withdraw(template: Template, *, actor: User) -> None:
    """Withdraw a template; checks that began from it go on."""
    if not may(actor, Right.SELFCHECK_PUBLISH):
        raise StepRefusedError("Kvalitetscontrollern drar in mallar.")
    Template.objects.filter(pk=template.pk, withdrawn_on=None).update(
        withdrawn_on=timezone.localdate()
    )
