"""A small municipality with everyone and one of everything in it, for tests of the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone

from analysis.models import Kind, Level, Pattern, TertialAnalysis
from analysis.rules.patterns import Rules
from audit.models import Extract
from casework.cases.history import log
from casework.models import Action, Attachment, Case, Routine
from deviations.models import Deviation
from lexsarah.models import LexSarahCase
from organisation.models import Unit, User
from organisation.rights import Role
from reports.document.freezing import dump
from reports.models import (
    AnnualReport,
    Approval,
    Archive,
    Block,
    Edition,
    Freeze,
    Publication,
    ReportComment,
    State,
    TertialEdition,
)
from reports.outlines.compiling import compile_report
from riskanalysis.models import Risk, RiskAnalysis
from selfcheck.models import Measurement, Plan, SelfCheck, Series
from tests.factories import make_deviation, make_report_of, make_unit, make_user

SITE = ClientHandler(
    enforce_csrf_checks=False
)  # each new one would look through all static files
SITE.load_middleware()
ASK = RequestFactory()
RECEIVED = dt.date(2024, 3, 1)
EXTRACTED = dt.date(2025, 1, 27)


@dataclass
class Municipality:
    """Its units, its people by role, and one case of each kind in the unit where they all work."""

    root: Unit
    own: Unit
    other: Unit
    people: dict[str, User]
    deviation: Deviation
    investigated: Deviation
    lexsarah: LexSarahCase
    selfcheck: SelfCheck
    riskanalysis: RiskAnalysis
    analysis: TertialAnalysis
    report: AnnualReport
    unbuilt: AnnualReport
    published: AnnualReport
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """Return a new browser in which a person is signed in; "anonymous" is nobody."""
        client = Client()
        client.handler = SITE
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    def answer(self, who: str, method: str, path: str, **query: str) -> Any:
        """Answer a person as the site does, without the test client: for thousands of questions.

        It would keep every context that is drawn, and look up session and person each time; nobody and
        the deactivated still come with what their browser sends.
        """
        request = getattr(ASK, method)(path, query)
        request._dont_enforce_csrf_checks = True
        if who in self.sessions:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = self.sessions[who]
            if (person := self.people[who]).is_active:
                request._cached_user = person
        return SITE.get_response(request)

    def sign_everyone_in(self) -> None:
        """Begin a session for each person, which every later browser uses."""
        for who, person in self.people.items():
            client = Client()
            client.force_login(person)
            self.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value


def make_municipality() -> Municipality:
    """Make three units, a person for each role in one of them, and a chief of the one beside it."""
    root = make_unit("SOC", name="Socialförvaltningen")
    department = make_unit("IFO", root, name="Individ och familj")
    own, other = (
        make_unit("EK", department, name="Ekonomi"),
        make_unit("BO", department, name="Boende"),
    )
    people = {role.value: make_user(role.value, (role, own)) for role in Role}
    people["reporter"] = make_user("reporter", (Role.STAFF, own))
    people["section_chief"].calendar_key = "calendar-of-the-section-chief"
    people["section_chief"].save(update_fields=["calendar_key"])
    people["stranger"] = make_user("stranger", (Role.SECTION_CHIEF, other))
    people["overseer"] = make_user("overseer", (Role.QUALITY_CONTROLLER, root))
    people["registry"] = make_user("registry", (Role.REGISTRAR, root))
    people["deactivated"] = make_user(
        "deactivated", (Role.QUALITY_CONTROLLER, root), is_active=False
    )
    people["former"] = make_user("former", (Role.SECTION_CHIEF, own))
    people["former"].memberships.update(valid_to=timezone.localdate())
    deviation = make_deviation(own, number="KA-2024-0001", reporter=people["reporter"])
    log(
        deviation,
        action="file",
        label="Rapporterades",
        actor=people["reporter"],
        to_state="reported",
    )
    investigated = make_deviation(
        own, number="KA-2024-0002", state="under_investigation"
    )
    log(
        investigated,
        action="file",
        label="Rapporterades",
        actor=None,
        to_state="reported",
    )
    Action.objects.create(case=deviation, text="Gå igenom rutinen", decided_on=RECEIVED)
    make_attachment(deviation)
    Routine.objects.create(code="utskick", name="Utskick av beslut", unit=own)
    lexsarah = make_lexsarah(own, number="LS-2024-0001")
    make_report_of(
        make_deviation(own, number="KA-2024-0003", reporter=people["reporter"]),
        lexsarah,
    )
    riskanalysis = make_riskanalysis(own, number="RA-2024-0001")
    Risk.objects.create(
        analysis=riskanalysis,
        event="Flytt",
        cause="Byte",
        consequence="Väntan",
        probability=2,
        severity=3,
    )
    analysis = make_analysis(own, number="TA-2024-0001")
    make_pattern(analysis)
    in_time = make_series(own, every="year")
    Measurement.objects.create(
        series=in_time, period="2024", numerator=8, denominator=10
    )
    Plan.objects.create(
        unit=own,
        year=2024,
        title="Aktgranskning",
        method="file_review",
        first_on=RECEIVED,
    )
    make_tertial_edition(own, 2024, 1)
    town = Municipality(
        root=root,
        own=own,
        other=other,
        people=people,
        deviation=deviation,
        investigated=investigated,
        lexsarah=lexsarah,
        selfcheck=make_selfcheck(own, number="EK-2024-0001"),
        riskanalysis=riskanalysis,
        analysis=analysis,
        report=make_report(own, 2024, edition=True),
        unbuilt=make_report(own, 2023),
        published=make_published(own, 2018, by=people["quality_controller"]),
    )
    town.sign_everyone_in()
    return town


def make_tertial_edition(
    unit: Unit, year: int, number: int, *, internal: bool = False, job: Any = None
) -> TertialEdition:
    """Keep a PDF of a tertial as if it had been built."""
    return TertialEdition.objects.create(
        unit=unit,
        year=year,
        tertial=number,
        internal=internal,
        job=job,
        figures={"numbers": []},
        pdf=b"%PDF-1.7",
        checksum="0" * 64,
    )


def make_attachment(case: Case) -> Attachment:
    """Put a small file in a case, as if it had been found clean."""
    return Attachment.objects.create(
        case=case,
        position=1,
        name="brev.txt",
        media_type="text/plain",
        size=4,
        checksum="0" * 64,
        content=b"text",
        state=Attachment.State.CLEAN,
    )


def make_lexsarah(unit: Unit, **facts: Any) -> LexSarahCase:
    """Make a lex Sarah case that nobody has decided."""
    defaults = {
        "subject": "lexsarah",
        "circle": "few",
        "received_on": RECEIVED,
        "title": "Utebliven insats",
        "type": "utebliven insats",
    }
    return LexSarahCase.objects.create(unit=unit, **{**defaults, **facts})


def make_series(unit: Unit, **facts: Any) -> Series:
    """Make a series of shares, by month, without a value."""
    return Series.objects.create(
        unit=unit, **{"title": "Utredningar i tid", "is_share": True, **facts}
    )


def make_selfcheck(unit: Unit, **facts: Any) -> SelfCheck:
    """Make a self-check that was done."""
    defaults = {
        "subject": "selfcheck",
        "received_on": RECEIVED,
        "title": "Aktgranskning",
        "workplace": "Mottagningen",
    }
    done = {
        "method": "file_review",
        "state": "closed",
        "done_on": RECEIVED,
        "met": 8,
        "reviewed": 10,
    }
    return SelfCheck.objects.create(unit=unit, **{**defaults, **done, **facts})


def make_riskanalysis(unit: Unit, **facts: Any) -> RiskAnalysis:
    """Make a risk analysis without risks."""
    defaults = {
        "subject": "riskanalysis",
        "received_on": RECEIVED,
        "title": "Flytt till nya lokaler",
        "workplace": "Mottagningen",
    }
    return RiskAnalysis.objects.create(unit=unit, **{**defaults, **facts})


def make_analysis(unit: Unit, **facts: Any) -> TertialAnalysis:
    """Make the analysis of a unit's first tertial of 2024, without patterns."""
    defaults = {
        "subject": "analysis",
        "received_on": RECEIVED,
        "title": "Analys av tertial 1 2024",
        "about": unit,
        "year": 2024,
        "tertial": 1,
    }
    return TertialAnalysis.objects.create(unit=unit, **{**defaults, **facts})


def make_pattern(analysis: TertialAnalysis, **facts: Any) -> Pattern:
    """Make a rise that nobody has judged."""
    defaults = {
        "position": 1,
        "kind": Kind.RISE,
        "level": Level.PATTERN,
        "category": "Sekretess",
        "count": 7,
        "before": 8,
        "periods": 6,
        "chance": 0.004,
        "false_share": 0.05,
        "parameters": Rules().as_parameters(),
    }
    return Pattern.objects.create(analysis=analysis, **{**defaults, **facts})


def make_report(
    unit: Unit, year: int, *, edition: bool = False, text: str = ""
) -> AnnualReport:
    """Begin a report, with an edition whose PDF is a stub: the true one takes seconds."""
    report = AnnualReport.objects.create(unit=unit, year=year)
    if text:
        Block.objects.create(report=report, section="uppfoljning", version=1, text=text)
    if edition:
        document = compile_report(report, extracted_on=EXTRACTED)
        context = {
            "document": document,
            "municipality": "Exempelkommun",
            "number": 1,
            "checksum": "0" * 64,
        }
        Edition.objects.create(
            report=report,
            number=1,
            extracted_on=EXTRACTED,
            figures={"year": year, "numbers": document.ledger.numbers()},
            html=render_to_string("reports/document_body.html", context),
            pdf=b"%PDF-1.7",
            checksum="0" * 64,
            inputs={"document": dump(document), "municipality": "Exempelkommun"},
        )
    return report


def make_published(unit: Unit, year: int, *, by: User) -> AnnualReport:
    """Make a report that was commented, decided and published, with stubs of the files that take seconds."""
    report = make_report(unit, year, text="Vi lärde oss mycket.")
    document = dump(compile_report(report, extracted_on=EXTRACTED))
    freeze = Freeze.objects.create(
        report=report, number=1, document=document, created_by=by
    )
    AnnualReport.objects.filter(pk=report.pk).update(
        state=State.PUBLISHED, freeze=freeze
    )
    edition = Edition.objects.create(
        report=report,
        freeze=freeze,
        number=1,
        extracted_on=EXTRACTED,
        figures={"year": year, "numbers": document["numbers"]},
        html="<h1>Kvalitetsberättelse</h1><p>Vi lärde oss mycket.</p>",
        pdf=b"%PDF-1.7",
        checksum="0" * 64,
        inputs={"document": document, "municipality": "Exempelkommun"},
    )
    decision = {"body": "Socialnämnden", "decided_on": EXTRACTED, "paragraph": 41}
    Approval.objects.create(
        edition=edition, registry_number="SN-2019-1", recorded_by=by, **decision
    )
    Publication.objects.create(edition=edition, published_by=by)
    Archive.objects.create(
        edition=edition, pdf=b"%PDF-1.7", word=b"PK", checksum="0" * 64
    )
    ReportComment.objects.create(
        report=report, number=1, section="uppfoljning", text="Bra.", author=by
    )
    return report


def make_next_edition(report: AnnualReport) -> Edition:
    """Keep one more edition like the latest, in which a number has changed."""
    last = report.editions.all()[0]
    first, *rest = last.figures["numbers"]
    kept = {
        field.name: getattr(last, field.name)
        for field in Edition._meta.concrete_fields
        if not field.unique
    }
    is_known = isinstance(first["value"], int)
    changed = {
        **last.figures,
        "numbers": [{**first, "value": first["value"] + 1 if is_known else 1}, *rest],
    }
    return Edition.objects.create(
        **{**kept, "number": last.number + 1, "figures": changed, "job": None}
    )


def make_extract(town: Municipality) -> Extract:
    """Hand out, on a day in 2024, that nobody has read a case."""
    return Extract.objects.create(
        number="LU-2024-0001",
        case=town.deviation.pk,
        case_number=town.deviation.number,
        unit=town.own,
        unit_name=town.own.name,
        first=RECEIVED,
        last=RECEIVED,
        up_to=0,
        lines=[],
        asked_by="Någon",
        capacity="concerned",
        disclosure="none",
        given_by=town.people["data_protection_officer"],
        form_token=uuid4(),
    )


@contextmanager
def municipality_for_a_module(blocker: Any) -> Iterator[Municipality]:
    """Make a municipality once for the tests of a module, each of which undoes its own changes."""
    with blocker.unblock(), transaction.atomic():
        town = make_municipality()
        with blocker.block():
            yield town
        transaction.set_rollback(True)


# Who has looked, and who was refused.
IN_THE_LOG = ('INSERT INTO "audit_reading"', "INSERT INTO audit_securityevent")


@contextmanager
def only_reading() -> Iterator[list[str]]:
    """Collect the statements that write; a page that is only looked at writes nothing but in the log."""
    writes: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        said = sql.lstrip("( \n")
        is_read = said.upper().startswith(
            ("SELECT", "SAVEPOINT", "RELEASE", "SET TRANSACTION")
        )
        if not is_read and not said.startswith(IN_THE_LOG):
            writes.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield writes
