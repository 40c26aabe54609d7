"""People choose how to be told, open their calendar, and let somebody stand in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from casework.models import Case
from organisation import services
from organisation.access import chiefs_of, roles_of
from organisation.models import Membership, Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def in_days(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def unit() -> Unit:
    return make_unit("EK")


@pytest.fixture
def anna(unit: Unit) -> User:
    return make_user("anna", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def dan(unit: Unit) -> User:
    return make_user("dan", (Role.STAFF, unit))


def appoint(
    anna: User, dan: User, first: int = 0, last: int = 14, **facts: Any
) -> Membership:
    role = anna.memberships.get(stands_in_for=None)
    return services.appoint_substitute(
        **{
            "actor": anna,
            "membership": role,
            "person": dan,
            "first": in_days(first),
            "last": in_days(last),
            **facts,
        }
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- substitutes ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "last", "stands_in"),
    [(0, 0, True), (0, 14, True), (1, 14, False), (14, 14, False)],
)
def test_substitute_is_chief_from_the_first_day(
    anna: User, dan: User, unit: Unit, first: int, last: int, stands_in: bool
) -> None:
    case = make_deviation(unit)
    appoint(anna, dan, first, last)

    assert (Role.SECTION_CHIEF in roles_of(dan)) is stands_in
    assert Case.objects.handled_by(dan).filter(pk=case.pk).exists() is stands_in
    assert (dan in [chief.user for chief in chiefs_of(unit)]) is stands_in


@pytest.mark.parametrize(
    ("day", "holds"), [(-1, False), (0, True), (14, True), (15, False)]
)
def test_substitute_is_chief_to_and_including_the_last_day(
    anna: User, dan: User, day: int, holds: bool
) -> None:
    made = appoint(anna, dan)

    assert (
        Membership.objects.valid(on=in_days(day)).filter(pk=made.pk).exists() is holds
    )


def test_substitute_whose_time_is_over_reads_nothing(
    anna: User, dan: User, unit: Unit
) -> None:
    made = appoint(anna, dan)
    make_deviation(unit)
    Membership.objects.filter(pk=made.pk).update(valid_from=in_days(-9), valid_to=TODAY)

    assert roles_of(dan) == {"staff"}
    assert not Case.objects.visible_to(dan).exists()


def test_appoint_leaves_the_chief_the_role(anna: User, dan: User) -> None:
    appoint(anna, dan)

    assert roles_of(anna) == {"section_chief"}


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, 3, "first"), (3, 2, "last"), (0, 366, "last"), (400, 401, "last")],
)
def test_appoint_between_days_that_do_not_fit_is_refused(
    anna: User, dan: User, first: int, last: int, field: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        appoint(anna, dan, first, last)

    assert set(refusal.value.message_dict) == {field}


def test_appoint_oneself_is_refused(anna: User) -> None:
    with pytest.raises(ValidationError, match="Välj någon annan än dig själv"):
        appoint(anna, anna)


def test_appoint_a_deactivated_person_is_refused(anna: User, dan: User) -> None:
    dan.is_active = False
    with pytest.raises(ValidationError, match="kan inte logga in"):
        appoint(anna, dan)


def test_appoint_twice_for_the_same_days_is_refused(anna: User, dan: User) -> None:
    appoint(anna, dan)
    with pytest.raises(ValidationError, match="har redan rollen"):
        appoint(anna, dan, 14, 20)


def test_appoint_again_after_the_last_day_is_allowed(anna: User, dan: User) -> None:
    appoint(anna, dan)
    appoint(anna, dan, 15, 20)

    assert dan.memberships.filter(stands_in_for=anna).count() == 2


def test_appoint_to_the_role_of_another_is_refused(
    anna: User, dan: User, unit: Unit
) -> None:
    other = make_user("bo", (Role.UNIT_CHIEF, unit)).memberships.get()
    with pytest.raises(ValidationError, match="som är din egen"):
        appoint(anna, dan, membership=other)


def test_appoint_by_a_substitute_is_refused(anna: User, dan: User) -> None:
    lent = appoint(anna, dan)
    with pytest.raises(ValidationError, match="som är din egen"):
        services.appoint_substitute(
            actor=dan, membership=lent, person=make_user("eva"), first=TODAY, last=TODAY
        )


def test_appoint_to_another_role_than_chief_is_refused(dan: User) -> None:
    with pytest.raises(ValidationError, match="som är din egen"):
        appoint(dan, make_user("eva"))


def test_appoint_beyond_the_end_of_the_own_role_is_refused(
    anna: User, dan: User
) -> None:
    anna.memberships.update(valid_to=in_days(14))
    with pytest.raises(ValidationError, match="inte rollen alla de dagarna"):
        appoint(anna, dan)


def test_end_takes_the_role_back_at_once(anna: User, dan: User) -> None:
    made = appoint(anna, dan)
    Membership.objects.filter(pk=made.pk).update(valid_from=in_days(-3))
    services.end_substitute(actor=anna, membership=made)

    assert roles_of(dan) == {"staff"}
    assert Membership.objects.get(pk=made.pk).valid_to == TODAY


@pytest.mark.parametrize("first", [0, 3])
def test_end_of_what_has_not_begun_before_today_leaves_no_trace(
    anna: User, dan: User, first: int
) -> None:
    services.end_substitute(actor=anna, membership=appoint(anna, dan, first))

    assert not Membership.objects.exclude(stands_in_for=None).exists()


def test_end_of_what_another_has_lent_is_refused(anna: User, dan: User) -> None:
    made = appoint(anna, dan)
    with pytest.raises(Membership.DoesNotExist):
        services.end_substitute(actor=dan, membership=made)


# --- pages ------------------------------------------------------------------------------------
def answers(anna: User, **facts: str) -> dict[str, str]:
    return {
        "membership": str(anna.memberships.get().pk),
        "person": "dan",
        "first": TODAY.isoformat(),
        "last": in_days(14).isoformat(),
        **facts,
    }


def test_page_appoints_and_shows_the_last_day(anna: User, dan: User) -> None:
    client = browser(anna)
    response = client.post("/konto/ersattare/", answers(anna), follow=True)
    text = response.content.decode()

    assert "Dan" in text
    assert f"{in_days(14).day} " in text
    assert roles_of(dan) == {"staff", "section_chief"}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("membership", "999999", "Välj en av dina roller i listan"),
        ("membership", "x" * 40, "Välj en av dina roller i listan"),
        ("person", "anna", "Välj en person i listan"),
        ("person", "", "Välj en person"),
        ("first", "i morgon", "Skriv dagen som"),
        ("last", "9999-12-31", "inom ett år"),
        ("last", "2020-01-01", "samma dag som den första, eller senare"),
    ],
)
def test_page_keeps_what_was_typed_and_says_what_is_wrong(
    anna: User, dan: User, field: str, value: str, says: str
) -> None:
    response = browser(anna).post("/konto/ersattare/", answers(anna, **{field: value}))
    text = response.content.decode()

    assert response.status_code == 400
    assert says in text
    assert in_days(14).isoformat() in text or field == "last"
    assert not Membership.objects.exclude(stands_in_for=None).exists()


def test_page_of_substitutes_is_not_found_by_who_is_no_chief(dan: User) -> None:
    assert browser(dan).get("/konto/ersattare/").status_code == 404


def test_page_of_substitutes_is_not_found_by_a_substitute(
    anna: User, dan: User
) -> None:
    appoint(anna, dan)

    assert browser(dan).get("/konto/ersattare/").status_code == 404


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "²"])
def test_end_of_what_is_not_there_is_not_found(anna: User, number: str) -> None:
    assert (
        browser(anna)
        .post("/konto/ersattare/avsluta/", {"membership": number})
        .status_code
        == 404
    )


def test_page_ends_a_substitute(anna: User, dan: User) -> None:
    made = appoint(anna, dan)
    browser(anna).post("/konto/ersattare/avsluta/", {"membership": made.pk})

    assert roles_of(dan) == {"staff"}


def test_settings_save_the_rhythm(dan: User) -> None:
    browser(dan).post("/konto/installningar/", {"rhythm": "weekly"})

    assert User.objects.get(pk=dan.pk).rhythm == "weekly"


def test_settings_refuse_a_rhythm_that_is_not_there(dan: User) -> None:
    response = browser(dan).post("/konto/installningar/", {"rhythm": "ofta"})

    assert response.status_code == 400
    assert User.objects.get(pk=dan.pk).rhythm == "daily"


def test_calendar_address_is_made_renewed_and_removed(dan: User) -> None:
    client = browser(dan)
    client.post("/konto/kalender/", {"do": "open"})
    first = User.objects.get(pk=dan.pk).calendar_key
    client.post("/konto/kalender/", {"do": "open"})
    second = User.objects.get(pk=dan.pk).calendar_key
    shown = client.get("/konto/installningar/").content.decode()
    client.post("/konto/kalender/", {"do": "close"})

    assert first
    assert second
    assert first != second
    assert f"/kalender/{second}.ics" in shown
    assert User.objects.get(pk=dan.pk).calendar_key is None


def test_settings_name_whom_one_stands_in_for(anna: User, dan: User) -> None:
    appoint(anna, dan)

    assert (
        "Du ersätter Anna" in browser(dan).get("/konto/installningar/").content.decode()
    )
