"""A build becomes exactly one edition, or says in Swedish why not, whatever happens to the worker."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from casework.background import jobs
from casework.files.pdf import render_pdf
from casework.models import Job
from reports.document.rendering import checksum_of
from reports.editions import building
from reports.editions.built import Built
from reports.life import services
from reports.models import AnnualReport, Edition, LaidOutChapter
from reports.outlines.compiling import compile_report
from reports.tasks import build
from tests.factories import make_unit, make_user
from tests.municipality import make_report

pytestmark = pytest.mark.django_db


def ignore(percent: int, doing: str) -> None:
    """Take no notice of how it goes."""


@pytest.fixture
def report() -> AnnualReport:
    return make_report(make_unit("EK"), 2024, text="Vi lärde oss **mycket**.")


def test_build_that_was_killed_and_sent_twice_becomes_one_edition(
    report: AnnualReport,
) -> None:
    job = services.request_build(report)
    long_ago = timezone.now() - dt.timedelta(minutes=1)
    Job.objects.update(
        leased_until=long_ago,
        attempts=1,
        percent=40,
        doing="Ställer upp sidorna till PDF",
    )

    assert [jobs.run(job.pk), jobs.run(job.pk)] == [True, False]
    edition = Edition.objects.get()
    assert (edition.job, edition.number, edition.extracted_on) == (
        job,
        1,
        timezone.localdate(),
    )
    assert bytes(edition.pdf).startswith(b"%PDF-")
    assert "<strong>mycket</strong>" in edition.html
    assert edition.checksum[:8] in edition.html


def test_build_whose_pdf_does_not_fit_fails_in_swedish(
    report: AnnualReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "render_pdf", partial(render_pdf, memory_mb=150))
    job = services.request_build(report)

    assert not jobs.run(job.pk)
    job.refresh_from_db()
    assert job.failed_at is not None
    assert job.problem.startswith("Dokumentet")
    assert not Edition.objects.exists()


def test_build_after_a_failed_one_is_a_new_job(report: AnnualReport) -> None:
    failed = services.request_build(report)
    Job.objects.update(failed_at=timezone.now(), problem="Rapporten är för stor.")

    assert services.request_build(report) != failed


def test_build_that_lost_its_lease_stores_nothing(report: AnnualReport) -> None:
    job = services.request_build(report)

    def tick(percent: int, doing: str) -> None:
        if doing == "Ställer upp sidorna till PDF":
            raise jobs.LeaseLostError

    with pytest.raises(jobs.LeaseLostError):
        build(job, tick)
    assert not Edition.objects.exists()


def test_build_that_is_cancelled_stores_nothing_and_keeps_what_is_laid_out(
    report: AnnualReport,
) -> None:
    job = services.request_build(report)

    def tick(percent: int, doing: str) -> None:
        if LaidOutChapter.objects.exists():
            services.cancel_build(report)
            raise jobs.LeaseLostError

    with pytest.raises(jobs.LeaseLostError):
        build(job, tick)
    assert not Edition.objects.exists()
    assert LaidOutChapter.objects.exists()


def test_build_takes_unchanged_chapters_from_the_shelf_to_the_same_bytes(
    report: AnnualReport,
) -> None:
    first, warm = (building.build(report, ignore) for _ in range(2))
    kept = set(LaidOutChapter.objects.values_list("pk", flat=True))
    services.write(
        report, section="uppfoljning", text="Nya ord.", seen_version=1, actor=None
    )
    building.build(report, ignore)
    added = set(LaidOutChapter.objects.values_list("pk", flat=True)) - kept

    assert len(kept) == len(first.document.chapters)
    assert len(added) == 1
    assert warm.pdf == first.pdf


def test_build_tells_how_far_it_has_come(report: AnnualReport) -> None:
    told: list[int] = []

    def tick(percent: int, doing: str) -> None:
        told.append(percent)
        if len(told) == 4:
            raise jobs.LeaseLostError

    with pytest.raises(jobs.LeaseLostError):
        build(services.request_build(report), tick)
    assert told == sorted(told)
    assert told[0] > 0


def test_store_numbers_the_editions_of_each_report(report: AnnualReport) -> None:
    built = Built(
        document=compile_report(report, extracted_on=dt.date(2025, 1, 27)),
        figures={},
        body="",
        page="",
        pdf=b"%PDF-",
        checksum="0" * 64,
    )
    other = make_report(report.unit, 2023)

    numbers = [
        building.store(of, built, job=None).number for of in (report, report, other)
    ]
    assert numbers == [1, 2, 1]


def test_checksum_changes_with_a_word_or_a_number() -> None:
    sums = {
        checksum_of(*of) for of in (({"n": 1}, "a"), ({"n": 2}, "a"), ({"n": 1}, "b"))
    }

    assert len(sums) == 3


def test_checksum_is_the_same_in_any_order() -> None:
    assert checksum_of({"a": 1, "b": 2}, "") == checksum_of({"b": 2, "a": 1}, "")


def test_begin_twice_is_one_report(report: AnnualReport) -> None:
    person = make_user("controller")
    again = services.begin(unit=report.unit, year=2024, template="malmo", actor=person)

    assert again == report


def test_write_from_an_old_version_is_refused_with_the_newest(
    report: AnnualReport,
) -> None:
    person = make_user("controller")
    newest = services.write(
        report, section="uppfoljning", text="Två.", seen_version=1, actor=person
    )

    with pytest.raises(services.TextChangedError) as refused:
        services.write(
            report, section="uppfoljning", text="Tre.", seen_version=1, actor=person
        )
    assert refused.value.newest == newest
