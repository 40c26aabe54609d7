"""Two reports of one unit and year: only the first is published, also when both are at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from casework.process.workflow import StepRefusedError, take
from organisation.models import Unit, User
from organisation.rights import Role
from reports.life.workflow import LIFE
from reports.models import AnnualReport, Approval, Edition, Freeze, Publication, State
from tests.factories import make_unit, make_user


def approved(unit: Unit, template: str, by: User) -> AnnualReport:
    report = AnnualReport.objects.create(unit=unit, year=2024, template=template)
    freeze = Freeze.objects.create(report=report, number=1, document={}, created_by=by)
    AnnualReport.objects.filter(pk=report.pk).update(
        state=State.APPROVED, freeze=freeze
    )
    day = timezone.localdate()
    about = {"number": 1, "extracted_on": day, "checksum": "0" * 64, "pdf": b"%PDF-"}
    edition = Edition.objects.create(
        report=report, figures={"numbers": []}, html="", freeze=freeze, **about
    )
    said = {
        "body": "Socialnämnden",
        "decided_on": day,
        "paragraph": 1,
        "registry_number": "SN-1",
    }
    Approval.objects.create(edition=edition, recorded_by=by, **said)
    return report


@pytest.mark.django_db(transaction=True)
def test_reports_published_at_once_leave_one_published() -> None:
    unit = make_unit("ASF")
    controller = make_user("controller", (Role.QUALITY_CONTROLLER, unit))
    reports = [approved(unit, f"mall-{n}", controller) for n in range(6)]
    together, outcomes = threading.Barrier(len(reports)), []

    def publish(report: AnnualReport) -> None:
        try:
            together.wait()
            facts = {"shows_few": False}
            take(
                LIFE,
                report,
                "publicera",
                actor=controller,
                seen_version=report.version,
                facts=facts,
            )
            outcomes.append("published")
        except StepRefusedError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(report,)) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["published"] + ["refused"] * 5
    assert Publication.objects.count() == 1
