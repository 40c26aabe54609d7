"""Mail that says that something has happened, and never what, where or about whom (OSL 26 kap. 1 §).

A mail is a row before it is sent: its Message-ID follows from the person and the hour, day or week that
it is about, so it is written once, and whoever receives it twice sees that it is the same.  Mails go out
at set times, also the frequent ones: when a mail comes tells nobody when an anonymous citizen wrote.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from email.utils import getaddresses
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casework.background.jobs import enqueue
from casework.models import Case, Job, Mail, Notice
from casework.models.notice import NoticeQuerySet
from organisation.models import Rhythm, User

DIGEST, SEND = "casework.digest", "casework.mail"
MORNING = dt.time(7, 30)
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
SUBJECT = "Nya notiser i Kvalitet"

# One, and several, of each kind; these words and the numbers before them are all that a mail tells.
WORDS = {
    Notice.Kind.NEW: ("nytt ärende", "nya ärenden"),
    Notice.Kind.URGENT: ("brådskande ärende", "brådskande ärenden"),
    Notice.Kind.TO_DECIDE: ("ärende att besluta om", "ärenden att besluta om"),
    Notice.Kind.ASSIGNED: ("ärende som du har fått", "ärenden som du har fått"),
    Notice.Kind.RECEIVED: (
        "ärende överlämnat till din enhet",
        "ärenden överlämnade till din enhet",
    ),
    Notice.Kind.MESSAGE: ("nytt meddelande", "nya meddelanden"),
    Notice.Kind.ANSWERED: (
        "återkoppling på det du har rapporterat",
        "återkopplingar på det du har rapporterat",
    ),
    Notice.Kind.DUE: (
        "ärende som snart ska vara klart",
        "ärenden som snart ska vara klara",
    ),
    Notice.Kind.OVERDUE: ("försenat ärende", "försenade ärenden"),
    Notice.Kind.ESCALATED: (
        "ärende försenat hos en chef under dig",
        "ärenden försenade hos chefer under dig",
    ),
    Notice.Kind.ACTION_GIVEN: ("åtgärd som du har fått", "åtgärder som du har fått"),
    Notice.Kind.ACTION_DUE: (
        "åtgärd som snart ska vara klar",
        "åtgärder som snart ska vara klara",
    ),
    Notice.Kind.ACTION_OVERDUE: ("försenad åtgärd", "försenade åtgärder"),
    Notice.Kind.EFFECT_DUE: ("åtgärd att följa upp", "åtgärder att följa upp"),
    Notice.Kind.NO_ANALYSIS: (
        "enhet utan riskanalys i år",
        "enheter utan riskanalys i år",
    ),
    Notice.Kind.KEPT_OUT: (
        "ärende som någon hålls utanför",
        "ärenden som någon hålls utanför",
    ),
    Notice.Kind.PROTECTED: ("ärende som skyddas", "ärenden som skyddas"),
    Notice.Kind.EMERGENCY: (
        "ärende som har nödöppnats",
        "ärenden som har nödöppnats",
    ),
    Notice.Kind.LEFT: (
        "ärende som saknar handläggare",
        "ärenden som saknar handläggare",
    ),
    Notice.Kind.ACTION_LEFT: (
        "åtgärd som saknar ansvarig",
        "åtgärder som saknar ansvarig",
    ),
    Notice.Kind.ACTION_PROPOSED: ("åtgärd att besluta om", "åtgärder att besluta om"),
    Notice.Kind.SECTION_GIVEN: ("avsnitt att skriva", "avsnitt att skriva"),
    Notice.Kind.SECTION_DUE: (
        "avsnitt som snart ska vara klart",
        "avsnitt som snart ska vara klara",
    ),
    Notice.Kind.SECTION_OVERDUE: ("försenat avsnitt", "försenade avsnitt"),
}

_logger = logging.getLogger(__name__)


class MailServerError(Exception):
    """The server did not take the mail now; says how it answered, and nothing about to whom it was."""


def has_mail_server() -> bool:
    """Tell whether this installation has a mail server; without one, mails are kept unsent."""
    return bool(settings.EMAIL_BACKEND != NO_SERVER)


def has_sender() -> bool:
    """Tell whether EMAIL_FROM is one address, with or without a name before it (RFC 5322, 3.4).

    A name with a comma in it must stand within quotes: without them it reads as two senders.
    """
    senders = getaddresses([settings.DEFAULT_FROM_EMAIL])
    if len(senders) != 1:
        return False
    try:
        validate_email(senders[0][1])
    except ValidationError:
        return False
    return True


def ask_for_digests(*, now: dt.datetime | None = None) -> None:
    """Ask for the digests of this hour, and from half past seven those of the day and the week.

    Each is asked for once: a scheduler that was away at half past seven does it when it is back.
    """
    local = timezone.localtime(now)
    asked = [(Rhythm.DIRECT, f"{local:%Y-%m-%dT%H}")]
    if local.time() >= MORNING:
        monday = local.date() - dt.timedelta(days=local.weekday())
        asked += [
            (Rhythm.DAILY, f"{local:%Y-%m-%d}"),
            (Rhythm.WEEKLY, f"{monday:%Y-%m-%d}"),
        ]
    for rhythm, period in asked:
        arguments = {"rhythm": rhythm.value, "period": period}
        if not Job.objects.filter(kind=DIGEST, arguments=arguments).exists():
            enqueue(DIGEST, **arguments)


def write_digests(*, rhythm: str, period: str) -> int:
    """Write one mail to each person with this rhythm who has unread notices that no mail told of.

    Cases about protected persons are never counted; return how many mails were written.
    """
    with transaction.atomic():
        now = timezone.now()
        unread = (
            Notice.objects.unread().filter(mailed_at=None).exclude(case__protected=True)
        )
        unread.filter(user__rhythm=rhythm, user__is_active=True).exclude(
            user__email=""
        ).update(mailed_at=now)
        # What came in meanwhile waits for the next mail.
        news = Notice.objects.unread().filter(mailed_at=now).order_by()
        people = User.objects.filter(rhythm=rhythm, pk__in=news.values("user"))
        written = [
            (person, kinds) for person in people if (kinds := _kinds(news, person))
        ]
        Mail.objects.bulk_create(
            [_digest(person, kinds, f"{rhythm}.{period}") for person, kinds in written],
            ignore_conflicts=True,
        )
        send_waiting()
    return len(written)


def write_at_once(case: Case) -> None:
    """Write a mail now about what may not wait for the next digest: one for each new notice of it.

    It goes to everyone who wants mail at all, says nothing about the case, and is never sent about a
    protected person.
    """
    urgent = Notice.objects.unread().filter(
        case_id=case.pk, kind__in=Notice.AT_ONCE, mailed_at=None, case__protected=False
    )
    reached = (
        urgent.filter(user__is_active=True)
        .exclude(user__email="")
        .exclude(user__rhythm=Rhythm.NEVER)
    )
    notices = list(reached.select_related("user"))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        mailed_at=timezone.now()
    )
    mails = [_digest(n.user, Counter([n.kind]), f"urgent.{n.pk}") for n in notices]
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    if has_mail_server():
        send_waiting()


def _kinds(news: NoticeQuerySet, person: User) -> Counter[str]:
    """Count by kind what a person is to be told of, and may read."""
    return Counter(news.readable_by(person).values_list("kind", flat=True))


def _digest(person: User, kinds: Counter[str], period: str) -> Mail:
    return Mail(
        user=person,
        on=timezone.localdate(),
        subject=SUBJECT,
        body=_body(kinds),
        message_id=id_of(f"{period}.{person.pk}"),
    )


def _body(kinds: Counter[str]) -> str:
    parts = [
        f"{kinds[kind]} {words[kinds[kind] > 1]}"
        for kind, words in WORDS.items()
        if kinds[kind]
    ]
    total = sum(kinds.values())
    return "\n\n".join(
        [
            f"{total} {'ny notis' if total == 1 else 'nya notiser'} i Kvalitet: {', '.join(parts)}.",
            f"Läs vad det gäller här: {address_of('casework:notices')}",
            f"Du väljer själv hur ofta du får mejl: {address_of('organisation:settings')}",
            "Det går inte att svara på mejlet. Det säger inget om ärendena, för de kan vara hemliga.",
        ]
    )


def id_of(key: str) -> str:
    """Return the Message-ID of the one mail that a key stands for."""
    return f"<{key}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def address_of(name: str, *args: str) -> str:
    """Return the whole address of a page, for what is read outside the product."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=args)}"


def send_waiting() -> None:
    """See to it that every mail that waits has a job; without a mail server they are kept."""
    waiting = list(Mail.objects.waiting().values_list("pk", flat=True))
    if not waiting:
        return
    if not has_mail_server():
        _logger.warning("%s mails are kept unsent: EMAIL_URL is not set", len(waiting))
        return
    jobs = [Job(kind=SEND, arguments={"mail": mail}) for mail in waiting]
    Job.objects.bulk_create(jobs, ignore_conflicts=True)


def send_again(mail: Mail) -> None:
    """Try once more with a mail that was given up; it keeps its Message-ID."""
    with transaction.atomic():
        locked = Mail.objects.select_for_update().get(pk=mail.pk)
        if not locked.is_given_up:
            return
        locked.problem, locked.created_at = "", timezone.now()
        locked.save(update_fields=["problem", "created_at"])
        if has_mail_server():
            enqueue(SEND, mail=locked.pk)


def send(mail: Mail) -> str:
    """Send a mail; return in Swedish why it never can be, or "" when it is sent.

    Raises MailServerError when it may go better later.  What the server says is kept out of logs,
    since it names the receiver.
    """
    if not has_sender():
        raise MailServerError("EMAIL_FROM is not one address")
    message = EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.user.email],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    try:
        message.message()
    except ValueError:  # the address cannot stand in a head; of the other headers none is written by people
        return "Adressen går inte att skicka till."
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        return _refused(
            max((code for code, _ in refusal.recipients.values()), default=0)
        )
    except SMTPDataError as answer:
        return _refused(answer.smtp_code)
    except (SMTPException, OSError) as trouble:
        raise MailServerError(type(trouble).__name__) from None
    return ""


def _refused(code: int) -> str:
    """Return why a mail was refused for good; raises MailServerError when it was only for now (RFC 5321)."""
    if not 500 <= code < 600:
        raise MailServerError(f"code {code}") from None
    return f"Mejlservern tog inte emot mejlet (kod {code}). Kontrollera adressen."
