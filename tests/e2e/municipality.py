"""The municipality that the browser visits: imported once, counted, and with one report built."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from io import StringIO
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.models import RegisterPeriod
from audit.extracts.giving import give_extract
from audit.looking.access import readers_of
from casework.background import jobs
from casework.improvement.routines import register
from casework.models import Action, Job
from deviations.models import Deviation, State
from lexsarah.duties.concerned import add_concerned
from lexsarah.information.informing import words
from lexsarah.models import Information, LexSarahCase, Meeting
from organisation.models import Unit, User
from reports.life import services
from reports.models import AnnualReport, Assignment, ReportComment
from riskanalysis.models import Reason, RiskAnalysis
from riskanalysis.process.services import add_risk
from riskanalysis.process.services import plan as plan_analysis
from riskanalysis.process.services import take_step as analysis_step
from riskanalysis.prompts import prompts_for
from selfcheck.models import (
    Draw,
    Indicator,
    SelfCheck,
    Series,
    Share,
    SurveyQuestion,
    Template,
    TemplateVersion,
)
from selfcheck.plan.planning import add_plan, open_due
from selfcheck.process.log_checks import Wanted, begin_log_check
from selfcheck.process.services import answer, make_draw
from selfcheck.process.services import begin as begin_check
from selfcheck.process.services import take_step as check_step
from selfcheck.recording.recording import record_indicators, record_survey
from selfcheck.review.asking import Asked
from selfcheck.series.measuring import measure
from tests.imported import DATA
from tests.municipality import (
    make_analysis,
    make_next_edition,
    make_pattern,
    make_published,
)

PASSWORD = "ett-langt-losenord-for-prov"
PEOPLE = DATA.parents[1] / "demo" / "people.csv"
YEAR_OF_LARGEST_REPORT = 2022


@dataclass
class Municipality:
    """Where the site is, and what stands in the addresses of its pages."""

    url: str
    places: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """Return the whole address of a path, with names such as {open_case} filled in."""
        return self.url + path.format(**self.places)

    def session_of(self, username: str) -> dict[str, Any]:
        """Return the cookie of somebody who has signed in, once for all journeys."""
        if username not in self.sessions:
            client = Client()
            client.force_login(User.objects.get(username=username))
            name, morsel = next(iter(client.cookies.items()))
            self.sessions[username] = {
                "name": name,
                "value": morsel.value,
                "url": self.url,
            }
        return self.sessions[username]


def fill() -> dict[str, Any]:
    """Go on from the imported register as operators do; return the names that stand in addresses."""
    # What was imported ends with its last year; here the municipality has gone on reporting ever since.
    RegisterPeriod.objects.filter(end__isnull=False).update(end=None)
    call_command("import_people", str(PEOPLE), stdout=StringIO())
    call_command("aggregate", stdout=StringIO())
    User.objects.update(password=make_password(PASSWORD))
    chief = User.objects.get(username="sektionschef")
    tell_everyone()
    plan_meeting()
    of_chief = Deviation.objects.visible_to(chief)
    beginning, ongoing = of_chief.filter(closed_on=None).order_by("number")[:2]
    Deviation.objects.filter(pk=beginning.pk).update(state=State.REPORTED)
    Deviation.objects.filter(pk=ongoing.pk).update(state=State.UNDER_INVESTIGATION)
    Action.objects.create(
        case=ongoing,
        text="Gå igenom rutinen.",
        decided_on=ongoing.received_on,
        owner=chief,
    )
    closed = (
        of_chief.filter(closed_on__isnull=False)
        .exclude(actions=None)
        .order_by("number")
    )
    decided = LexSarahCase.objects.visible_to(chief).exclude(decided_on=None)
    return {
        "reported_case": beginning.number,
        "open_case": ongoing.number,
        "closed_case": closed[0].number,
        "lex_case": decided.order_by("number")[0].number,
        "notified_case": notify_ivo(chief.memberships.get().unit),
        "selfcheck": SelfCheck.objects.exclude(actions=None)
        .order_by("number")[0]
        .number,
        "riskanalysis": RiskAnalysis.objects.exclude(actions=None)
        .order_by("number")[0]
        .number,
        "unit": chief.memberships.get().unit.code,
        "analysis": analyse(chief),
        "check": check(chief),
        **compile_tertial(chief),
        "series": measure_something(chief),
        **record_checks(chief),
        "routine": register_routines(chief),
        "prompt": prompts_for(chief, kind=Reason.ROUTINE)[0].answer_url,
        **plan_year(chief),
        **reports(),
        "extract": hand_out(ongoing, to_read=chief),
        "log_check": check_the_log(chief),
    }


def check_the_log(chief: User) -> str:
    """Draw what a chief has read today for a log check of the unit above; return its number."""
    officer, today = User.objects.get(username="dataskyddsombud"), timezone.localdate()
    asked = Asked(Draw.Of.STAFF, today, today, each=5, until=timezone.now())
    above = chief.memberships.get().unit.parent
    assert above is not None
    return begin_log_check(
        actor=officer,
        unit=above,
        form_token=uuid4(),
        wanted=Wanted(asked, 5),
    ).number


def hand_out(case: Deviation, *, to_read: User) -> str:
    """Let somebody read a case and its list, and hand out who has; return the number of the extract."""
    client = Client()
    client.force_login(to_read)
    for page in (
        reverse("deviations:detail", args=[case.number]),
        reverse("casework:inbox"),
    ):
        client.get(page)
    officer, today = User.objects.get(username="dataskyddsombud"), timezone.localdate()
    looked = readers_of(officer, case.number)
    assert looked is not None
    return give_extract(
        looked,
        actor=officer,
        form_token=uuid4(),
        first=today,
        last=today,
        asked_by="Kim Karlsson",
        capacity="guardian",
        disclosure="given",
        paragraph="OSL 26 kap. 1 §",
        reasons="Ingen lider men.",
    ).number


def tell_everyone() -> None:
    """Let there be information about the duty to report, which everyone is to have read by now."""
    today, controller = timezone.localdate(), User.objects.get(username="controller")
    days = {"begins_on": today - dt.timedelta(days=40), "due_on": today}
    text = {"title": "Din skyldighet att rapportera", "text": words(on=today)}
    Information.objects.create(
        unit=Unit.objects.get(parent=None), author=controller, **text, **days
    )


def plan_meeting() -> None:
    """Let the committee have met on a day; what it decides from is made where it is looked at."""
    secretary = User.objects.get(username="namndsekreterare")
    held = {"body": "committee", "on": dt.date(2025, 3, 4), "created_by": secretary}
    Meeting.objects.create(unit=Unit.objects.get(parent=None), **held)


def notify_ivo(unit: Unit) -> str:
    """Let the chair have decided that IVO is told of a case that concerns somebody; return its number."""
    day = dt.date(2025, 3, 3)
    case = LexSarahCase.objects.create(
        number="LS-2025-0101",
        subject="lexsarah",
        circle="few",
        title="Utebliven insats",
        unit=unit,
        state="investigating",
        received_on=day,
        begun_on=day,
        event="En insats om mat uteblev i två dygn.\n\nListan föll bort vid en uppdatering.",
        ivo_decided_by="chair",
        notify_decided_on=day,
    )
    about = {
        "name": "Karin Kanariefågel",
        "reference": "Personakt 4711",
        "form_token": uuid4(),
    }
    add_concerned(case, actor=User.objects.get(username="lexsarah"), **about)
    return case.number


def compile_tertial(chief: User) -> dict[str, str]:
    """Let a tertial be analysed in the chief's unit, with patterns to judge, and in the one above."""
    unit, of = (
        chief.memberships.get().unit,
        {"year": 2024, "tertial": 3, "title": "Analys av tertial 3 2024"},
    )
    case = make_analysis(unit, number="TA-2024-0001", **of)
    earlier = make_pattern(
        make_analysis(unit, number="TA-2024-0002", conclusion="Ny skrivare.")
    )
    make_pattern(case, follows=earlier)
    make_pattern(
        case,
        position=2,
        kind="recurring",
        category="",
        process="Boende",
        whole=30,
        periods=400,
    )
    above = make_analysis(unit.parent, number="TA-2024-0003", **of)
    return {"tertial": case.number, "tertial_above": above.number}


def analyse(chief: User) -> str:
    """Let the chief have begun a risk analysis with two risks; return its number."""
    about = {"unit": chief.memberships.get().unit, "planned_on": timezone.localdate()}
    facts = {
        "title": "Flytten",
        "trigger": "move",
        "workplace": "Mottagningen",
        **about,
    }
    case = plan_analysis(actor=chief, form_token=uuid4(), facts=facts)
    case = analysis_step(
        case, "borja", actor=chief, seen_version=case.version, facts={}
    )
    risk = {
        "cause": "ny adress",
        "consequence": "uteblivet stöd",
        "severity": 4,
        "decision": "",
        "reason": "",
    }
    for event, probability in (("att ingen hittar", 1), ("att någon går fel", 3)):
        said = {**risk, "event": event, "probability": probability}
        add_risk(case, actor=chief, form_token=uuid4(), facts=said)
    return case.number


def register_routines(chief: User) -> str:
    """Let the chief keep two routines, of which one is late; return the code of the other."""
    unit, today = chief.memberships.get().unit, timezone.localdate()
    late = {"review_on": today - dt.timedelta(days=40), "kind": "process"}
    register(actor=chief, name="Ekonomiskt bistånd", unit=unit, **late)
    kept = {
        "owner": chief,
        "edition": "2.1",
        "review_on": today + dt.timedelta(days=200),
    }
    new = register(
        actor=chief,
        name="Utskick av beslut",
        unit=unit,
        kind="rutin",
        is_new=True,
        **kept,
    )
    return new.code


def plan_year(chief: User) -> dict[str, Any]:
    """Let the chief have planned two self-checks of a year, both of which are due; return where that is."""
    unit, first = (
        chief.memberships.get().unit,
        timezone.localdate() + dt.timedelta(days=20),
    )
    facts = {
        "why": "Krav i lag.",
        "process": "Dokumentation",
        "template": None,
        "method": "file_review",
    }
    about = {**facts, "first_on": first, "responsible": chief}
    for title, rhythm in (
        ("Genomförandeplaner", "month"),
        ("Rutiner för fullmakt", "once"),
    ):
        add_plan(
            actor=chief, unit=unit, facts={**about, "title": title, "rhythm": rhythm}
        )
    open_due()
    return {
        "plan_year": first.year,
        "plan": f"/egenkontroll/plan/{unit.code}/{first.year}/1/",
    }


def check(chief: User) -> str:
    """Let the chief have begun a file review, drawn three files and answered about one; return its number."""
    version = TemplateVersion.objects.get(template__code="dokumentation")
    about = {
        "unit": chief.memberships.get().unit,
        "planned_on": timezone.localdate(),
        "template": version,
    }
    facts = {
        "title": "Dokumentation",
        "workplace": "Mottagningen",
        "method": version.method,
        **about,
    }
    case = begin_check(actor=chief, form_token=uuid4(), facts=facts)
    case = check_step(case, "borja", actor=chief, seen_version=case.version, facts={})
    make_draw(
        case,
        actor=chief,
        of=Draw.Of.FILES,
        population="Pågående ärenden",
        size=40,
        count=3,
    )
    said = {
        place: "yes" if place % 2 else "no"
        for place in range(1, len(version.questions) + 1)
    }
    answer(case, actor=chief, file=1, said=said)
    return case.number


def measure_something(chief: User) -> str:
    """Let the chief have a measurement series with values, of which one was changed; return its address."""
    unit = chief.memberships.get().unit
    about = {
        "counted": "försenade utredningar",
        "whole": "inledda utredningar",
        "is_share": True,
    }
    series = Series.objects.create(unit=unit, title="Utredningar i tid", **about)
    for version, count in enumerate((127, 157)):
        values = {
            "2024-02": Share(142, 500),
            "2024-03": Share(count, 530),
            "2025-03": Share(117, 552),
        }
        measure(series, actor=chief, seen_version=version, values=values)
    return f"/egenkontroll/matserier/{unit.code}/1/"


def record_checks(chief: User) -> dict[str, str]:
    """Let the chief have begun a check of each kind that is recorded without a draw; return their numbers."""
    template = Template.objects.create(code="rond", name="Rond")
    walk = TemplateVersion.objects.create(
        template=template,
        number=1,
        method="walkthrough",
        questions=["Är utrymningsvägen fri?"],
    )
    methods = {
        "survey": "survey",
        "comparison": "comparison",
        "by_series": "measurement_series",
    }
    checks = {name: _begun(chief, method) for name, method in methods.items()}
    checks["walk"] = _begun(chief, "walkthrough", template=walk)
    question = SurveyQuestion(text="Är du nöjd?", answered=40, positive=30)
    figure = Indicator(
        name="Nöjda", value=82, year=2024, beside="country", other=79, source="Kolada"
    )
    survey, comparison = checks["survey"], checks["comparison"]
    record_survey(
        survey, actor=chief, seen_version=survey.version, questions=[question]
    )
    record_indicators(
        comparison, actor=chief, seen_version=comparison.version, indicators=[figure]
    )
    return {name: check.number for name, check in checks.items()}


def _begun(chief: User, method: str, **facts: Any) -> SelfCheck:
    facts |= {
        "unit": chief.memberships.get().unit,
        "planned_on": timezone.localdate(),
        "method": method,
    }
    facts |= {"title": "Så arbetar vi", "workplace": "Mottagningen"}
    case = begin_check(actor=chief, form_token=uuid4(), facts=facts)
    return check_step(case, "borja", actor=chief, seen_version=case.version, facts={})


def reports() -> dict[str, str]:
    """Make a report in each stage of building; return the paths of their pages."""
    root = Unit.objects.get(parent=None)
    built, waiting, unbuilt, failed, cancelled = (
        services.begin(unit=root, year=year, template="malmo", actor=None)
        for year in (YEAR_OF_LARGEST_REPORT, 2023, 2021, 2024, 2017)
    )
    services.request_build(built)
    jobs.run_pending()
    assert built.editions.count() == 1
    stop_halfway(waiting)
    job = services.request_build(failed)
    Job.objects.filter(pk=job.pk).update(
        failed_at=timezone.now(), problem="Sidorna gick inte att sätta."
    )
    services.request_build(cancelled)
    services.cancel_build(cancelled)
    paths = {
        "built": built,
        "building": waiting,
        "unbuilt": unbuilt,
        "failed": failed,
        "cancelled": cancelled,
    }
    paths["published"] = make_published(
        root, 2018, by=User.objects.get(username="controller")
    )
    make_next_edition(built)
    return {name: report.get_absolute_url() for name, report in paths.items()}


def leave_behind(report: AnnualReport, author: User) -> None:
    """Give somebody a section that the outline no longer has, with a question about it."""
    gone = {"report": report, "section": "borttaget", "author": author}
    Assignment.objects.create(title="Ett borttaget avsnitt", **gone)
    ReportComment.objects.create(number=1, text="Vart tog avsnittet vägen?", **gone)


def stop_halfway(report: AnnualReport) -> None:
    """Have a worker hold the building of a report for as long as the tests run."""
    job = services.request_build(report)
    held = timezone.now() + dt.timedelta(hours=2)
    Job.objects.filter(pk=job.pk).update(
        leased_until=held, attempts=1, percent=40, doing="Ställer upp kapitel 3 av 7"
    )
