"""An emergency opening: one case, one hour, reading only, never for those who may not, and never in silence."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.cases.changes import history_of
from casework.handling import retention
from casework.handling.emergency import NOT_OPENED, open_in_emergency
from casework.handling.services import begin_protection, recuse
from casework.kinds import kind_of, registered
from casework.models import Action, Case, EmergencyOpening, Mail, Notice
from casework.process.workflow import StepRefusedError
from casework.views.emergency import REFUSED
from deviations.models import Deviation
from deviations.process.services import take_step
from organisation.access import may
from organisation.models import Membership, Unit, User
from organisation.rights import Right, Role
from tests.blank import draw_nothing
from tests.clock import pass_time, stop_clock
from tests.factories import (
    LONG_AGO,
    make_deviation,
    make_report_of,
    make_unit,
    make_user,
)
from tests.municipality import (
    ASK,
    SITE,
    make_analysis,
    make_attachment,
    make_lexsarah,
    make_riskanalysis,
    make_selfcheck,
)
from tests.worlds import made_once

pytestmark = pytest.mark.django_db
REASON = "Hen ringer nu och hotar att skada sig, chefen svarar inte."
SENT = {"number": "", "reason": REASON}
OUTSIDE = {"reported_by": "outside", "kind": "complaint", "contact": "070-000 00 00"}
OLD = {"received_on": dt.date(2015, 5, 4)}
CLOSED = {"state": "closed", "is_deviation": "no", "closed_on": dt.date(2024, 4, 2)}


@dataclass
class House:
    """An administration with two units, those who watch over it, and another administration."""

    root: Unit = field(default_factory=lambda: make_unit("SOC"))
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.own, self.beside = make_unit("EK", self.root), make_unit("BO", self.root)
        self.elsewhere = make_unit("UTB")
        held = (
            ("chief", Role.SECTION_CHIEF, self.beside),
            ("theirs", Role.SECTION_CHIEF, self.own),
            ("staff", Role.STAFF, self.beside),
            ("planner", Role.PLANNING_OFFICER, self.beside),
            ("controller", Role.QUALITY_CONTROLLER, self.root),
            ("lex", Role.LEX_INVESTIGATOR, self.root),
            ("registrar", Role.REGISTRAR, self.root),
            ("officer", Role.DATA_PROTECTION_OFFICER, self.root),
            ("secretary", Role.BOARD_SECRETARY, self.root),
            ("admin", Role.SYSTEM_ADMIN, self.root),
            ("stranger", Role.UNIT_CHIEF, self.elsewhere),
        )
        self.people = {name: make_user(name, (role, unit)) for name, role, unit in held}

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.people[name])
        return client


house = made_once(House)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_nothing(monkeypatch)


def opened(case: Case, person: User) -> EmergencyOpening:
    return open_in_emergency(case.number, actor=person, reason=REASON)


def page_of(case: Case) -> str:
    return reverse(kind_of(case.subject).page, args=[case.number])


def is_refused(case: Case, person: User) -> bool:
    """Try to open a case; tell whether that was refused, in the words for every refusal."""
    try:
        opened(case, person)
    except StepRefusedError as refusal:
        there = EmergencyOpening.objects.filter(case=case, person=person).exists()
        return str(refusal) == NOT_OPENED and not there
    return False


# --- opening ----------------------------------------------------------------------------------
def test_number_and_reason_open_the_case_for_an_hour(house: House) -> None:
    case, client = make_deviation(house.own), house.client("chief")
    assert client.get(page_of(case)).status_code == 404

    answer = client.post(
        "/nodoppning/", {**SENT, "number": case.number.lower()}, follow=True
    )

    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == page_of(case)
    [opening] = EmergencyOpening.objects.all()
    assert (opening.person, opening.role, opening.unit, opening.reason) == (
        house["chief"],
        Role.SECTION_CHIEF,
        house.beside,
        REASON,
    )
    assert opening.closes_at - opening.opened_at == dt.timedelta(minutes=60)
    until = timezone.localtime(opening.closes_at).strftime("%H.%M")
    assert f"Du läser med stöd av nödöppning till kl. {until}" in answer.text
    assert case.description in answer.text


def test_history_says_who_opened_it_and_not_why(house: House) -> None:
    case = make_deviation(house.own)

    opened(case, house["chief"])

    [line] = history_of(case)
    assert (line.label, line.actor) == ("Nödöppnades för läsning", house["chief"])
    page = house.client("theirs").get(page_of(case)).text
    assert "Nödöppnades för läsning" in page
    assert REASON not in page


@pytest.mark.usefixtures("undrawn")
def test_two_clicks_make_one_opening(house: House) -> None:
    case, client = make_deviation(house.own), house.client("chief")

    for _ in range(2):
        client.post("/nodoppning/", {**SENT, "number": case.number})

    assert opened(case, house["chief"]) == EmergencyOpening.objects.get()
    assert case.log.count() == 1
    assert Notice.objects.filter(kind=Notice.Kind.EMERGENCY).count() == 1


@pytest.mark.usefixtures("undrawn")
def test_who_may_read_the_case_is_led_there_without_an_opening(house: House) -> None:
    case = make_deviation(house.own)

    answer = house.client("theirs").post(
        "/nodoppning/", {**SENT, "number": case.number}
    )

    assert answer["Location"] == f"/arenden/{case.number}/"
    assert not EmergencyOpening.objects.exists()


def test_what_is_typed_is_kept_and_nothing_is_opened_without_a_reason(
    house: House,
) -> None:
    case, client = make_deviation(house.own), house.client("chief")

    answer = client.post("/nodoppning/", {"number": case.number, "reason": "Akut"})

    assert answer.status_code == 400
    assert "Skriv lite mer: minst 20 tecken" in answer.text
    assert case.number in answer.text
    assert "Akut</textarea>" in answer.text
    assert not EmergencyOpening.objects.exists()


def test_reason_is_asked_about_a_personal_number(house: House) -> None:
    case, client = make_deviation(house.own), house.client("chief")
    reason = "Gäller 19121212-1212 som ringer nu och är i fara."

    answer = client.post("/nodoppning/", {"number": case.number, "reason": reason})

    assert answer.status_code == 400
    assert "Det ser ut som ett personnummer" in answer.text


# --- who never may ----------------------------------------------------------------------------
# Who opens a case in another unit of the own administration; who reads it anyway needs not.
MAY = {"chief", "lex", "registrar"}


def test_only_handling_roles_of_the_same_administration_open_a_case(
    house: House,
) -> None:
    case = make_deviation(house.own)

    assert {name for name in house.people if not is_refused(case, house[name])} == MAY


def test_recused_person_never_opens_the_case(house: House) -> None:
    case = make_deviation(house.own)
    recuse(case, person=house["lex"], actor=house["lex"])

    assert is_refused(case, house["lex"])


def test_who_is_recused_from_the_event_never_opens_what_became_of_it(
    house: House,
) -> None:
    event = make_deviation(house.own)
    case = make_report_of(event).case
    recuse(event, person=house["chief"], actor=house["controller"])

    assert is_refused(case, house["chief"])
    assert not is_refused(case, house["registrar"])


def test_recusal_closes_what_is_open(house: House) -> None:
    case, client = make_deviation(house.own), house.client("lex")
    opened(case, house["lex"])
    assert client.get(page_of(case)).status_code == 200

    recuse(case, person=house["lex"], actor=house["lex"])

    assert client.get(page_of(case)).status_code == 404


def test_reporter_never_opens_the_own_report(house: House) -> None:
    case = make_deviation(house.own, reporter=house["chief"])

    assert is_refused(case, house["chief"])


def test_case_about_somebody_protected_is_never_opened(house: House) -> None:
    case = make_deviation(house.own)
    begin_protection(case, readers=[house["theirs"], house["controller"]], actor=None)

    assert all(is_refused(case, house[name]) for name in MAY)


def test_case_about_the_event_of_somebody_protected_is_never_opened(
    house: House,
) -> None:
    event = make_deviation(house.own)
    case = make_report_of(event).case
    begin_protection(event, readers=[house["theirs"], house["controller"]], actor=None)

    assert is_refused(case, house["chief"])


def test_protection_closes_what_is_open(house: House) -> None:
    case, client = make_deviation(house.own), house.client("chief")
    opened(case, house["chief"])
    begin_protection(case, readers=[house["theirs"], house["controller"]], actor=None)

    assert client.get(page_of(case)).status_code == 404


def test_chief_whom_lex_sarah_keeps_out_never_opens_the_case(house: House) -> None:
    case = make_lexsarah(house.own, number="LS-1", circle="investigator")
    assert not Case.objects.handled_by(house["theirs"]).filter(pk=case.pk).exists()

    assert is_refused(case, house["theirs"])
    assert not is_refused(case, house["chief"])


@pytest.mark.parametrize("role", [Role.UNIT_CHIEF, Role.STAFF])
def test_who_worked_there_when_it_happened_never_opens_the_case(
    house: House, role: Role
) -> None:
    person = make_user("moved", (Role.SECTION_CHIEF, house.beside))
    Membership.objects.create(
        user=person,
        unit=house.own,
        role=role,
        valid_from=LONG_AGO,
        valid_to=dt.date(2024, 3, 1),
    )
    before = make_deviation(
        house.own, occurred_on=dt.date(2024, 2, 29), received_on=dt.date(2024, 3, 4)
    )
    after = make_deviation(house.own, received_on=dt.date(2024, 3, 1))

    assert is_refused(before, person)
    assert not is_refused(after, person)


def test_chief_never_opens_a_complaint_that_the_own_unit_has_handed_over(
    house: House,
) -> None:
    case: Any = make_deviation(house.beside, **OUTSIDE)
    case = take_step(
        case,
        "lamna-over",
        actor=house["chief"],
        seen_version=case.version,
        facts={"unit": house.own, "reason": "Händelsen gäller er."},
    )
    Deviation.objects.filter(pk=case.pk).update(came_from=None)
    assert case.unit == house.own

    assert is_refused(case, house["chief"])


def test_substitute_opens_nothing_in_the_place_of_somebody_recused(
    house: House,
) -> None:
    case, substitute = make_deviation(house.own), make_user("substitute")
    lent = {"valid_from": LONG_AGO, "valid_to": dt.date(2199, 1, 1)}
    Membership.objects.create(
        user=substitute,
        unit=house.beside,
        role=Role.SECTION_CHIEF,
        stands_in_for=house["chief"],
        **lent,
    )
    other = make_deviation(house.own)
    recuse(case, person=house["chief"], actor=house["controller"])

    assert is_refused(case, substitute)
    assert not is_refused(other, substitute)


def test_analysis_of_figures_is_never_opened(house: House) -> None:
    assert is_refused(make_analysis(house.own, number="TA-1"), house["chief"])


def test_nobody_opens_a_case_in_silence(house: House) -> None:
    case = make_deviation(house.own)
    watching = (Role.QUALITY_CONTROLLER, Role.DATA_PROTECTION_OFFICER)
    Membership.objects.filter(role__in=watching).update(valid_to=timezone.localdate())

    assert is_refused(case, house["chief"])


# --- the same answer --------------------------------------------------------------------------
def test_answer_is_the_same_whether_there_is_such_a_case_or_not(house: House) -> None:
    secret = make_deviation(house.own)
    begin_protection(secret, readers=[house["theirs"], house["controller"]], actor=None)
    recused = make_deviation(house.own)
    recuse(recused, person=house["chief"], actor=house["controller"])
    numbers = [
        "KA-2024-9999",
        secret.number,
        recused.number,
        make_deviation(house.elsewhere).number,
    ]
    client, told = house.client("chief"), set()

    for number in numbers:
        answer = client.post("/nodoppning/", {**SENT, "number": number})
        assert answer.status_code == 400
        text = re.sub(r'csrfmiddlewaretoken" value="\w+', "", answer.text)
        told.add(text.replace(number, "NUMBER"))

    assert len(told) == 1


@pytest.mark.usefixtures("undrawn")
def test_numbers_cannot_be_tried_in_turn(house: House) -> None:
    client = house.client("chief")
    real = make_deviation(house.own)

    def send(number: str) -> HttpResponse:
        return client.post("/nodoppning/", {**SENT, "number": number})

    stop_clock()
    tried = [send(f"KA-2024-{9000 + number}").status_code for number in range(20)]

    assert tried.count(400) == REFUSED.size
    assert tried[-1] == 429
    late = send(real.number)
    assert (late.status_code, "Retry-After" in late) == (429, True)
    assert not EmergencyOpening.objects.exists()


@pytest.mark.usefixtures("undrawn")
def test_what_is_opened_counts_as_no_try(house: House) -> None:
    client = house.client("chief")

    for _ in range(REFUSED.size + 1):
        case = make_deviation(house.own)
        sent = {**SENT, "number": case.number}
        assert client.post("/nodoppning/", sent).status_code == 302


@pytest.mark.usefixtures("undrawn")
def test_page_is_only_there_for_those_with_the_right(house: House) -> None:
    found = {
        name
        for name in house.people
        if house.client(name).get("/nodoppning/").status_code == 200
    }

    assert found == {*MAY, "theirs", "controller", "stranger"}


# --- what it opens ----------------------------------------------------------------------------
@pytest.mark.usefixtures("undrawn")
def test_hour_ends_by_the_clock_of_the_database(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = make_deviation(house.own), house.client("chief")
    stop_clock()
    opened(case, house["chief"])
    behind = timezone.now() - dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: behind)

    pass_time(minutes=59, seconds=59)
    assert client.get(page_of(case)).status_code == 200
    pass_time(seconds=1)
    assert client.get(page_of(case)).status_code == 404


@pytest.mark.usefixtures("undrawn")
def test_opening_ends_with_the_role(house: House) -> None:
    case, client = make_deviation(house.own), house.client("chief")
    opened(case, house["chief"])

    for held in house["chief"].memberships.all():
        held.valid_to = timezone.localdate()
        held.save()
    make = {"user": house["chief"], "unit": house.beside, "valid_from": LONG_AGO}
    Membership.objects.create(role=Role.STAFF, **make)

    assert client.get(page_of(case)).status_code == 404


@pytest.mark.usefixtures("undrawn")
def test_opening_is_one_persons_own(house: House) -> None:
    case = make_deviation(house.own)
    opened(case, house["chief"])

    assert house.client("lex").get(page_of(case)).status_code == 404


def make_one(kind: str, unit: Unit) -> Case:
    """Make one case of a kind, with a file and an action."""
    made: Any = {
        "deviations": lambda: make_deviation(unit),
        "lexsarah": lambda: make_lexsarah(unit, number="LS-9", circle="investigator"),
        "selfcheck": lambda: make_selfcheck(unit, number="EK-9"),
        "riskanalysis": lambda: make_riskanalysis(unit, number="RA-9"),
    }
    case: Case = made[kind]()
    if kind == "lexsarah":
        make_report_of(make_deviation(unit), case)
    make_attachment(case)
    Action.objects.create(
        case_id=case.pk, text="Gå igenom", decided_on=dt.date(2024, 3, 2)
    )
    return case


KINDS = sorted(kind.subject for kind in registered() if kind.opens_in_emergency)


@pytest.mark.parametrize("kind", KINDS)
def test_page_offers_nothing_to_do_and_every_link_on_it_leads_somewhere(
    house: House, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, client = make_one(kind, house.own), house.client("chief")
    opened(case, house["chief"])

    page = client.get(page_of(case)).text

    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main
    links = set(re.findall(r'href="(/[^"#]*)"', main))
    draw_nothing(monkeypatch)
    assert f"/arenden/{case.number}/filer/1/" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(
        links, 200
    )


def doors_of(case: Case) -> list[str]:
    """Return every address under which something is done in a case, or asked for."""
    kind = case.subject
    steps = kind_of(kind).workflow_of(type(case).objects.get(pk=case.pk)).steps
    written = ("anteckning", "jav", "skydd", "filer", "atgarder/ny")
    own = {
        "deviations": [f"/avvikelser/{case.number}/lex-sarah/"],
        "lexsarah": [
            f"/lex-sarah/{case.number}/{page}/" for page in ("ivo", "berorda")
        ],
        "riskanalysis": [reverse("riskanalysis:new_risk", args=[case.number])],
        "selfcheck": [
            reverse(f"selfcheck:{page}", args=[case.number])
            for page in ("draw", "survey", "indicators", "places")
        ],
    }
    return [
        # What a board decides is recorded at its meeting, whoever asks here.
        *(
            reverse(f"{kind}:step", args=[case.number, s.name])
            for s in steps
            if not s.taken_at
        ),
        *(f"/arenden/{case.number}/{page}/" for page in written),
        *(f"/atgarder/{case.number}/1/{page}" for page in ("", "klar/")),
        f"/lex-sarah/andra-vagar/{case.number}/",
        *own[kind],
    ]


# Who has roles in the steps of a kind without reading it: first the one who has the most.
TRIED = [("lex", "deviations"), ("chief", "lexsarah"), ("lex", "riskanalysis")]
TRIED += [("lex", "selfcheck")]
OTHERS = [(who, kind) for who in ("chief", "registrar") for kind in KINDS]
SENDS, ASKS = ("post",), ("get", "post")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("tried", "methods"),
    [
        *((one, SENDS) for one in TRIED),
        *(
            pytest.param(one, ASKS, marks=pytest.mark.every)
            for one in dict.fromkeys([*TRIED, *OTHERS])
        ),
    ],
)
def test_nothing_is_done_through_it(
    house: House, tried: tuple[str, str], methods: tuple[str, ...]
) -> None:
    who, kind = tried
    case, session = make_one(kind, house.own), house.client(who).cookies
    opened(case, house[who])

    def answer(method: str, path: str) -> int:
        request = getattr(ASK, method)(path, {"do": "send", "reason": "x" * 30})
        request._dont_enforce_csrf_checks, request._cached_user = True, house[who]
        request.COOKIES = {name: cookie.value for name, cookie in session.items()}
        status: int = SITE.get_response(request).status_code
        return status

    before = Case.objects.filter(pk=case.pk).values().get(), case.log.count()
    doors = doors_of(case)

    found = {
        (method, path): answer(method, path) for method in methods for path in doors
    }
    assert {
        door: status for door, status in found.items() if status not in {404, 405}
    } == {}
    assert answer("post", page_of(case)) == 405
    assert answer("get", page_of(case)) == 200
    assert (Case.objects.filter(pk=case.pk).values().get(), case.log.count()) == before


def test_verb_refuses_who_only_reads_in_an_emergency(house: House) -> None:
    case = make_deviation(house.own)
    opened(case, house["chief"])

    for step in kind_of("deviations").workflow_of(case).steps:
        if not step.system:
            with pytest.raises(StepRefusedError):
                take_step(
                    case, step.name, actor=house["chief"], seen_version=0, facts={}
                )


def test_identity_of_the_sender_is_never_shown(house: House) -> None:
    """An investigator has the role that is told who wrote it, in what has become of lex Sarah."""
    case = make_deviation(house.own, **OUTSIDE)
    opened(case, house["lex"])
    named = make_deviation(house.own, reporter=make_user("rapportören"))
    opened(named, house["lex"])
    client = house.client("lex")

    assert "070-000 00 00" not in client.get(page_of(case)).text
    assert "Rapportören" not in client.get(page_of(named)).text
    assert "070-000 00 00" in house.client("theirs").get(page_of(case)).text


@pytest.mark.usefixtures("undrawn")
def test_case_is_in_no_list_search_file_or_count(house: House) -> None:
    case, client = make_deviation(house.own, title="Unikt"), house.client("chief")
    opened(case, house["chief"])

    assert not Case.objects.visible_to(house["chief"]).filter(pk=case.pk).exists()
    assert not Case.objects.handled_by(house["chief"]).filter(pk=case.pk).exists()
    for path in ("/inkorg/?visa=alla", "/inkorg/?q=Unikt", f"/inkorg/?q={case.number}"):
        answer = client.get(path)
        assert list(answer.context["page"].object_list) == []
    assert (
        case.number not in client.get("/inkorg/arenden.csv?visa=alla").content.decode()
    )


# --- who is told ------------------------------------------------------------------------------
def told_of(case: Case) -> set[str]:
    notices = Notice.objects.filter(case=case.pk, kind=Notice.Kind.EMERGENCY)
    return set(notices.values_list("user__username", flat=True))


def test_controller_is_told_at_once_with_a_mail_that_says_nothing(house: House) -> None:
    User.objects.filter(username="controller").update(email="c@example.org")
    case = make_deviation(house.own, **OUTSIDE)

    opened(case, house["chief"])

    assert told_of(case) == {"controller"}
    [written] = Mail.objects.all()
    assert "1 ärende som har nödöppnats" in written.body
    assert case.number not in written.body
    assert REASON not in written.body


def test_investigator_is_told_of_lex_sarah_too(house: House) -> None:
    case = make_lexsarah(house.own, number="LS-2", circle="investigator")

    opened(case, house["chief"])

    assert told_of(case) == {"controller", "lex"}


def test_controller_who_opens_one_is_watched_by_the_data_protection_officer(
    house: House,
) -> None:
    case = make_deviation(house.own)
    house["controller"].memberships.update(unit=house.beside)

    opened(case, house["controller"])

    assert told_of(case) == {"officer"}
    notice = Notice.objects.readable_by(house["officer"]).get()
    client = house.client("officer")
    answer = client.post("/notiser/", {"case": case.number})
    assert (notice.kind, answer["Location"]) == (
        Notice.Kind.EMERGENCY,
        "/logg/nodoppningar/",
    )


def test_second_opening_of_a_day_is_news_again(house: House) -> None:
    case = make_deviation(house.own)
    opened(case, house["chief"])
    Notice.objects.update(read_at=timezone.now())

    opened(case, house["lex"])

    assert [notice.read_at for notice in Notice.objects.all()] == [None]


def test_notice_is_kept_when_the_case_is_protected_afterwards(house: House) -> None:
    case = make_deviation(house.own)
    opened(case, house["chief"])

    begin_protection(case, readers=[house["theirs"], house["lex"]], actor=None)

    assert told_of(case) == {"controller"}


# --- where it is found ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "asked", "is_offered"),
    [
        ("chief", "KA-2031-0001", True),
        ("chief", "ka-2024-9998", True),
        ("chief", "hund", False),
        ("staff", "KA-2031-0001", False),
    ],
)
def test_number_that_leads_nowhere_offers_an_opening(
    house: House, who: str, asked: str, is_offered: bool
) -> None:
    page = house.client(who).get("/inkorg/", {"q": asked}).text

    assert (f"/nodoppning/?nummer={asked.upper()}" in page) is is_offered


def test_number_of_the_address_is_filled_in(house: House) -> None:
    page = house.client("chief").get("/nodoppning/?nummer=KA-2031-0001").text

    assert 'value="KA-2031-0001"' in page


# --- the table --------------------------------------------------------------------------------
def row(case: Case, person: User, **facts: Any) -> EmergencyOpening:
    now = timezone.now()
    usual = {
        "opened_at": now,
        "closes_at": now + dt.timedelta(hours=1),
        "role": "section_chief",
        "unit": case.unit,
        "reason": REASON,
    }
    return EmergencyOpening.objects.create(
        case_id=case.pk, person=person, **{**usual, **facts}
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"closes_at": timezone.now() + dt.timedelta(days=1)},
        {"reason": "för kort"},
        {"role": ""},
    ],
    ids=["too long", "no reason", "no role"],
)
def test_database_refuses_what_is_no_opening(
    house: House, facts: dict[str, Any]
) -> None:
    case = make_deviation(house.own)

    with pytest.raises(IntegrityError), transaction.atomic():
        row(case, house["chief"], **facts)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE casework_emergencyopening SET reason = 'x'",
        "DELETE FROM casework_emergencyopening",
        "TRUNCATE casework_emergencyopening",
    ],
)
def test_opening_is_only_added(house: House, attempt: str) -> None:
    row(make_deviation(house.own), house["chief"])

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attempt)


def test_opening_of_tomorrow_opens_nothing_today(house: House) -> None:
    case = make_deviation(house.own)
    later = timezone.now() + dt.timedelta(days=1)
    row(case, house["chief"], opened_at=later, closes_at=later + dt.timedelta(hours=1))

    assert not EmergencyOpening.objects.open_to(house["chief"]).exists()


@pytest.mark.usefixtures("purging_is_lent")
def test_opening_goes_with_a_purged_case(house: House) -> None:
    case = make_deviation(
        house.own, **{**CLOSED, "closed_on": dt.date(2015, 5, 4)}, **OLD
    )
    row(case, house["chief"])
    said = {"subject": "deviations", "years": 1, "decision": "SN 41"}
    retention.register(
        house.root, actor=house["registrar"], decided_on=OLD["received_on"], **said
    )

    assert sum(retention.purge(on=dt.date(2040, 1, 1))) == 1

    assert not EmergencyOpening.objects.exists()


def test_right_reaches_the_administration_wherever_in_it_the_role_is(
    house: House,
) -> None:
    right = Right.CASES_BREAK_GLASS

    assert may(house["chief"], right, house.own)
    assert may(house["chief"], right, house.root)
    assert not may(house["chief"], right, house.elsewhere)
    assert not may(house["planner"], right, house.own)
