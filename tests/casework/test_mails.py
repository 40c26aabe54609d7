"""Mail goes out once, at set times, and says nothing about any case."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any, ClassVar

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone

from casework.background.jobs import run_pending
from casework.background.mails import (
    NO_SERVER,
    WORDS,
    ask_for_digests,
    send_waiting,
    write_digests,
)
from casework.database.periods import STOCKHOLM
from casework.models import Job, Mail, Notice
from casework.tasks import ask_for_mail
from deviations.models import Deviation
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db

HALF_PAST_SEVEN = dt.datetime(2026, 3, 4, 7, 30, tzinfo=STOCKHOLM)  # a Wednesday


class Trouble(BaseEmailBackend):
    """A mail server that answers with the error it is told to."""

    error: ClassVar[Exception]

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK", name="Ekonomienheten")


@pytest.fixture
def anna(unit: Unit) -> User:
    return make_user("anna", (Role.UNIT_CHIEF, unit), email="anna@kommun.example")


def tell(user: User, unit: Unit, *kinds: Notice.Kind, **facts: Any) -> Deviation:
    case = make_deviation(unit, **facts)
    for kind in kinds or (Notice.Kind.NEW,):
        Notice.objects.create(user=user, case_id=case.pk, kind=kind)
    return case


def daily(period: str = "2026-03-04") -> int:
    return write_digests(rhythm="daily", period=period)


def trouble(settings: Any, error: Exception) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Trouble"
    Trouble.error = error


# --- what a mail says -------------------------------------------------------------------------
def test_digest_counts_kinds_and_says_where_to_read(
    anna: User, unit: Unit, settings: Any
) -> None:
    settings.SITE_URL = "https://kvalitet.example/"
    tell(anna, unit, Notice.Kind.NEW, Notice.Kind.OVERDUE)
    tell(anna, unit, Notice.Kind.OVERDUE)
    daily()
    run_pending()
    [sent] = outbox.outbox

    assert sent.subject == "Nya notiser i Kvalitet"
    assert sent.body.startswith(
        "3 nya notiser i Kvalitet: 1 nytt ärende, 2 försenade ärenden.\n"
    )
    assert "https://kvalitet.example/notiser/" in sent.body
    assert sent.to == ["anna@kommun.example"]


def test_digest_says_nothing_about_the_case(anna: User, unit: Unit) -> None:
    case = tell(anna, unit, title="Hemligt", description="Namnet är Kalle")
    daily()
    run_pending()
    text = str(outbox.outbox[0].message())

    assert not [
        word
        for word in (case.number, "Hemligt", "Kalle", "Ekonomi", "Anna")
        if word in text
    ]


def test_digest_has_words_for_every_kind() -> None:
    assert set(WORDS) == set(Notice.Kind)


def test_digest_does_not_count_protected_cases(anna: User, unit: Unit) -> None:
    case = tell(anna, unit, protected=True)
    case.named_readers.create(user=anna, position=1)

    assert daily() == 0


def test_digest_does_not_count_cases_that_may_no_longer_be_read(anna: User) -> None:
    tell(anna, make_unit("BO"))

    assert daily() == 0


# --- who gets one, and when -------------------------------------------------------------------
@pytest.mark.parametrize(
    "facts",
    [{"rhythm": "never"}, {"rhythm": "weekly"}, {"email": ""}, {"is_active": False}],
)
def test_daily_digest_is_for_those_who_want_it(
    anna: User, unit: Unit, facts: dict[str, Any]
) -> None:
    tell(anna, unit)
    User.objects.filter(pk=anna.pk).update(**facts)

    assert daily() == 0


def test_digest_leaves_out_what_is_read(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    Notice.objects.update(read_at=timezone.now())

    assert daily() == 0


def test_digest_tells_each_notice_once(anna: User, unit: Unit) -> None:
    tell(anna, unit)

    assert [daily("2026-03-04"), daily("2026-03-05")] == [1, 0]


def test_digest_of_one_day_is_written_once(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    daily()
    tell(anna, unit)
    daily()

    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (6, 30, {"direct 2026-03-04T06"}),
        (7, 30, {"direct 2026-03-04T07", "daily 2026-03-04", "weekly 2026-03-02"}),
        (15, 30, {"direct 2026-03-04T15", "daily 2026-03-04", "weekly 2026-03-02"}),
    ],
)
def test_digests_are_asked_for_when_it_is_time(
    hour: int, minute: int, expected: set[str]
) -> None:
    ask_for_digests(now=HALF_PAST_SEVEN.replace(hour=hour, minute=minute))

    assert {
        " ".join(job.arguments[key] for key in ("rhythm", "period"))
        for job in Job.objects.all()
    } == expected


def test_digests_of_a_day_are_asked_for_once(anna: User) -> None:
    ask_for_digests(now=HALF_PAST_SEVEN)
    run_pending()
    ask_for_digests(now=HALF_PAST_SEVEN.replace(hour=9))

    assert Job.objects.filter(arguments__rhythm="daily").count() == 1


def test_job_of_a_mail_names_nobody(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    daily()

    assert Job.objects.get(kind="casework.mail").arguments == {
        "mail": Mail.objects.get().pk
    }


@pytest.mark.parametrize("people", [1, 4])
def test_digest_asks_three_questions_for_each_person_with_news(
    unit: Unit, people: int, django_assert_num_queries: Any
) -> None:
    for serial in range(people):
        chief = make_user(
            f"chief{serial}", (Role.UNIT_CHIEF, unit), email=f"{serial}@kommun.example"
        )
        tell(chief, unit)

    # What the person reads today depends on the roles of today.
    with django_assert_num_queries(7 + 3 * people):
        daily()


# --- sending ----------------------------------------------------------------------------------
def test_send_twice_sends_once(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    daily()
    run_pending()
    Job.objects.create(kind="casework.mail", arguments={"mail": Mail.objects.get().pk})
    run_pending()

    assert len(outbox.outbox) == 1
    assert Mail.objects.get().sent_at is not None


def test_send_says_who_it_is_by_id(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    daily()
    run_pending()
    headers = outbox.outbox[0].message()

    assert headers["Message-ID"] == f"<daily.2026-03-04.{anna.pk}@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("anna@kommun.example"),
        smtplib.SMTPServerDisconnected("anna@kommun.example"),
        smtplib.SMTPAuthenticationError(535, b"anna@kommun.example"),
        smtplib.SMTPRecipientsRefused({"anna@kommun.example": (450, b"greylisted")}),
    ],
)
def test_send_that_fails_for_now_is_tried_again_and_logs_no_address(
    anna: User,
    unit: Unit,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    trouble(settings, error)
    tell(anna, unit)
    daily()
    run_pending()
    job = Job.objects.get(kind="casework.mail")

    assert (job.is_running, job.attempts, Mail.objects.get().problem) == (True, 1, "")
    assert "attempt 1" in caplog.text
    assert "anna" not in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"anna@kommun.example": (550, b"no such user")}),
        smtplib.SMTPDataError(554, b"spam"),
    ],
)
def test_send_that_is_refused_for_good_says_so(
    anna: User, unit: Unit, settings: Any, error: Exception
) -> None:
    trouble(settings, error)
    tell(anna, unit)
    daily()
    run_pending()
    mail = Mail.objects.get()

    assert mail.problem.startswith("Mejlservern tog inte emot mejlet")
    assert "anna" not in mail.problem
    assert not Job.objects.pending().exists()


def test_send_waits_while_the_sender_is_no_address(
    anna: User, unit: Unit, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Socialförvaltningen, Malmö <kvalitet@malmo.example>"
    tell(anna, unit)
    daily()
    run_pending()
    job = Job.objects.get(kind="casework.mail")

    assert (job.is_running, Mail.objects.get().problem) == (True, "")
    assert "EMAIL_FROM is not one address" in caplog.text
    assert "malmo.example" not in caplog.text


def test_send_gives_up_what_has_no_address(anna: User, unit: Unit) -> None:
    tell(anna, unit)
    daily()
    User.objects.filter(pk=anna.pk).update(email="åsa, chef")
    run_pending()

    assert Mail.objects.get().problem == "Adressen går inte att skicka till."


def test_mail_is_kept_where_there_is_no_server(
    anna: User, unit: Unit, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = NO_SERVER
    tell(anna, unit)
    daily()
    run_pending()

    assert Mail.objects.get().sent_at is None
    assert "1 mails are kept unsent" in caplog.text


def test_mail_that_was_kept_goes_out_when_there_is_a_server(
    anna: User, unit: Unit, settings: Any
) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, NO_SERVER
    tell(anna, unit)
    daily()
    settings.EMAIL_BACKEND = working
    ask_for_mail()
    run_pending()

    assert len(outbox.outbox) == 1


def test_mail_that_nobody_could_send_is_given_up_after_three_days(
    anna: User, unit: Unit
) -> None:
    tell(anna, unit)
    daily()
    Job.objects.all().delete()
    Mail.objects.update(created_at=timezone.now() - dt.timedelta(days=3, minutes=1))
    send_waiting()

    assert Mail.objects.get().is_given_up
    assert not Job.objects.exists()


# --- the log of mails -------------------------------------------------------------------------
@pytest.fixture
def admin(unit: Unit) -> Client:
    client = Client()
    client.force_login(make_user("admin", (Role.SYSTEM_ADMIN, unit)))
    return client


def test_log_of_mails_names_receivers_and_not_their_addresses(
    anna: User, unit: Unit, admin: Client
) -> None:
    tell(anna, unit)
    daily()
    text = admin.get("/organisation/mejl/").content.decode()

    assert "Anna" in text
    assert "anna@kommun.example" not in text


def test_log_of_mails_is_not_found_by_others(anna: User) -> None:
    client = Client()
    client.force_login(anna)

    assert client.get("/organisation/mejl/").status_code == 404


def test_send_again_sends_what_was_refused(
    anna: User, unit: Unit, settings: Any, admin: Client
) -> None:
    working = settings.EMAIL_BACKEND
    trouble(settings, smtplib.SMTPDataError(554, b"spam"))
    tell(anna, unit)
    daily()
    run_pending()
    settings.EMAIL_BACKEND = working
    admin.post("/organisation/mejl/", {"mail": Mail.objects.get().message_id})
    run_pending()

    assert len(outbox.outbox) == 1
    assert Mail.objects.get().problem == ""


def test_send_again_leaves_what_was_sent(anna: User, unit: Unit, admin: Client) -> None:
    tell(anna, unit)
    daily()
    run_pending()
    admin.post("/organisation/mejl/", {"mail": Mail.objects.get().message_id})
    run_pending()

    assert len(outbox.outbox) == 1


def test_send_again_of_a_mail_that_is_not_there_is_not_found(admin: Client) -> None:
    assert admin.post("/organisation/mejl/", {"mail": "<x>"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_log_of_mails_takes_the_same_queries_for_one_and_twenty(
    anna: User, admin: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for serial in range(rows):
        Mail.objects.create(
            user=anna, on="2026-03-04", subject="x", body="x", message_id=f"<{serial}>"
        )

    with django_assert_num_queries(7):
        admin.get("/organisation/mejl/")
