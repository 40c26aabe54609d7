"""The log check: who is drawn among, who reviews, how readings are judged, and the signed record."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Reading
from audit.models.reading import Way
from casework.models import Case, NamedReader, Recusal
from casework.process.workflow import StepRefusedError
from organisation.models import Unit, User
from organisation.rights import Role
from selfcheck.models import Draw, Flag, Judgement, SelfCheck, State, Verdict
from selfcheck.process import services
from selfcheck.process.log_checks import (
    Wanted,
    begin_log_check,
    draw_readings,
    judge,
    log_checks_of,
    sign,
)
from selfcheck.review.asking import Asked, is_repeated
from selfcheck.review.judging import Tally, last_draw, tally_of
from tests.factories import make_deviation, make_unit, make_user, signed_in
from tests.municipality import make_lexsarah, make_selfcheck

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 4, 11, tzinfo=dt.UTC)
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.fixture
def unit() -> Unit:
    return make_unit("B", make_unit("A"))


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def staff(unit: Unit) -> User:
    return make_user("staff", (Role.STAFF, unit))


@pytest.fixture
def officer(unit: Unit) -> User:
    root = Unit.objects.get(path=unit.path.partition("/")[0] + "/")
    return make_user("officer", (Role.DATA_PROTECTION_OFFICER, root))


@pytest.fixture
def glass(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the way of whoever has broken the glass, or another one where nobody can."""
    if "glass" in Way.values:
        return "glass"
    for module in ("asking", "flags"):
        monkeypatch.setattr(f"selfcheck.review.{module}.GLASS", "named")
    return "named"


def read(person: User, *cases: Case, **facts: Any) -> Reading:
    """Write a reading into the log, at noon of a working day in March unless told."""
    usual = {"at": NOON, "way": "role", "kind": "page", "page": "deviations:detail"}
    reading = Reading(
        person=person,
        cases=[case.pk for case in cases],
        count=len(cases),
        **{**usual, **facts},
    )
    reading.save(force_insert=True)
    return Reading.objects.order_by("-id")[0]


def named(name: str, *roles: tuple[Role, Unit]) -> User:
    """Make a person with a first and a last name."""
    person = make_user(name.replace(" ", "-"), *roles)
    person.name = name
    person.save()
    return person


def wanted(by: Draw.Of = Draw.Of.STAFF, **facts: Any) -> Wanted:
    """Ask for all readings of March."""
    about = {"count": 50, "reason": "", "each": 20, **facts}
    first, last = MARCH[0], about.get("last", MARCH[1])
    asked = Asked(by, first, last, each=about["each"], until=timezone.now())
    return Wanted(asked, about["count"], about["reason"])


def begin(actor: User, unit: Unit, **facts: Any) -> SelfCheck:
    return begin_log_check(
        actor=actor, unit=unit, form_token=uuid4(), wanted=wanted(**facts)
    )


def drawn_in(case: SelfCheck) -> set[int | None]:
    """Return the readings of the log that are in a check."""
    return set(case.drawn_readings.values_list("reading", flat=True))


def judge_all(case: SelfCheck, actor: User, verdict: str = "motivated") -> None:
    for row in case.drawn_readings.all():
        reason = "" if verdict == "motivated" else "Ingen kunde svara."
        judge(case, actor=actor, place=row.position, verdict=verdict, reason=reason)


def signed(case: SelfCheck, actor: User) -> SelfCheck:
    fresh = SelfCheck.objects.get(pk=case.pk)
    facts = {"registry_number": "ASN-2026-17"}
    return sign(fresh, actor=actor, seen_version=fresh.version, facts=facts)


# --- what is drawn among ----------------------------------------------------------------------
def test_draw_by_employee_holds_what_the_unit_has_opened(
    unit: Unit, chief: User, staff: User
) -> None:
    case, elsewhere = make_deviation(unit), make_user("b", (Role.STAFF, make_unit("C")))
    own = read(staff, case)
    read(elsewhere, case)
    read(staff, case, kind="list")
    read(staff, case, at=NOON - dt.timedelta(days=40))

    assert drawn_in(begin(chief, unit)) == {own.id}


def test_draw_by_case_holds_who_has_opened_it(unit: Unit, chief: User) -> None:
    case, other = make_deviation(unit), make_deviation(make_unit("C"))
    stranger = make_user("stranger", (Role.STAFF, make_unit("D")))
    opened = read(stranger, case)
    read(stranger, other)
    read(stranger, case, kind="search")

    check = begin(chief, unit, by=Draw.Of.CASES)

    assert drawn_in(check) == {opened.id}
    assert check.draws.get().members == [str(case.pk)]


@pytest.mark.parametrize("by", [Draw.Of.STAFF, Draw.Of.CASES])
def test_own_readings_are_never_the_reviewers(
    by: Draw.Of, unit: Unit, chief: User, staff: User
) -> None:
    case = make_deviation(unit)
    others = read(staff, case)
    read(chief, case)

    assert drawn_in(begin(chief, unit, by=by)) == {others.id}


def test_draw_without_readings_is_refused_and_leaves_nothing(
    unit: Unit, chief: User
) -> None:
    with pytest.raises(ValidationError, match="Ingen läsning"):
        begin(chief, unit)

    assert not SelfCheck.objects.exists()


def test_readings_of_a_case_that_the_reviewer_is_recused_from_are_not_drawn(
    unit: Unit, chief: User, staff: User
) -> None:
    complained, other = make_deviation(unit), make_deviation(unit)
    Recusal.objects.create(case=complained, user=chief)
    read(staff, complained)
    shown = read(staff, complained, other)

    check = begin(chief, unit)

    assert drawn_in(check) == {shown.id}
    assert check.drawn_readings.get().cases == [other.pk]


def test_case_of_few_is_told_to_the_officer_but_not_to_the_chief(
    unit: Unit, chief: User, staff: User, officer: User
) -> None:
    about_the_chief = make_lexsarah(unit, number="LS-1", circle="investigator")
    secret, usual = read(staff, about_the_chief), read(staff, make_deviation(unit))

    assert drawn_in(begin(chief, unit)) == {usual.id}
    assert drawn_in(begin(officer, unit)) == {secret.id, usual.id}


def test_glass_is_in_the_next_check_without_draw_until_it_is_judged(
    unit: Unit, chief: User, staff: User, officer: User, glass: str
) -> None:
    case = make_deviation(unit)
    far = make_user("far", (Role.UNIT_CHIEF, make_unit("C")))
    broken = read(far, case, way=glass, at=NOON - dt.timedelta(days=60))
    read(staff, case)

    first = begin(chief, unit, count=1, each=1)
    second = begin(officer, unit, count=1, each=1)
    assert broken.id in drawn_in(first) & drawn_in(second)
    assert first.drawn_readings.get(reading=broken.id).flags[0] == Flag.GLASS

    judge_all(first, chief)
    assert broken.id not in drawn_in(begin(officer, unit))


def test_draw_is_repeated_from_its_seed_and_question(
    unit: Unit, chief: User, staff: User
) -> None:
    others = [make_user(f"s{n}", (Role.STAFF, unit)) for n in range(4)]
    case = make_deviation(unit)
    for minute in range(12):
        for person in (staff, *others):
            read(person, case, at=NOON + dt.timedelta(minutes=minute))
    check = begin(chief, unit, count=3, each=2, last=timezone.localdate())
    drawn = check.draws.get()
    for person in (staff, *others):  # what comes later is not asked for
        read(person, case, at=timezone.now())

    assert (drawn.size, drawn.count, check.drawn_readings.count()) == (5, 3, 6)
    assert is_repeated(check, drawn)

    drawn.seed = "another"
    assert not is_repeated(check, drawn)


def test_flags_stand_in_the_check(unit: Unit, chief: User) -> None:
    case = make_deviation(unit, reporter=named("Olle Ek"), protected=True)
    reader = named("Eva Ek", (Role.STAFF, unit))
    read(reader, case, at=NOON.replace(hour=23), stands_in_for=chief)

    row = begin(chief, unit).drawn_readings.get()

    assert row.flags == ["name", "no_task", "night", "substitute", "protected"]


# --- who reviews ------------------------------------------------------------------------------
def test_chief_who_is_drawn_among_never_reviews(
    unit: Unit, chief: User, officer: User
) -> None:
    read(chief, make_deviation(unit))
    check = begin(officer, unit)

    assert check.drawn_readings.get().person == chief
    assert not log_checks_of(chief).exists()
    browser = signed_in(chief)
    for page in ("", "urval/", "1/", "protokoll.pdf"):
        answer = browser.get(f"/egenkontroll/{check.number}/logg/{page}")
        assert answer.status_code == 404
    with pytest.raises(StepRefusedError):
        draw_readings(check, actor=chief, wanted=wanted(reason="Jag vill."))
    with pytest.raises(StepRefusedError):
        judge(check, actor=chief, place=1, verdict="motivated")


def test_chief_who_is_checked_cannot_stop_the_check(
    unit: Unit, chief: User, officer: User
) -> None:
    read(chief, make_deviation(unit))
    check = begin(officer, unit)
    reason = {"reason": "Nej."}
    for step, facts in (
        ("stall-in", reason),
        ("resultat", {"finding": "none", "result": "Bra."}),
        ("signera", {"registry_number": "1"}),
    ):
        with pytest.raises(StepRefusedError):
            services.take_step(
                check, step, actor=chief, seen_version=check.version, facts=facts
            )
    with pytest.raises(StepRefusedError):
        services.make_draw(
            check,
            actor=chief,
            of=Draw.Of.STAFF,
            population="x",
            size=1,
            count=1,
            **reason,
        )


def test_whoever_drew_judges_and_another_takes_over_with_a_reason(
    unit: Unit, chief: User, staff: User, officer: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge_all(check, chief)

    with pytest.raises(StepRefusedError):
        judge(check, actor=officer, place=1, verdict="motivated")
    with pytest.raises(StepRefusedError):
        signed(check, officer)
    with pytest.raises(StepRefusedError, match="Bedömningen har börjat"):
        draw_readings(check, actor=chief, wanted=wanted(reason="Igen."))
    draw_readings(check, actor=officer, wanted=wanted(reason="Chefen är sjuk."))
    judge(check, actor=officer, place=1, verdict="motivated")

    assert check.draws.count() == 2


@pytest.mark.parametrize(
    "role", [Role.STAFF, Role.PLANNING_OFFICER, Role.LEX_INVESTIGATOR, Role.REGISTRAR]
)
def test_other_roles_check_no_logs(unit: Unit, role: Role) -> None:
    other = make_user("other", (role, unit))

    with pytest.raises(StepRefusedError):
        begin(other, unit)
    browser = signed_in(other)
    assert browser.get("/egenkontroll/loggkontroller/").status_code == 404


def test_reviewer_who_is_recused_after_the_draw_judges_it_no_more(
    browser: Client, unit: Unit, chief: User, staff: User
) -> None:
    case = make_deviation(unit)
    read(staff, case)
    check = begin(chief, unit)
    Recusal.objects.create(case=case, user=chief)

    with pytest.raises(StepRefusedError, match="jävig"):
        judge(check, actor=chief, place=1, verdict="motivated")
    page = browser.get(f"/egenkontroll/{check.number}/logg/1/").content.decode()
    assert case.number not in page


# --- judging and signing ----------------------------------------------------------------------
def test_judgement_that_is_given_again_counts_and_the_first_stays(
    unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge(check, actor=chief, place=1, verdict="unexplained", reason="Frågar.")
    judge(check, actor=chief, place=1, verdict="motivated")
    judge(check, actor=chief, place=1, verdict="motivated")

    drawn = last_draw(check)
    assert drawn
    assert tally_of(drawn).motivated == 1
    assert Judgement.objects.count() == 2


@pytest.mark.parametrize("verdict", ["unexplained", "breach"])
def test_reading_that_is_not_motivated_needs_a_reason(
    verdict: str, unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)

    with pytest.raises(ValidationError):
        judge(check, actor=chief, place=1, verdict=verdict)


def test_check_is_not_signed_before_each_reading_is_judged(
    unit: Unit, chief: User, staff: User
) -> None:
    case = make_deviation(unit)
    read(staff, case)
    read(staff, case)
    check = begin(chief, unit)
    judge(check, actor=chief, place=1, verdict="motivated")

    with pytest.raises(StepRefusedError, match="1 läsningar är inte bedömda"):
        signed(check, chief)


@pytest.mark.parametrize(
    ("verdict", "state", "finding"),
    [
        (Verdict.MOTIVATED, State.CLOSED, "none"),
        (Verdict.UNEXPLAINED, State.RESULT, "some"),
        (Verdict.BREACH, State.RESULT, "faults"),
    ],
)
def test_signature_says_what_the_judgements_say(
    verdict: str, state: str, finding: str, unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge_all(check, chief, verdict)

    done = signed(check, chief)

    assert (done.state, done.finding) == (state, finding)
    assert (done.met, done.reviewed) == (int(verdict == "motivated"), 1)
    assert (done.system, done.period_from, done.period_to) == ("Kvalitet", *MARCH)
    assert done.registry_number == "ASN-2026-17"


def test_signed_check_is_judged_no_more(unit: Unit, chief: User, staff: User) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge_all(check, chief)
    signed(check, chief)

    with pytest.raises(StepRefusedError, match="redan signerad"):
        judge(check, actor=chief, place=1, verdict="breach", reason="Sent.")


def test_history_tells_the_checked_no_verdict(
    unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge(check, actor=chief, place=1, verdict="breach", reason="Släkting.")

    said = " ".join(check.log.values_list("label", flat=True))
    assert "Bedömde läsning 1 av 1" in said
    assert "intrång" not in said
    assert not check.changes.filter(after__contains="Släkting").exists()


@pytest.mark.parametrize("table", ["drawnreading", "judgement", "uploadedreading"])
def test_what_was_drawn_and_said_stays(
    table: str, unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    judge_all(begin(chief, unit), chief)

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE selfcheck_{table} CASCADE")
    if table == "uploadedreading":
        return
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM selfcheck_{table}")


# --- in the browser ---------------------------------------------------------------------------
@pytest.fixture
def browser(chief: User) -> Client:
    return signed_in(chief)


def asked(unit: Unit, **facts: Any) -> dict[str, Any]:
    form = signed_in_form()
    about = {"unit": unit.code, "by": "staff", "count": 5, "each": 3}
    return form | about | {"first": "2026-03-01", "last": "2026-03-31"} | facts


def signed_in_form() -> dict[str, Any]:
    from django.core import signing

    return {
        "form_token": str(uuid4()),
        "begun": signing.dumps("begun", salt="once-form"),
    }


def test_chief_begins_judges_and_signs_in_five_answers(
    browser: Client, unit: Unit, staff: User
) -> None:
    case = make_deviation(unit)
    read(staff, case)
    read(staff, case)

    began = browser.post("/egenkontroll/loggkontroller/ny/", asked(unit))
    check = SelfCheck.objects.get()
    pages = f"/egenkontroll/{check.number}/logg/"
    assert began.headers["Location"] == pages
    assert case.number in browser.get(f"{pages}1/").content.decode()
    judged = browser.post(f"{pages}1/", {"verdict": "motivated"})
    assert judged.headers["Location"] == f"{pages}2/"
    judged = browser.post(f"{pages}2/", {"verdict": "motivated"})
    assert judged.headers["Location"] == pages
    form = {"registry_number": "ASN-1", "seen_version": check.version}
    assert browser.post(pages, form).status_code == 302

    assert SelfCheck.objects.get().state == State.CLOSED


def test_form_sent_twice_is_one_check(browser: Client, unit: Unit, staff: User) -> None:
    read(staff, make_deviation(unit))
    sent = asked(unit)
    for _ in range(2):
        assert browser.post("/egenkontroll/loggkontroller/ny/", sent).status_code == 302

    assert SelfCheck.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": "2026-02-01"}, "Sista dagen kan inte vara före"),
        ({"first": "2024-03-01"}, "Välj högst ett år"),
        ({"count": "0"}, "Skriv minst 1"),
        ({"each": "21"}, "Skriv högst 20"),
        ({"by": "files"}, "Välj ett av svaren"),
        (
            {"first": "2026-02-01", "last": "2026-02-02"},
            "Ingen läsning att kontrollera",
        ),
    ],
)
def test_wrong_question_is_told_and_keeps_what_was_typed(
    browser: Client, unit: Unit, staff: User, wrong: dict[str, str], said: str
) -> None:
    read(staff, make_deviation(unit))

    answer = browser.post("/egenkontroll/loggkontroller/ny/", asked(unit, **wrong))

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not SelfCheck.objects.exists()


def test_searched_words_and_protected_numbers_are_for_the_reviewer_alone(
    browser: Client, unit: Unit, staff: User, officer: User
) -> None:
    case = make_deviation(unit, protected=True)
    NamedReader.objects.create(case=case, user=staff, position=1)
    read(staff, case, kind="search", words="Kanarie Svensson")
    browser.post("/egenkontroll/loggkontroller/ny/", asked(unit))
    pages = f"/egenkontroll/{SelfCheck.objects.get().number}/logg/"

    seen = browser.get(f"{pages}1/").content.decode()
    assert "Kanarie Svensson" in seen
    assert case.number in seen
    other = signed_in(officer)
    assert other.get(f"{pages}1/").status_code == 404
    told = other.get(pages).content.decode()
    assert case.number not in told
    assert "Staff" not in told


def test_page_of_a_reading_is_a_row_of_the_log(
    browser: Client, unit: Unit, staff: User
) -> None:
    case = make_deviation(unit)
    read(staff, case)
    browser.post("/egenkontroll/loggkontroller/ny/", asked(unit))
    check = SelfCheck.objects.get()

    browser.get(f"/egenkontroll/{check.number}/logg/1/")

    row = Reading.objects.order_by("-id")[0]
    assert (row.kind, row.cases, row.people) == (
        "log",
        sorted([case.pk, check.pk]),
        [staff.pk],
    )


def test_suspected_breach_says_what_to_do(
    browser: Client, unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge_all(check, chief, "breach")

    page = browser.get(f"/egenkontroll/{check.number}/logg/").content.decode()

    for who in ("HR", "dataskyddsombudet", "IMY inom 72 timmar", "Polisanmäl"):
        assert who in page


@pytest.mark.every
def test_record_is_a_pdf_once_it_is_signed(
    browser: Client, unit: Unit, chief: User, staff: User, officer: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    page = f"/egenkontroll/{check.number}/logg/protokoll.pdf"
    assert browser.get(page).status_code == 404
    judge_all(check, chief, "unexplained")
    signed(check, chief)

    answer = browser.get(page)

    assert answer.content.startswith(b"%PDF")
    assert check.number in answer.headers["Content-Disposition"]
    assert signed_in(officer).get(page).status_code == 200


def test_record_names_only_who_gave_no_explanation(
    browser: Client, unit: Unit, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Good", "Bad"):
        person = named(f"{name} Personsson", (Role.STAFF, unit))
        read(person, make_deviation(unit))
    check = begin(chief, unit)
    for row in check.drawn_readings.select_related("person"):
        is_good = row.person is not None and row.person.name == "Good Personsson"
        verdict = "motivated" if is_good else "unexplained"
        judge(check, actor=chief, place=row.position, verdict=verdict, reason="Vet ej.")
    signed(check, chief)
    html: list[str] = []

    def keep(text: str, **_: object) -> bytes:
        html.append(text)
        return b"%PDF"

    monkeypatch.setattr("selfcheck.views.log_checks.render_pdf", keep)

    browser.get(f"/egenkontroll/{check.number}/logg/protokoll.pdf")

    assert "Bad Personsson" in html[0]
    assert "Good Personsson" not in html[0]
    assert "ASN-2026-17" in html[0]


def test_planned_check_is_drawn_in(
    browser: Client, unit: Unit, staff: User, chief: User
) -> None:
    check = make_selfcheck(
        unit, number="EK-1", method="log_check", state="planned", done_on=None,
        met=None, reviewed=None, planned_on=MARCH[1],
    )  # fmt: skip
    read(staff, make_deviation(unit))
    page = "/egenkontroll/EK-1/logg/urval/"
    assert browser.get("/egenkontroll/EK-1/logg/").headers["Location"] == page
    assert browser.post(page, asked(unit)).status_code == 302
    judge_all(check, chief)

    assert signed(check, chief).state == State.CLOSED


def test_list_counts_registered_of_planned(
    browser: Client, unit: Unit, chief: User, staff: User
) -> None:
    read(staff, make_deviation(unit))
    check = begin(chief, unit)
    judge_all(check, chief)
    signed(check, chief)

    page = browser.get("/egenkontroll/loggkontroller/").content.decode()

    assert check.number in page
    assert f"Diarieförda {timezone.localdate().year}" in page


def test_check_that_was_done_by_hand_leads_to_what_was_written(
    browser: Client, unit: Unit, officer: User
) -> None:
    make_selfcheck(unit, number="EK-1", method="log_check")
    page = "/egenkontroll/EK-1/logg/"

    assert browser.get(page).headers["Location"] == "/egenkontroll/EK-1/"
    listed = "/egenkontroll/loggkontroller/"
    other = signed_in(officer)
    assert other.get(page).headers["Location"] == listed
    assert other.get(f"{page}urval/").headers["Location"] == listed


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (Tally(1, 0, 0, 0), "1 läsning bedömdes. Alla var motiverade."),
        (
            Tally(3, 1, 2, 0),
            "Motiverade: 3. Utan förklaring: 1. Misstänkta dataintrång: 2.",
        ),
    ],
)
def test_result_is_told_in_a_sentence(tally: Tally, said: str) -> None:
    assert tally.words.endswith(said)
