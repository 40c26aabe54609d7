"""The verb that puts the log of another system into a log check, and keeps how its columns are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from casework.cases.history import log
from casework.process.workflow import StepRefusedError
from organisation.access import paths_above
from organisation.models import Unit
from selfcheck.models import LogSource, SelfCheck, UploadedReading
from selfcheck.process.log_checks import lock_check
from selfcheck.register.log_files import LogFile, Mapping
from selfcheck.review.judging import last_draw

if TYPE_CHECKING:
    from organisation.models import User

BATCH = 5_000


def sources_for(unit: Unit) -> QuerySet[LogSource]:
    """Return the systems whose files somebody in the same administration has uploaded before."""
    return LogSource.objects.filter(unit__path=paths_above(unit)[0])


def last_file(check: SelfCheck) -> int:
    """Return the number of the last file that was uploaded into a check; 0 where there is none."""
    last = check.uploaded_readings.aggregate(last=Max("file"))["last"]
    return int(last or 0)


def upload_log(
    case: SelfCheck, *, actor: User, system: str, mapping: Mapping, found: LogFile
) -> int:
    """Put the lines of a file into a check that nothing is drawn in yet, all or none; return the file's number.

    A file that was uploaded before stays, and is not drawn among any more.  The same lines again are no
    second file.  Raises ValidationError with each fault of the file, and StepRefusedError once there is a draw.
    """
    if found.faults:
        told = [str(fault) for fault in found.faults]
        if found.more:
            told.append(f"Och {found.more} fel till.")
        raise ValidationError({"file": told})
    with transaction.atomic():
        locked = lock_check(case, actor)
        if last_draw(locked) is not None:
            raise StepRefusedError("Läsningar är redan dragna. Bedöm dem.")
        number = last_file(locked)
        if number and _is_same(locked, number, found):
            return number
        number += 1
        UploadedReading.objects.bulk_create(
            (
                UploadedReading(
                    check_case=locked,
                    file=number,
                    line=line.line,
                    who=line.who,
                    at=line.at,
                    about=line.about,
                    place=line.place,
                )
                for line in found.lines
            ),
            batch_size=BATCH,
        )
        root = Unit.objects.get(path=paths_above(locked.unit)[0])
        LogSource.objects.update_or_create(
            unit=root,
            name=system,
            defaults={
                "who": mapping.who,
                "at": mapping.at,
                "about": mapping.about,
                "place": mapping.place,
            },
        )
        locked.system, locked.version = system, locked.version + 1
        locked.save(update_fields=["system", "version"])
        label = f"Läste in {len(found.lines)} rader logg"
        log(locked, action="upload", label=label, actor=actor)
        return number


def _is_same(case: SelfCheck, number: int, found: LogFile) -> bool:
    stored = case.uploaded_readings.filter(file=number).values_list(
        "line", "who", "at", "about", "place"
    )
    return list(stored) == [
        (line.line, line.who, line.at, line.about, line.place) for line in found.lines
    ]
