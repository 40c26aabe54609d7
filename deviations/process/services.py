"""The verbs of deviations: report one, from outside or as staff, and take a step with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from casework.background.notifications import Audience, tell
from casework.cases.changes import changes_in, facts_of
from casework.cases.history import log
from casework.database.periods import STOCKHOLM
from casework.handling.services import next_number, wait_for_form
from casework.models import Notice
from casework.process.deadlines import add_workdays, next_workday
from casework.process.workflow import StepRefusedError, take
from casework.texts.number_questions import Numbers, let_stand
from deviations.models import Better, Channel, Deviation, Kind, Misconduct, ReportedBy
from deviations.process.duplicates import lock_both
from deviations.process.system_steps import DAYS_TO_INVESTIGATE
from deviations.process.to_lexsarah import escalate, marked_by
from deviations.process.workflow import ANSWERED, workflow_of
from deviations.reporting.codes import code_for, hash_of

if TYPE_CHECKING:
    from organisation.models import User

# Defaults of the product, not law: the administration is to answer without needless delay (FL 9 §).
WORKDAYS_TO_ANSWER = 15
LONGEST_TITLE = 90
First = Callable[[Deviation], None]
SAID_BY_SENDER = (
    "description",
    "proposal",
    "occurred_on",
    "contact_way",
    "contact",
    "sender",
)


class AlreadyFiledError(Exception):
    """The form has already become a case, and says something else now: it must not be dropped unseen."""


def file_from_staff(
    *,
    actor: User,
    form_token: UUID,
    facts: Mapping[str, Any],
    first: First | None = None,
) -> Deviation:
    """File what a member of staff reports (SOSFS 2011:9 5 kap. 3 §); one form is one case.

    ``first`` is done with a new case before anyone else can know of it.  An event that is said to be a
    misconduct, or a tangible risk of one, is a lex Sarah report at once (SoL 27 kap. 2 §).
    """
    today = timezone.localdate()
    prefix = "KA" if facts["kind"] == Kind.QUALITY_DEVIATION else "KP"
    return _file(
        form_token,
        prefix=prefix,
        reporter=actor,
        first=first,
        reported_by=ReportedBy.STAFF,
        channel=Channel.SYSTEM,
        received_on=today,
        due_on=next_workday(today + dt.timedelta(days=DAYS_TO_INVESTIGATE)),
        **facts,
    )


def is_filed(form_token: UUID) -> bool:
    """Tell whether a citizen's form has become a case already: then it is answered, and counted no more."""
    return Deviation.objects.filter(form_token=uuid5(form_token, "")).exists()


def file_from_public(
    *, form_token: UUID, facts: Mapping[str, Any], numbers: Sequence[Numbers] = ()
) -> Deviation:
    """File what a citizen writes, anonymously: nothing about the sender is stored, and the day alone.

    The ``numbers`` in the texts are those that may stand.
    """
    today = timezone.localdate()
    return _file(
        form_token,
        prefix="KS",
        first=(lambda _: let_stand(numbers)) if numbers else None,
        reporter=None,
        reported_by=ReportedBy.OUTSIDE,
        from_outside=True,
        channel=Channel.E_SERVICE,
        received_on=today,
        due_on=add_workdays(today, WORKDAYS_TO_ANSWER),
        created_at=dt.datetime.combine(today, dt.time(), STOCKHOLM),
        **facts,
    )


def _file(
    form_token: UUID,
    *,
    prefix: str,
    reporter: User | None,
    filer: User | None = None,
    first: First | None = None,
    **facts: Any,
) -> Deviation:
    """Store a case and begin its history, or return the one that this form has already made.

    Raises AlreadyFiledError when the form has changed since then.
    """
    # One form is one case for each sender: whoever copies another's token files a case of his own.
    signed_in = filer or reporter
    token = uuid5(form_token, str(signed_in.pk) if signed_in else "")
    with transaction.atomic():
        filed = _filed_with(token, facts)
        if filed is not None:
            return filed
        deviation = Deviation(
            number=next_number(prefix, facts["received_on"].year),
            subject=Deviation._meta.app_label,
            title=Truncator(" ".join(facts["description"].split())).chars(
                LONGEST_TITLE
            ),
            reporter=reporter,
            form_token=token,
            follow_up_hash=None if reporter else hash_of(code_for(token)),
            **facts,
        )
        # The form has said in words what it must; the constraints are asked once, by the insert.
        deviation.save(force_insert=True)
        log(
            deviation,
            action="file",
            label="Rapporterades",
            actor=signed_in,
            to_state=deviation.state,
            at=facts.get("created_at"),
        )
        _pass_on(deviation, actor=signed_in, misconduct=marked_by(facts), first=first)
    return deviation


def _pass_on(
    deviation: Deviation,
    *,
    actor: User | None,
    misconduct: Misconduct | None,
    first: First | None,
) -> None:
    """Let a new case reach those who are to handle it: the chiefs, or the lex Sarah investigator."""
    if first:
        first(deviation)
        deviation.refresh_from_db()
    if misconduct:
        escalate(deviation, actor=actor, misconduct=misconduct)
        deviation.refresh_from_db()
    else:
        tell(
            deviation,
            Notice.Kind.NEW,
            audience=Audience.HANDLERS,
            but=deviation.reporter,
        )


def _filed_with(token: UUID, facts: Mapping[str, Any]) -> Deviation | None:
    """Return the case that a form has already made, or raise AlreadyFiledError if it says something else."""
    wait_for_form(token)
    filed = Deviation.objects.filter(form_token=token).first()
    if filed:
        # What handlers may have corrected since is no difference.
        said = SAID_BY_SENDER if filed.version else SAID_BY_SENDER + ANSWERED
        if any(name in facts and getattr(filed, name) != facts[name] for name in said):
            raise AlreadyFiledError
    return filed


def file_from_registrar(
    *,
    actor: User,
    form_token: UUID,
    facts: Mapping[str, Any],
    first: First | None = None,
) -> Deviation:
    """File what came by telephone, letter or visit, on the day it came (OSL 5 kap. 1 §)."""
    return _file(
        form_token,
        prefix="KS",
        filer=actor,
        first=first,
        reporter=None,
        reported_by=ReportedBy.OUTSIDE,
        from_outside=True,
        due_on=add_workdays(facts["received_on"], WORKDAYS_TO_ANSWER),
        **facts,
    )


def file_for_colleague(
    *,
    actor: User,
    reporter: User | None,
    form_token: UUID,
    facts: Mapping[str, Any],
    first: First | None = None,
) -> Deviation:
    """File what a colleague has told or written, on the day it came: a report may be oral (SoL 27 kap. 2 §).

    It is the colleague's report, who reads it among the own ones and takes no part in handling it.
    """
    return _file(
        form_token,
        prefix="KA",
        filer=actor,
        reporter=reporter,
        first=first,
        kind=Kind.QUALITY_DEVIATION,
        reported_by=ReportedBy.STAFF,
        due_on=next_workday(
            facts["received_on"] + dt.timedelta(days=DAYS_TO_INVESTIGATE)
        ),
        **facts,
    )


def take_step(
    deviation: Deviation,
    name: str,
    *,
    actor: User,
    seen_version: int,
    facts: Mapping[str, Any],
) -> Deviation:
    """Take a step of the process; see casework.process.workflow.take for what it refuses.

    A step that says that the event is a misconduct makes it a lex Sarah report in the same transaction.
    """
    with transaction.atomic():
        if main := facts.get("duplicate_of"):
            lock_both(deviation, main)
        misconduct = marked_by(
            facts,
            Deviation.objects.only("consequence", "misconduct").get(pk=deviation.pk),
        )
        taken = take(
            workflow_of(deviation),
            deviation,
            name,
            actor=actor,
            seen_version=seen_version,
            facts=facts,
        )
        if misconduct:
            escalate(
                taken, actor=actor, misconduct=misconduct, grounds=taken.assessment
            )
    return taken


def say_whether_better(deviation: Deviation, *, actor: User, better: Better) -> None:
    """Let the one who reported say afterwards whether it got better (SOSFS 2011:9 6 kap. 3 §)."""
    with transaction.atomic():
        locked = Deviation.objects.select_for_update(of=("self",)).get(pk=deviation.pk)
        if locked.reporter_id != actor.pk or locked.closed_on is None:
            raise StepRefusedError(
                "Det är den som rapporterade som svarar, när ärendet är avslutat."
            )
        if locked.better != better:
            before = facts_of(locked)
            locked.better = better
            locked.save(update_fields=["better"])
            label = f"Rapportören: blev det bättre? {better.label}"
            log(
                locked,
                action="better",
                label=label,
                actor=actor,
                changes=changes_in(locked, before),
            )
