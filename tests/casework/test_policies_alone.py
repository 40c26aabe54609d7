"""The policies alone: what visible_to forgets, whole or one condition at a time, shows nobody anything."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from audit.models import Reading
from casework.database.scopes import reading_as
from casework.models import Action, Case, Note
from casework.models import case as spine
from casework.models.action import ActionQuerySet
from casework.models.case import CaseQuerySet
from organisation.models import Unit, User
from organisation.rights import Role
from tests.casework.test_reading import Town, make_town
from tests.factories import make_deviation, make_unit, make_user
from tests.municipality import make_lexsarah, make_riskanalysis, make_selfcheck

pytestmark = pytest.mark.django_db

# Each condition of the rule, and what stands in its place when somebody has forgotten it.
FORGOTTEN = {
    "recused": (" & ~recused", ""),
    "protected": ("of(protected=False) & opened", "opened"),
    "named": ("of(protected=True) & named", "of(protected=True)"),
    "circle": ("of(circle__in=read) & under(", "under("),
    "unit": (
        'of(circle__in=read) & under(places, f"{case}unit")',
        "of(circle__in=read)",
    ),
    "role": ("where(kinds.readers_in(circle))", "held"),
    "handed over within the few": (
        "& ~of(\n        circle=Circle.INVESTIGATOR\n    )",
        "",
    ),
    "who led": ("under(where(Right.ORGANISATION_LEAD.roles)", "under(held"),
    "registrar of what is outside": ("from_outside=True, ", ""),
    "registrar while it is open": ("closed_on=None, ", ""),
    "registrar of the usual": (", circle=Circle.USUAL)", ")"),
    "registrar": ("under(where(Right.CASES_KEEP_REGISTER.roles)", "under(held"),
}


@pytest.fixture
def town() -> Town:
    """Return a town in which somebody keeps the register of each administration and is nothing else there."""
    made = make_town(11)
    for number, root in enumerate(made.units[:2]):
        keeper = make_user(f"keeper{number}", (Role.REGISTRAR, root))
        made.people.append(keeper)
    return made


@pytest.mark.parametrize("name", FORGOTTEN)
def test_condition_that_is_forgotten_leaks_nothing(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {one: _keys(Case.objects.visible_to(one)) for one in town.people}
    monkeypatch.setattr(spine, "_opened_by", _without(*FORGOTTEN[name]))
    leaks = 0

    for person, keys in seen.items():
        leaks += len(_keys(Case.objects.visible_to(person)) - keys)
        with reading_as(person):
            assert _keys(Case.objects.visible_to(person)) <= keys
    assert leaks, "the condition that was taken away decides nothing here"


def _without(words: str, instead: str) -> Any:
    """Return the condition of the rule with some of its words exchanged."""
    source = inspect.getsource(spine._opened_by)
    assert source.count(words) == 1
    body = source[source.index("def ") :].replace(words, instead)
    made: dict[str, Any] = {}
    exec(body, vars(spine).copy(), made)
    return made["_opened_by"]


def _keys(rows: Any) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


PAGES = (
    *("/inkorg/?visa=oppna", "/inkorg/?visa=avslutade", "/inkorg/?q=KA", "/inkorg/"),
    *("/atgarder/?visa=enheten", "/lex-sarah/", "/egenkontroll/", "/riskanalys/"),
)


@pytest.fixture
def unfiltered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page forget to ask who may read."""
    monkeypatch.setattr(CaseQuerySet, "_which", lambda rows, *_who, **_how: rows.all())
    monkeypatch.setattr(ActionQuerySet, "visible_to", lambda rows, _who: rows.all())


def _theirs(unit: Unit) -> list[Any]:
    """Return cases of every kind in a unit, each with a measure."""
    cases = [
        make_deviation(unit, number="KA-2026-9001", title="Hemligt"),
        make_lexsarah(unit, number="LS-2026-9002", title="Hemligt"),
        make_selfcheck(unit, number="EK-2026-9003", title="Hemligt"),
        make_riskanalysis(unit, number="RA-2026-9004", title="Hemligt"),
    ]
    for case in cases:
        Action.objects.create(case=case.case_ptr, text="Hemligt")
    return cases


@pytest.mark.usefixtures("unfiltered")
@pytest.mark.parametrize("role", [Role.UNIT_CHIEF, Role.QUALITY_CONTROLLER, Role.STAFF])
def test_pages_that_forget_to_ask_show_nothing_of_others(role: Role) -> None:
    ours, theirs = make_unit("A"), make_unit("B")
    make_deviation(ours, number="KA-2026-0001")
    cases = _theirs(make_unit("U", theirs))
    client = _client_of(make_user("reader", (role, ours)))

    for page in PAGES:
        answer = client.get(page).content.decode()
        assert "Hemligt" not in answer
        assert not [case for case in cases if case.number in answer]
    for start, case in zip(
        ("avvikelser", "lex-sarah", "egenkontroll", "riskanalys"), cases, strict=True
    ):
        assert client.get(f"/{start}/{case.number}/").status_code == 404


def _client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def unsaid() -> Iterator[None]:
    """Begin as a web process does: its connection says of no rows that they may be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kv.scope', '', true)")
    yield
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('kv.scope', 'work', true)")


def _count(model: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kv.scope', 'work', true)")
        counted = model.objects.count()
        cursor.execute("SELECT set_config('kv.scope', '', true)")
    return int(counted)


def test_web_process_reads_and_writes_though_its_connection_may_read_nothing(
    request: pytest.FixtureRequest,
) -> None:
    unit = make_unit("A")
    case = make_deviation(unit, number="KA-2026-0001", state="under_investigation")
    chief = make_user("chief", (Role.SECTION_CHIEF, unit))
    client = _client_of(chief)
    request.getfixturevalue("unsaid")

    assert client.get(f"/avvikelser/{case.number}/").status_code == 200
    assert not Case.objects.exists(), "the scope has ended with the answer"
    assert _count(Reading) == 1
    assert client.get("/inkorg/?visa=oppna").status_code == 200
    note = {
        "text": "Ringde upp.",
        "kind": Note.Kind.INTERNAL,
        "form_token": str(uuid4()),
    }
    assert client.post(f"/arenden/{case.number}/anteckning/", note).status_code == 302
    assert _count(Note) == 1
    assert Client().get("/synpunkt/").status_code == 200
    assert not Case.objects.exists()
