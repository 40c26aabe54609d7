"""The municipality that the browser visits: imported once, counted, and with one report built."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from casework import jobs
from casework.models import Action, Job
from deviations.models import Deviation, State
from lexsarah.models import LexSarahCase
from organisation.models import Unit, User
from reports import services
from reports.models import AnnualReport
from riskanalysis.models import RiskAnalysis
from selfcheck.models import SelfCheck
from tests.imported import DATA

PASSWORD = "ett-langt-losenord-for-prov"
PEOPLE = DATA.parents[1] / "demo" / "people.csv"
YEAR_OF_LARGEST_REPORT = 2022


@dataclass
class Municipality:
    """Where the site is, and what stands in the addresses of its pages."""

    url: str
    places: dict[str, Any] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """Return the whole address of a path, with names such as {open_case} filled in."""
        return self.url + path.format(**self.places)

    def session_of(self, username: str) -> dict[str, Any]:
        """Return the cookie of somebody who has just signed in."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        name, morsel = next(iter(client.cookies.items()))
        return {"name": name, "value": morsel.value, "url": self.url}


def fill() -> dict[str, Any]:
    """Import, count and build as operators do; return the names that stand in addresses."""
    call_command("import_register", str(DATA / "malmo"), stdout=StringIO())
    call_command("import_people", str(PEOPLE), stdout=StringIO())
    call_command("aggregate", stdout=StringIO())
    User.objects.update(password=make_password(PASSWORD))
    chief = User.objects.get(username="sektionschef")
    of_chief = Deviation.objects.visible_to(chief)
    beginning, ongoing = of_chief.filter(closed_on=None).order_by("number")[:2]
    Deviation.objects.filter(pk=beginning.pk).update(state=State.REPORTED)
    Deviation.objects.filter(pk=ongoing.pk).update(state=State.UNDER_INVESTIGATION)
    Action.objects.create(
        case=ongoing, text="Gå igenom rutinen.", decided_on=ongoing.received_on, owner=chief
    )
    closed = of_chief.filter(closed_on__isnull=False).exclude(actions=None).order_by("number")
    decided = LexSarahCase.objects.visible_to(chief).exclude(decided_on=None)
    return {
        "reported_case": beginning.number,
        "open_case": ongoing.number,
        "closed_case": closed[0].number,
        "lex_case": decided.order_by("number")[0].number,
        "selfcheck": SelfCheck.objects.exclude(actions=None).order_by("number")[0].number,
        "riskanalysis": RiskAnalysis.objects.exclude(actions=None).order_by("number")[0].number,
        "unit": chief.memberships.get().unit.code,
        **reports(),
    }


def reports() -> dict[str, str]:
    """Make a report in each stage of building; return the paths of their pages."""
    root = Unit.objects.get(parent=None)
    built, waiting, unbuilt, failed = (
        services.begin(unit=root, year=year, template="malmo", actor=None)
        for year in (YEAR_OF_LARGEST_REPORT, 2023, 2021, 2024)
    )
    services.request_build(built)
    assert jobs.run_pending() == 1
    stop_halfway(waiting)
    job = services.request_build(failed)
    Job.objects.filter(pk=job.pk).update(failed_at=timezone.now(), problem="Sidorna gick inte att sätta.")
    paths = {"built": built, "building": waiting, "unbuilt": unbuilt, "failed": failed}
    return {name: report.get_absolute_url() for name, report in paths.items()}


def stop_halfway(report: AnnualReport) -> None:
    """Have a worker hold the building of a report for as long as the tests run."""
    job = services.request_build(report)
    held = timezone.now() + dt.timedelta(hours=2)
    Job.objects.filter(pk=job.pk).update(leased_until=held, attempts=1, percent=40, doing="Bild 3 av 12")
