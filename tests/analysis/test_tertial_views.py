"""The pages of a tertial analysis: a chief comments and judges, whoever compiles concludes and closes."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.figures import aggregate
from analysis.models import (
    Kind,
    Level,
    Pattern,
    Signal,
    State,
    TertialAnalysis,
    Verdict,
)
from analysis.rules.patterns import Rules
from analysis.tertial import services, signals
from analysis.tertial.pattern_history import chart_of, course_of, ends_early
from casework.database.periods import tertial, tertial_of
from casework.improvement.reminders import remind
from casework.models import Action, LogEntry, NamedReader, Notice, Recusal
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_analysis, make_pattern
from tests.worlds import made_once

TODAY = timezone.localdate()
BEFORE, LAST = signals.tertials_before(*tertial_of(TODAY), 2)[:2]
pytestmark = pytest.mark.django_db


class Place:
    """A unit in a department, its chief, whoever compiles, and the analysis of the last tertial."""

    def __init__(self) -> None:
        self.root = make_unit("F")
        self.own, self.other = make_unit("F-1", self.root), make_unit("F-2", self.root)
        self.chief = make_user("chef", (Role.SECTION_CHIEF, self.own))
        self.planner = make_user("planerare", (Role.PLANNING_OFFICER, self.root))
        self.case = self.analysis(self.own)
        self.pattern = make_pattern(self.case)

    def analysis(
        self, unit: Unit, at: tuple[int, int] = LAST, **facts: Any
    ) -> TertialAnalysis:
        title = services.title_of(*at)
        number = f"TA-{unit.code}-{at[0]}-{at[1]}"
        about = {
            "number": number,
            "title": title,
            "year": at[0],
            "tertial": at[1],
            "received_on": TODAY,
        }
        return make_analysis(unit, **{**about, **facts})


def make_place() -> Place:
    return Place()


place_once = made_once(make_place)


@pytest.fixture
def place(place_once: Place) -> Place:
    return deepcopy(place_once)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, case: TertialAnalysis, *more: str | int) -> Any:
    return browser(person).get(address(case, *more))


def address(case: TertialAnalysis, *more: str | int) -> str:
    return "/".join(["/analys", case.number, *map(str, more), ""])


JUDGED = {
    "assessment": "En ny skrivare stod fel.",
    "verdict": "no_action",
    "seen_version": 0,
}


# --- the analysis -----------------------------------------------------------------------------
def test_detail_says_what_was_found_and_why(place: Place) -> None:
    text = page(place.chief, place.case).content.decode()
    assert "7 mot väntat 1,3 (8 på de 6 tertialen före)" in text
    assert "1 av 1 kvar" in text


def test_detail_without_patterns_says_that_little_may_be_known(place: Place) -> None:
    text = page(place.planner, place.analysis(place.other)).content.decode()
    assert "Inget mönster hittades" in text


def test_detail_gives_the_chief_his_tasks_alone(place: Place) -> None:
    tasks = [task.label for task in page(place.chief, place.case).context["tasks"]]
    assert tasks[0] == "Chefens kommentar"
    assert "Markera som klar" not in tasks


def test_detail_tells_whoever_compiles_what_is_lacking(place: Place) -> None:
    text = page(place.planner, place.case).content.decode()
    assert "Chefen behöver först skriva sin kommentar." in text
    assert "Bedöm först mönster 1." in text


def test_detail_of_a_sister_unit_is_not_there(place: Place) -> None:
    stranger = make_user("annan", (Role.SECTION_CHIEF, place.other))
    assert page(stranger, place.case).status_code == 404
    assert page(stranger, place.case, "monster", 1).status_code == 404


def test_detail_to_the_recused_is_not_there(place: Place) -> None:
    Recusal.objects.create(case=place.case, user=place.chief)
    assert page(place.chief, place.case, "monster", 1).status_code == 404


def test_detail_counts_beside_the_same_tertial_last_year(place: Place) -> None:
    for year, count in ((LAST[0], 9), (LAST[0] - 1, 1)):
        for _ in range(count):
            make_deviation(place.own, received_on=tertial(year, LAST[1]).first)
    make_deviation(place.own, received_on=tertial(LAST[0] - 3, 1).first)
    aggregate.count()
    line = page(place.chief, place.case).context["figures"][0]
    assert (line.label, line.now.count, line.last_year.count, line.periods) == (
        "Kvalitetsavvikelser",
        9,
        1,
        6,
    )
    assert (line.mean, line.says) == ("0,2", "säkert fler")


def test_detail_in_the_first_year_compares_with_nothing(place: Place) -> None:
    make_deviation(place.own, received_on=tertial(*LAST).first)
    aggregate.count()
    line = page(place.chief, place.case).context["figures"][0]
    assert (line.last_year.count, line.periods, line.says) == (
        None,
        0,
        "inget att jämföra med",
    )


def test_detail_numbers_open_their_rows(place: Place) -> None:
    for day in (1, 2):
        make_deviation(place.own, received_on=tertial(*LAST).first.replace(day=day))
    aggregate.count()
    opened = browser(place.chief).get(
        page(place.chief, place.case).context["figures"][0].now.url
    )
    assert opened.status_code == 200
    assert opened.content.decode().count("KA-") >= 2


def test_detail_shows_what_is_watched(place: Place) -> None:
    Signal.objects.create(
        year=LAST[0],
        tertial=LAST[1],
        unit=place.own,
        kind=Kind.RISE,
        level=Level.WATCH,
        category="Samordning",
        count=4,
        before=2,
        periods=6,
        chance=0.009,
        parameters=Rules().as_parameters(),
    )
    assert "Samordning" in page(place.chief, place.case).content.decode()


def test_detail_shows_what_was_concluded_before(place: Place) -> None:
    earlier = place.analysis(place.own, BEFORE, conclusion="Skrivaren byttes.")
    Action.objects.create(
        case=earlier,
        text="Byt skrivare.",
        decided_on=TODAY,
        done_on=TODAY,
        effect="yes",
        effect_on=TODAY,
    )
    text = page(place.chief, place.case).content.decode()
    assert "Skrivaren byttes." in text
    assert "Hade effekt" in text


def test_detail_of_a_department_lists_the_units_below(
    place: Place, django_assert_max_num_queries: Any
) -> None:
    whole = place.analysis(place.root)
    for serial in range(12):
        make_pattern(place.analysis(make_unit(f"G-{serial}", place.root)))
    client = browser(place.planner)
    with django_assert_max_num_queries(45):
        shown = client.get(address(whole))
    assert len(shown.context["below"]) == 13
    assert "1 av 1 att bedöma" in shown.content.decode()


def test_detail_lists_no_unit_below_whose_analysis_the_reader_is_kept_from(
    place: Place,
) -> None:
    whole, kept = place.analysis(place.root), place.analysis(make_unit("G", place.root))
    Recusal.objects.create(case=kept, user=place.planner)

    shown = browser(place.planner).get(address(whole))

    assert place.case in shown.context["below"]
    assert kept not in shown.context["below"]


def test_detail_of_a_protected_case_is_for_its_named_readers(place: Place) -> None:
    TertialAnalysis.objects.update(protected=True)
    NamedReader.objects.create(case=place.case, user=place.planner, position=1)
    assert page(place.chief, place.case).status_code == 404
    assert (
        "Skyddade personuppgifter" in page(place.planner, place.case).content.decode()
    )


# --- a pattern --------------------------------------------------------------------------------
def test_pattern_shows_the_limits_in_words(place: Place) -> None:
    text = page(place.chief, place.case, "monster", 1).content.decode()
    assert "Färre än 3 ärenden är aldrig ett mönster." in text
    assert "10 procent" in text


@pytest.mark.parametrize("kind", Kind)
def test_pattern_of_every_kind_has_a_page(kind: Kind, place: Place) -> None:
    make_pattern(
        place.case, position=2, kind=kind, category="Samordning", whole=12, periods=40
    )
    assert page(place.chief, place.case, "monster", 2).status_code == 200


def test_pattern_that_is_old_is_drawn_around_its_own_tertial(place: Place) -> None:
    old = LAST[0] - 4, LAST[1]
    for year in range(LAST[0] - 7, LAST[0] + 1):
        make_deviation(place.own, received_on=tertial(year, LAST[1]).first)
    aggregate.count()
    found = make_pattern(place.analysis(place.own, old))
    course = course_of(found)
    drawn = [row[0] for row in chart_of(found, course).rows]
    first, last = (
        signals.tertials_before(*old, 6)[0],
        signals.tertials_before(old[0] + 1, old[1], 0)[0],
    )
    assert (drawn[0], drawn[-1]) == tuple(
        f"Tertial {number} {year}" for year, number in (first, last)
    )
    assert len(drawn) == 10
    assert f"slutar ett år efter det, med tertial {last[1]} {last[0]}." in ends_early(
        found, course
    )
    assert ends_early(place.pattern, course_of(place.pattern)) == ""


def test_pattern_opens_as_many_rows_as_were_counted(place: Place) -> None:
    first = tertial(*LAST).first
    for kind in ("quality_deviation", "complaint", "praise"):
        make_deviation(place.own, received_on=first, category="Sekretess", kind=kind)
    below = make_unit("F-1-1", place.own)
    make_deviation(below, received_on=first, category="Sekretess")
    aggregate.count()
    opened = browser(place.chief).get(
        page(place.chief, place.case, "monster", 1).context["rows_url"]
    )
    assert opened.content.decode().count('scope="row"') == 2


def test_pattern_tells_the_effect_of_what_was_done(place: Place) -> None:
    begun = tertial(*signals.tertials_before(*LAST, 6)[0]).first
    done = tertial(*LAST).first
    cases = [
        make_deviation(
            place.own,
            received_on=begun + dt.timedelta(days=30 * n),
            category="Sekretess",
        )
        for n in range(20)
    ]
    make_deviation(place.own, received_on=TODAY)
    Action.objects.create(
        case=cases[0], text="Byt skrivare.", decided_on=begun, done_on=done
    )
    aggregate.count()
    text = page(place.chief, place.case, "monster", 1).content.decode()
    assert "Byt skrivare." in text
    assert "på 12 månader till" in text


def test_pattern_takes_no_silence_for_an_effect(place: Place) -> None:
    begun = tertial(*signals.tertials_before(*LAST, 6)[0]).first
    case = make_deviation(place.own, received_on=begun, category="Sekretess")
    make_deviation(place.other, received_on=TODAY)
    Action.objects.create(
        case=case, text="Byt skrivare.", decided_on=begun, done_on=tertial(*LAST).first
    )
    aggregate.count()
    text = page(place.chief, place.case, "monster", 1).content.decode()
    assert "Det finns ingen hel månad efter åtgärden att räkna än." in text


def test_pattern_leaves_out_actions_of_what_may_not_be_read(place: Place) -> None:
    done = tertial(*LAST).first
    facts = {"decided_on": done, "done_on": done}
    secret = make_deviation(place.own, category="Sekretess", protected=True)
    elsewhere = make_deviation(place.other, category="Sekretess")
    for case in (secret, elsewhere):
        Action.objects.create(case=case, text="Dold åtgärd.", **facts)
    assert (
        "Dold åtgärd."
        not in page(place.chief, place.case, "monster", 1).content.decode()
    )


def test_pattern_leads_to_the_earlier_one(place: Place) -> None:
    earlier = make_pattern(place.analysis(place.own, BEFORE))
    services.judge(
        earlier,
        actor=place.chief,
        seen_version=0,
        verdict=Verdict.ACTION,
        assessment="Byter skrivare.",
    )
    Pattern.objects.filter(pk=place.pattern.pk).update(follows=earlier)
    assert (
        "Byter skrivare."
        in page(place.chief, place.case, "monster", 1).content.decode()
    )


def test_judge_by_the_chief_is_kept(place: Place) -> None:
    answer = browser(place.chief).post(address(place.case, "monster", 1), JUDGED)
    judged = place.case.patterns.get()
    assert answer["Location"] == address(place.case)
    assert (judged.verdict, judged.judged_by) == (Verdict.NO_ACTION, place.chief)


def test_judge_and_go_on_opens_the_next(place: Place) -> None:
    make_pattern(place.case, position=2, category="Samordning")
    answer = browser(place.chief).post(
        address(place.case, "monster", 1), {**JUDGED, "do": "next"}
    )
    assert answer["Location"] == address(place.case, "monster", 2)


@pytest.mark.parametrize("field", ["assessment", "verdict"])
def test_judge_without_an_answer_keeps_the_rest(field: str, place: Place) -> None:
    answer = browser(place.chief).post(
        address(place.case, "monster", 1), {**JUDGED, field: ""}
    )
    assert answer.status_code == 400
    assert not place.case.patterns.get().is_judged
    if field == "verdict":
        assert JUDGED["assessment"] in answer.content.decode()


def test_judge_with_a_personal_number_is_refused(place: Place) -> None:
    said = {**JUDGED, "assessment": "Gällde 19121212-1212."}
    answer = browser(place.chief).post(address(place.case, "monster", 1), said)
    assert answer.status_code == 400
    assert "Ta bort personnumret" in answer.content.decode()


def test_judge_second_is_told_and_keeps_what_was_typed(place: Place) -> None:
    browser(place.chief).post(address(place.case, "monster", 1), JUDGED)
    mine = {"assessment": "Fel i listan.", "verdict": "action", "seen_version": 0}
    answer = browser(place.planner).post(address(place.case, "monster", 1), mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Fel i listan." in text
    assert "En ny skrivare stod fel." in text
    assert place.case.patterns.get().verdict == Verdict.NO_ACTION


def test_judge_twice_with_the_same_words_is_once(place: Place) -> None:
    for _ in range(2):
        assert (
            browser(place.chief)
            .post(address(place.case, "monster", 1), JUDGED)
            .status_code
            == 302
        )
    assert LogEntry.objects.filter(case=place.case.pk, action="judge").count() == 1


def test_judge_when_the_analysis_is_done_is_refused(place: Place) -> None:
    done = {"state": State.DONE, "chief_note": "x", "conclusion": "y"}
    TertialAnalysis.objects.filter(pk=place.case.pk).update(**done)
    answer = browser(place.chief).post(address(place.case, "monster", 1), JUDGED)
    assert answer.status_code == 403
    assert not place.case.patterns.get().is_judged
    assert (
        "form"
        not in page(place.chief, place.case, "monster", 1)
        .content.decode()
        .split("<main")[1]
    )


# --- the steps --------------------------------------------------------------------------------
def take(person: User, case: TertialAnalysis, name: str, **facts: Any) -> Any:
    seen = TertialAnalysis.objects.get(pk=case.pk).version
    return browser(person).post(address(case, name), {"seen_version": seen, **facts})


def test_analysis_is_done_in_the_browser(place: Place) -> None:
    take(place.chief, place.case, "kommentera", chief_note="Skrivaren stod fel.")
    browser(place.chief).post(address(place.case, "monster", 1), JUDGED)
    take(place.planner, place.case, "slutsats", conclusion="Skrivaren är flyttad.")
    take(place.planner, place.case, "ingen-atgard", no_action_reason="Den är flyttad.")
    assert take(place.planner, place.case, "klar").status_code == 302
    assert TertialAnalysis.objects.get(pk=place.case.pk).state == State.DONE
    assert page(place.chief, place.case).context["tasks"] == []
    take(place.planner, place.case, "oppna-igen", reason="En sen rapport.")
    assert TertialAnalysis.objects.get(pk=place.case.pk).state == State.OPEN


def test_close_too_early_says_all_that_is_lacking(place: Place) -> None:
    answer = take(place.planner, place.case, "klar")
    assert answer.status_code == 403
    assert "Bedöm först mönster 1." in answer.content.decode()


def test_close_by_the_chief_is_refused(place: Place) -> None:
    assert take(place.chief, place.case, "klar").status_code == 403


def test_comment_in_two_tabs_tells_the_second(place: Place) -> None:
    said = {"seen_version": 0, "chief_note": "Först."}
    browser(place.chief).post(address(place.case, "kommentera"), said)
    answer = browser(place.chief).post(
        address(place.case, "kommentera"), said | {"chief_note": "Sedan."}
    )
    assert answer.status_code == 409
    assert "Sedan." in answer.content.decode()
    assert TertialAnalysis.objects.get(pk=place.case.pk).chief_note == "Först."


def test_comment_shows_the_patterns_beside(place: Place) -> None:
    assert (
        "7 mot väntat" in page(place.chief, place.case, "kommentera").content.decode()
    )


# --- opening ----------------------------------------------------------------------------------
ASKED = {"unit": "F", "year": BEFORE[0], "tertial": BEFORE[1]}


def test_open_twice_is_once(place: Place) -> None:
    client = browser(place.planner)
    for _ in range(2):
        answer = client.post(reverse("analysis:open"), ASKED)
        assert answer.status_code == 302
    assert TertialAnalysis.objects.of(*BEFORE).count() == 3
    assert client.get(answer["Location"]).context["case"].about == place.root


def test_open_what_one_is_recused_from_leads_to_the_overview(place: Place) -> None:
    there = place.analysis(place.root, BEFORE)
    Recusal.objects.create(case=there, user=place.planner)
    answer = browser(place.planner).post(reverse("analysis:open"), ASKED)
    assert answer["Location"] == reverse("analysis:overview")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"year": TODAY.year + 1}, "Tertialet har inte slutat än."),
        ({"year": "i fjol"}, "Ange året med fyra siffror"),
        ({"tertial": "4"}, "Välj ett av tertialen."),
        ({"unit": "X"}, "Välj en enhet i listan."),
    ],
)
def test_open_wrongly_says_what_to_change(
    changed: dict[str, Any], says: str, place: Place
) -> None:
    answer = browser(place.planner).post(reverse("analysis:open"), {**ASKED, **changed})
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert TertialAnalysis.objects.count() == 1


def test_open_by_a_chief_is_not_there(place: Place) -> None:
    assert browser(place.chief).post(reverse("analysis:open"), ASKED).status_code == 404


def test_open_of_a_unit_one_does_not_compile_for_is_refused(place: Place) -> None:
    planner = make_user("annan", (Role.PLANNING_OFFICER, place.other))
    assert browser(planner).post(reverse("analysis:open"), ASKED).status_code == 400


# --- where cases of every kind are handled ----------------------------------------------------
def test_inbox_leads_to_the_analysis(place: Place) -> None:
    client = browser(place.chief)
    assert place.case.number in client.get("/inkorg/").content.decode()
    assert client.get(f"/arenden/{place.case.number}/")["Location"] == address(
        place.case
    )


@pytest.mark.parametrize("where", ["filer", "jav", "skydd", "atgarder/ny"])
def test_pages_of_every_case_open_for_an_analysis(where: str, place: Place) -> None:
    assert (
        browser(place.chief).get(f"/arenden/{place.case.number}/{where}/").status_code
        == 200
    )


def test_note_in_an_analysis_is_kept(place: Place) -> None:
    said = {
        "text": "Ring IT.",
        "do": "internal",
        "form_token": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    }
    browser(place.planner).post(f"/arenden/{place.case.number}/anteckning/", said)
    assert "Ring IT." in page(place.chief, place.case).content.decode()


def test_remind_tells_the_chief_before_the_day(place: Place) -> None:
    TertialAnalysis.objects.update(due_on=TODAY + dt.timedelta(days=3))
    remind()
    assert (
        Notice.objects.get(case=place.case.pk, kind=Notice.Kind.DUE).user == place.chief
    )
    assert (
        "Ska vara klart snart" in browser(place.chief).get("/notiser/").content.decode()
    )


def test_judging_is_written_in_the_history(place: Place) -> None:
    browser(place.chief).post(address(place.case, "monster", 1), JUDGED)
    assert LogEntry.objects.get(case=place.case.pk, action="judge").actor == place.chief
