"""Who has not been informed is reminded by mail, and the chiefs of those who are late are told how many.

Everything is worked out from the days themselves, and a mail's Message-ID from the person and the week:
each is written once however often the work is done, or however long nobody did it.  A mail says that
there is something to read, and where.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from casework.background.mails import address_of, id_of, send_waiting
from casework.cases.receiving import Holders
from casework.models import Mail
from lexsarah.information.informing import due_days, holding, lacking, people_of
from lexsarah.models import Information
from organisation.models import Membership, Rhythm, User
from organisation.rights import Right

AHEAD = dt.timedelta(days=14)
SUBJECT = "Information att läsa i Kvalitet"


def week_of(day: dt.date, *, due_on: dt.date) -> int | None:
    """Return which reminder a day asks for: 0 the one before the last day, then 1, 2, 3 for weeks of delay.

    None until fourteen days before the last day.
    """
    if day > due_on:
        return 1 + (day - due_on - dt.timedelta(days=1)).days // 7
    return 0 if day >= due_on - AHEAD else None


def chase(*, today: dt.date | None = None) -> int:
    """Write the reminders of a day that are not written yet; return how many were."""
    today = today or timezone.localdate()
    mails: dict[str, Mail] = {}
    for information in holding(on=today).select_related("unit"):
        mails |= {mail.message_id: mail for mail in _mails_about(information, today)}
    written = set(
        Mail.objects.filter(message_id__in=mails).values_list("message_id", flat=True)
    )
    new = [mail for key, mail in mails.items() if key not in written]
    Mail.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        send_waiting()
    return len(new)


def _mails_about(information: Information, today: dt.date) -> list[Mail]:
    people = list(
        lacking(information, people_of(information)).values_list("pk", flat=True)
    )
    weeks = {
        person: week
        for person, due_on in due_days(information, people).items()
        if (week := week_of(today, due_on=due_on)) is not None
    }
    late = {person for person, week in weeks.items() if week}
    counts = _late_by_chief(information, late)
    reached = User.objects.filter(pk__in={*weeks, *counts}, is_active=True)
    users = reached.exclude(email="").exclude(rhythm=Rhythm.NEVER).in_bulk()
    # Whoever begins later is late later: chiefs are told by the weeks of the information itself.
    since = (today - information.due_on - dt.timedelta(days=1)).days // 7
    return [
        _mail(users[person], f"information.{information.pk}.{week}", _to_read(), today)
        for person, week in weeks.items()
        if person in users
    ] + [
        _mail(
            users[chief],
            f"information.{information.pk}.chief.{since}",
            _to_chief(count),
            today,
        )
        for chief, count in counts.items()
        if chief in users
    ]


def _late_by_chief(information: Information, late: set[int]) -> dict[int, int]:
    """Count those who are late for their nearest chiefs; a late chief is counted for the next one above."""
    held = Membership.objects.valid().filter(
        user__in=late, unit__path__startswith=information.unit.path
    )
    chiefs = Holders.of_today(right=Right.ORGANISATION_LEAD)
    found: dict[int, set[int]] = {}
    for person, path in held.values_list("user", "unit__path"):
        for level in chiefs.levels(path):
            others = [chief for chief in level if chief != person]
            for chief in others:
                found.setdefault(chief, set()).add(person)
            if others:
                break
    return {chief: len(people) for chief, people in found.items()}


def _mail(person: User, key: str, body: str, today: dt.date) -> Mail:
    return Mail(
        user=person,
        on=today,
        subject=SUBJECT,
        body=body,
        message_id=id_of(f"{key}.{person.pk}"),
    )


def _to_read() -> str:
    return _letter(
        f"Det finns information som du ska läsa: {address_of('lexsarah:information')}"
    )


def _to_chief(count: int) -> str:
    who = "1 person hos dig har" if count == 1 else f"{count} personer hos dig har"
    where = address_of("lexsarah:information")
    return _letter(
        f"{who} inte läst information som skulle ha varit läst. Se vilka det är här: {where}"
    )


def _letter(news: str) -> str:
    settings = address_of("organisation:settings")
    return "\n\n".join(
        [
            news,
            f"Du väljer själv hur ofta du får mejl: {settings}",
            "Det går inte att svara på mejlet.",
        ]
    )
