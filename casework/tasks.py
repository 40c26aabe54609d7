"""What the worker does for all cases: send jobs that wait, do one, remind people and mail them."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from casework.background import emptying, jobs, mails
from casework.background.jobs import Effect, Tick, enqueue, handler
from casework.files import scanning
from casework.handling import leaving
from casework.improvement import reminders
from casework.models import Job, Mail
from casework.texts import drafts


@shared_task(name="casework.tasks.sweep")
def sweep() -> None:
    """Send every job that waits; the beat calls this, so a lost message is only a late one."""
    for job in jobs.due():
        run_job.apply_async(kwargs={"job_id": str(job.pk)})


@shared_task(name="casework.tasks.run_job")
def run_job(*, job_id: str) -> None:
    """Do one job; safe to send any number of times."""
    jobs.run(UUID(job_id))


@shared_task(name="casework.tasks.ask_to_remind")
def ask_to_remind() -> None:
    """Ask, once a day, for what is due and overdue to be told."""
    enqueue("casework.remind")


@shared_task(name="casework.tasks.ask_to_give_back")
def ask_to_give_back() -> None:
    """Ask, once an hour, for what leavers had to be given back: a role ends by its last day alone."""
    leaving.ask_to_give_back()


@shared_task(name="casework.tasks.ask_for_mail")
def ask_for_mail() -> None:
    """Ask, once an hour, for the digests that are due, and again for mails that did not get away."""
    mails.ask_for_digests()
    mails.send_waiting()


@shared_task(name="casework.tasks.scan_files")
def scan_files() -> None:
    """Show files to the virus scanner again that it has given no verdict on."""
    scanning.scan_waiting()


@shared_task(name="casework.tasks.remove_old_drafts")
def remove_old_drafts() -> None:
    """Remove what somebody typed in a form and never sent."""
    drafts.remove_old()


@shared_task(name="casework.tasks.ask_to_empty")
def ask_to_empty() -> None:
    """Ask, once a day, for what has been of use to be removed."""
    enqueue(emptying.EMPTY)


@handler(emptying.EMPTY)
def empty(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - each batch is its own transaction
    """Remove what has been of use; each batch lets go of its locks, so nobody waits for all of it."""
    emptying.empty(tick=tick)
    return lambda: None


@handler("casework.remind")
def remind(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Tell people what is due, overdue or to be followed up."""

    def write() -> None:
        reminders.remind()

    return write


@handler(leaving.GIVE_BACK)
def give_back(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Give back the cases and actions of those who can handle them no more."""

    def write() -> None:
        leaving.give_back()

    return write


@handler(mails.DIGEST)
def write_digests(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - quick, so it has nothing to tell
    """Write the mails of one rhythm and one hour, day or week."""

    def write() -> None:
        mails.write_digests(
            rhythm=job.arguments["rhythm"], period=job.arguments["period"]
        )

    return write


@handler(mails.SEND)
def send_mail(job: Job, tick: Tick) -> Effect:  # noqa: ARG001 - one short conversation with a server
    """Send one mail and note that it is sent, or why it never will be; sent twice it has the same id."""
    mail = Mail.objects.select_related("user").get(pk=job.arguments["mail"])
    problem = "" if mail.sent_at else mails.send(mail)

    def note() -> None:
        facts = (
            {"problem": problem}
            if problem
            else {"sent_at": mail.sent_at or timezone.now()}
        )
        Mail.objects.filter(pk=mail.pk).update(**facts)

    return note
