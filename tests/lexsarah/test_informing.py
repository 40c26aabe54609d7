"""The yearly information: who is to know, who knows, who is reminded, and what each person may see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from celery import current_app
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from casework.background.jobs import run_pending
from casework.models import Job, Mail
from lexsarah.information import informing
from lexsarah.information.informing import due_for, words
from lexsarah.information.reminders import chase, week_of
from lexsarah.models import Acknowledgement, Information
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.worlds import world_for_a_module

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
PAGE, PLAN = "/lex-sarah/information/", "/lex-sarah/information/ny/"


def in_days(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


class Cast(NamedTuple):
    """Two units of a department, and people by what they are."""

    unit: Unit
    other: Unit
    people: dict[str, User]
    information: Information

    def __getitem__(self, name: Any) -> Any:
        """Return a person."""
        return self.people[name]

    def client(self, who: str) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client()
        client.force_login(self.people[who])
        return client

    def text(self, who: str, path: str = PAGE) -> str:
        """Return what somebody reads."""
        return self.client(who).get(path).content.decode()


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with world_for_a_module(django_db_blocker, make_cast) as made:
        yield made


@pytest.fixture
def cast(shared: Cast) -> Cast:
    return shared


def make_cast() -> Cast:
    root = make_unit("A", name="Förvaltningen")
    department = make_unit("B", root, name="Avdelningen")
    unit, other = (
        make_unit("C", department, name="Mottagningen"),
        make_unit("D", department, name="Boendet"),
    )
    people = {
        "anna": make_user("anna", (Role.STAFF, unit), email="anna@example.se"),
        "bo": make_user("bo", (Role.STAFF, other), email="bo@example.se"),
        "chief": make_user(
            "chief", (Role.SECTION_CHIEF, unit), email="chief@example.se"
        ),
        "boss": make_user(
            "boss", (Role.DEPARTMENT_CHIEF, department), email="boss@example.se"
        ),
        "controller": make_user("controller", (Role.QUALITY_CONTROLLER, root)),
        "gone": make_user(
            "gone", (Role.STAFF, unit), is_active=False, email="gone@example.se"
        ),
    }
    information = make_information(root, people["controller"])
    return Cast(unit, other, people, information)


def make_information(root: Unit, author: User, **facts: Any) -> Information:
    about = {
        "title": "Skyldigheten att rapportera",
        "text": "Rapportera genast.\n\nTill din chef.",
    }
    days = {"begins_on": in_days(-30), "due_on": in_days(30)}
    return Information.objects.create(
        unit=root, author=author, **{**about, **days, **facts}
    )


def move(cast: Cast, *, due: int, begins: int = -60) -> None:
    Information.objects.filter(pk=cast.information.pk).update(
        begins_on=in_days(begins), due_on=in_days(due)
    )


def read(client: Client, information: Information) -> Any:
    return client.post(PAGE, {"information": information.pk})


def know(cast: Cast, *names: str) -> None:
    for name in names:
        informing.acknowledge(cast.information, actor=cast[name])


def mailed() -> list[str]:
    return sorted(Mail.objects.values_list("user__username", flat=True))


# --- by which day -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first_day", "due"),
    [
        (dt.date(2015, 1, 1), dt.date(2026, 3, 1)),
        (dt.date(2026, 1, 31), dt.date(2026, 3, 1)),
        (dt.date(2026, 2, 1), dt.date(2026, 3, 1)),
        (dt.date(2026, 2, 2), dt.date(2026, 2, 16)),
        (dt.date(2026, 12, 24), dt.date(2027, 1, 7)),
    ],
)
def test_due_for_gives_who_begins_later_fourteen_days(
    first_day: dt.date, due: dt.date
) -> None:
    found = due_for(
        begins_on=dt.date(2026, 2, 1), due_on=dt.date(2026, 3, 1), first_day=first_day
    )

    assert found == due


@pytest.mark.parametrize(
    ("days", "week"),
    [
        (-15, None),
        (-14, 0),
        (0, 0),
        (1, 1),
        (7, 1),
        (8, 2),
        (14, 2),
        (15, 3),
        (365, 53),
    ],
)
def test_week_of_counts_from_the_last_day(days: int, week: int | None) -> None:
    assert week_of(in_days(days), due_on=TODAY) == week


@pytest.mark.parametrize(
    ("on", "law"), [("2025-06-30", "2001:453"), ("2025-07-01", "2025:400")]
)
def test_words_cite_the_law_that_holds(on: str, law: str) -> None:
    text = words(on=dt.date.fromisoformat(on))

    assert text.count(law) == 2
    assert "1993:387" in text


# --- reading it -------------------------------------------------------------------------------
def test_page_shows_text_as_paragraphs_and_last_day(cast: Cast) -> None:
    text = cast.text("anna")

    assert "<p>Rapportera genast.</p>\n\n<p>Till din chef.</p>" in text
    assert "Jag har läst och förstått" in text


def test_acknowledge_twice_is_one_proof(cast: Cast) -> None:
    client = cast.client("anna")
    for _ in range(2):
        assert read(client, cast.information)["Location"] == PAGE

    proof = Acknowledgement.objects.get()
    assert (proof.user, proof.how, proof.on, proof.recorded_by) == (
        cast["anna"],
        "read",
        TODAY,
        cast["anna"],
    )
    assert "Jag har läst och förstått" not in cast.text("anna")


def test_proof_is_kept_by_the_database(cast: Cast) -> None:
    know(cast, "anna")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Acknowledgement.objects.update(how="meeting")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Acknowledgement.objects.all().delete()


def test_acknowledge_of_what_no_longer_holds_is_asked_again(cast: Cast) -> None:
    client = cast.client("anna")
    make_information(cast.information.unit, cast["controller"], begins_on=TODAY)
    response = client.post(PAGE, {"information": cast.information.pk}, follow=True)

    assert "Läs den och bekräfta igen" in response.content.decode()
    assert not Acknowledgement.objects.exists()


def test_information_that_has_not_begun_is_not_shown(cast: Cast) -> None:
    make_information(
        cast.information.unit,
        cast["controller"],
        title="Nästa år",
        begins_on=in_days(1),
    )

    assert "Nästa år" not in cast.text("anna")
    assert "Nästa år" in cast.text("controller")


def test_information_of_another_administration_is_not_shown(cast: Cast) -> None:
    elsewhere = make_unit("Z")
    zoe = make_user("zoe", (Role.STAFF, elsewhere))
    cast = cast._replace(people={"zoe": zoe})

    assert "Det finns ingen information att läsa nu." in cast.text("zoe")


def test_who_works_in_two_administrations_reads_both(cast: Cast) -> None:
    elsewhere = make_unit("Z")
    Membership.objects.create(
        user=cast["anna"], unit=elsewhere, role=Role.STAFF, valid_from=in_days(-9)
    )
    second = make_information(elsewhere, cast["controller"], title="Den andra")
    client = cast.client("anna")
    read(client, cast.information)

    assert "Den andra" in cast.text("anna")
    read(client, second)
    assert Acknowledgement.objects.filter(user=cast["anna"]).count() == 2


def test_notices_lead_to_what_is_not_read(cast: Cast) -> None:
    assert "Du har information att läsa" in cast.text("anna", "/notiser/")
    know(cast, "anna")
    assert "Du har information att läsa" not in cast.text("anna", "/notiser/")


# --- who lacks it -----------------------------------------------------------------------------
def shares(cast: Cast, who: str) -> dict[str, tuple[int, int]]:
    found = informing.shares_for(cast[who], cast.information)
    return {share.unit.code: (share.informed, share.people) for share in found}


def test_shares_sum_right_up_the_tree(cast: Cast) -> None:
    know(cast, "anna", "boss")

    assert shares(cast, "controller") == {
        "A": (2, 5),
        "B": (2, 4),
        "C": (1, 2),
        "D": (0, 1),
    }


def test_shares_count_a_person_once_however_many_roles(cast: Cast) -> None:
    for unit in (cast.unit, cast.other):
        Membership.objects.create(
            user=cast["anna"], unit=unit, role=Role.REGISTRAR, valid_from=in_days(-5)
        )
    know(cast, "anna")

    assert shares(cast, "controller") == {
        "A": (1, 5),
        "B": (1, 4),
        "C": (1, 2),
        "D": (1, 2),
    }


def test_shares_leave_out_who_has_left(cast: Cast) -> None:
    know(cast, "anna")
    Membership.objects.filter(user=cast["anna"]).update(valid_to=TODAY)

    assert shares(cast, "controller")["C"] == (0, 1)


@pytest.mark.parametrize(
    ("who", "units"),
    [("anna", ""), ("chief", "C"), ("boss", "BCD"), ("controller", "ABCD")],
)
def test_shares_are_of_the_own_units(cast: Cast, who: str, units: str) -> None:
    assert "".join(shares(cast, who)) == units


def test_shares_are_a_hundred_only_when_nobody_is_left(cast: Cast) -> None:
    share = informing.Share(cast.unit, people=1000, informed=999, opens=True)

    assert (share.percent, informing.Share(cast.unit, 0, 0, opens=True).percent) == (
        99,
        None,
    )


def test_substitute_sees_the_units_of_the_absent_chief(cast: Cast) -> None:
    Membership.objects.create(
        user=cast["bo"],
        unit=cast.unit,
        role=Role.SECTION_CHIEF,
        valid_from=TODAY,
        valid_to=in_days(1),
        stands_in_for=cast["chief"],
    )

    assert "Anna" in cast.text("bo", f"{PAGE}C/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("anna", 404), ("chief", 200), ("boss", 200), ("controller", 404), ("bo", 404)],
)
def test_unit_is_opened_by_its_chiefs(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(f"{PAGE}C/").status_code == status


def test_unit_names_those_who_lack_it_and_not_the_deactivated(cast: Cast) -> None:
    know(cast, "chief")
    text = cast.text("boss", f"{PAGE}C/")

    assert "Anna" in text
    assert "Gone" not in text
    assert "Välj Chief" not in text
    assert "Chief" in cast.text("boss", f"{PAGE}C/?visa=klara")


@pytest.mark.parametrize("people", [1, 20])
def test_pages_take_the_same_queries_for_one_person_and_twenty(
    cast: Cast, people: int, django_assert_num_queries: Any
) -> None:
    for number in range(people):
        unit = make_unit(f"E{number}", cast.unit)
        make_user(f"extra{number}", (Role.STAFF, unit))
    client = cast.client("boss")
    client.get(PAGE)

    with django_assert_num_queries(10):
        client.get(PAGE)
    with django_assert_num_queries(13):
        client.get(f"{PAGE}B/")


# --- told together ----------------------------------------------------------------------------
def told(cast: Cast, *names: str, **changes: Any) -> dict[str, Any]:
    return {
        "people": [cast[n].username for n in names],
        "how": "meeting",
        "on": TODAY.isoformat(),
    } | changes


def test_note_informed_writes_one_proof_each(cast: Cast) -> None:
    client = cast.client("chief")
    for _ in range(2):
        response = client.post(f"{PAGE}C/", told(cast, "anna", "chief"))

    assert response["Location"] == f"{PAGE}C/"
    proofs = Acknowledgement.objects.values_list(
        "user__username", "how", "recorded_by__username"
    )
    assert sorted(proofs) == [
        ("anna", "meeting", "chief"),
        ("chief", "meeting", "chief"),
    ]


def test_note_informed_keeps_the_first_proof(cast: Cast) -> None:
    know(cast, "anna")
    cast.client("chief").post(f"{PAGE}C/", told(cast, "anna"))

    assert Acknowledgement.objects.get().how == "read"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"people": []}, "Kryssa i minst en person."),
        ({"people": ["bo"]}, "Välj personer i listan."),
        ({"people": ["gone"]}, "Välj personer i listan."),
        ({"on": in_days(1).isoformat()}, "Ange en dag som har varit, eller i dag."),
        ({"on": in_days(-31).isoformat()}, "då informationen började."),
        ({"how": "read"}, "Välj ett av svaren."),
        ({"on": "i går"}, "Skriv dagen som"),
    ],
)
def test_note_informed_with_a_wrong_answer_stores_nothing(
    cast: Cast, changes: dict[str, Any], says: str
) -> None:
    response = cast.client("chief").post(f"{PAGE}C/", told(cast, "anna") | changes)

    assert response.status_code == 400
    assert says in response.content.decode()
    assert not Acknowledgement.objects.exists()


def test_note_informed_keeps_what_was_ticked(cast: Cast) -> None:
    text = (
        cast.client("chief")
        .post(f"{PAGE}C/", told(cast, "anna", on=""))
        .content.decode()
    )

    assert 'value="anna" aria-label="Välj Anna" checked' in text


# --- the next one -----------------------------------------------------------------------------
def planned(**changes: Any) -> dict[str, Any]:
    about = {"unit": "A", "title": "Nästa", "text": "Rapportera."}
    return (
        about
        | {"begins_on": in_days(300).isoformat(), "due_on": in_days(330).isoformat()}
        | changes
    )


def test_plan_begins_with_words_and_a_year_later(cast: Cast) -> None:
    text = cast.text("controller", PLAN)

    assert "27 kap. 3 § socialtjänstlagen (2025:400)" in text
    assert f'value="{in_days(335).isoformat()}"' in text


def test_plan_takes_days_to_come(cast: Cast) -> None:
    assert cast.client("controller").post(PLAN, planned())["Location"] == PAGE
    assert Information.objects.first().begins_on == in_days(300)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": ""}, "Skriv en rubrik."),
        ({"text": " \u200b"}, "Skriv vad alla ska veta."),
        ({"due_on": in_days(299).isoformat()}, "eller en senare."),
        (
            {"begins_on": in_days(-9).isoformat(), "due_on": in_days(-1).isoformat()},
            "i dag eller en senare",
        ),
        ({"begins_on": in_days(-30).isoformat()}, "redan"),
        ({"begins_on": "2500-01-01"}, "mellan år 1900 och 2200"),
        ({"unit": "B"}, "Välj en enhet i listan."),
    ],
)
def test_plan_with_a_wrong_answer_stores_nothing(
    cast: Cast, changes: dict[str, Any], says: str
) -> None:
    response = cast.client("controller").post(PLAN, planned(**changes))

    assert response.status_code == 400
    assert says in response.content.decode()
    assert Information.objects.count() == 1


@pytest.mark.parametrize("who", ["anna", "chief", "boss"])
def test_plan_is_for_the_controller_of_the_whole(cast: Cast, who: str) -> None:
    assert cast.client(who).get(PLAN).status_code == 404


def test_plan_twice_for_one_day_is_refused(cast: Cast) -> None:
    facts = {
        "title": "x",
        "text": "y",
        "begins_on": cast.information.begins_on,
        "due_on": in_days(1),
    }
    with pytest.raises(ValidationError):
        informing.plan(
            unit=cast.information.unit, actor=cast["controller"], facts=facts
        )


# --- reminders --------------------------------------------------------------------------------
def test_chase_waits_until_fourteen_days_before(cast: Cast) -> None:
    assert chase(today=in_days(15)) == 0
    chase(today=in_days(16))

    assert mailed() == ["anna", "bo", "boss", "chief"]


def test_chase_every_day_writes_once_before_and_then_weekly(cast: Cast) -> None:
    know(cast, "bo", "chief", "boss")
    for day in range(30 + 21 + 1):
        chase(today=in_days(day))

    assert mailed() == ["anna"] * 4 + ["chief"] * 3


def test_chase_tells_whoever_read_it_nothing(cast: Cast) -> None:
    know(cast, "anna", "bo", "chief", "boss")
    for day in (16, 31, 90):
        chase(today=in_days(day))

    assert mailed() == []


def test_chase_after_a_month_away_writes_one_mail_each(cast: Cast) -> None:
    move(cast, due=-30)
    chase()
    chase()

    assert mailed() == ["anna", "bo", "boss", "boss", "chief", "chief"]


def test_chase_counts_the_late_for_their_nearest_chief(cast: Cast) -> None:
    move(cast, due=-1)
    make_user("dan", (Role.STAFF, cast.unit))
    chase()

    told = {
        m.user.username: m.body
        for m in Mail.objects.filter(message_id__contains=".chief.")
    }
    assert told["chief"].startswith("2 personer hos dig har inte läst information")
    assert told["boss"].startswith("2 personer hos dig")  # bo, and the chief


def test_chase_says_neither_what_nor_who(cast: Cast) -> None:
    move(cast, due=-1)
    chase()

    for mail in Mail.objects.all():
        assert "/lex-sarah/information/" in mail.body
        words = (
            mail.body.replace("/lex-sarah/information/", "").lower()
            + mail.subject.lower()
        )
        assert not any(
            word in words
            for word in ("sarah", "anna", "bo ", "mottagningen", "rapportera")
        )


@pytest.mark.parametrize("facts", [{"rhythm": "never"}, {"email": ""}])
def test_chase_leaves_out_who_wants_no_mail(cast: Cast, facts: dict[str, str]) -> None:
    move(cast, due=-1)
    User.objects.update(**facts)

    assert chase() == 0


def test_chase_reminds_who_has_just_begun_at_once(cast: Cast) -> None:
    know(cast, "anna", "bo", "chief", "boss")
    new = make_user("eva", email="eva@example.se")
    Membership.objects.create(
        user=new, unit=cast.unit, role=Role.STAFF, valid_from=TODAY
    )
    chase()

    assert mailed() == ["eva"]
    assert f"Läs senast {in_days(14).day} " in _page_of(new)


def _page_of(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get(PAGE).content.decode()


def test_chase_leaves_what_has_been_replaced(cast: Cast) -> None:
    move(cast, due=-1)
    make_information(
        cast.information.unit, cast["controller"], begins_on=TODAY, due_on=in_days(60)
    )

    assert chase() == 0


def test_chase_is_a_job_that_waits_once_and_can_be_lost(cast: Cast) -> None:
    move(cast, due=-1)
    current_app.tasks["lexsarah.tasks.ask_to_chase"]()
    current_app.tasks["lexsarah.tasks.ask_to_chase"]()
    assert Job.objects.count() == 1
    run_pending()
    written = mailed()
    Job.objects.all().delete()
    current_app.tasks["lexsarah.tasks.ask_to_chase"]()
    run_pending()

    assert written == mailed() == ["anna", "bo", "boss", "boss", "chief", "chief"]


@pytest.mark.parametrize("people", [1, 20])
def test_chase_takes_the_same_queries_for_one_person_and_twenty(
    cast: Cast, people: int, django_assert_num_queries: Any
) -> None:
    move(cast, due=-1)
    for number in range(people):
        make_user(
            f"extra{number}", (Role.STAFF, cast.unit), email=f"{number}@example.se"
        )
    chase()

    with django_assert_num_queries(7):
        assert chase() == 0
