"""The notification to IVO: every field of the form from the case, what is missing, the clock, the PDF."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from casework.files.pdf import PdfError
from casework.models import Action
from lexsarah.duties.concerned import add_concerned
from lexsarah.duties.ivo import Sources, notification
from lexsarah.models import Decision, LexSarahCase, LexSarahReport, Policy
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_unit, make_user
from tests.municipality import make_lexsarah

TODAY = timezone.localdate()
DAY = dt.date(2026, 3, 2)
WHOLE = {
    "registry_number": "ASN-2026-17",
    "state": "decided",
    "decided_on": DAY,
    "decided_by": "committee",
    "degree": "serious_misconduct",
    "notify_decided_on": DAY,
    "ivo_decided_by": "committee",
    "begun_on": DAY,
    "occurred_on": dt.date(2026, 2, 1),
    "received_on": dt.date(2026, 2, 3),
    "target_group": "Vuxna",
    "process": "Boende",
    "type": "Utförande av insats",
    "event": "Ingen kom med mat på två dygn.",
    "noticed": "En anhörig ringde.",
    "happened": "Den 1 februari på natten.",
    "immediate_measures": "Mat kördes ut.",
    "causes": "Listan föll bort.",
    "happened_before": "Nej.",
    "may_recur": "Ja.",
    "assessment": "Ett hot mot hälsan.",
}
CONTACT = {
    "board_name": "Socialnämnden",
    "contact_name": "Anders Wikström",
    "contact_phone": "040-34 10 00",
    "contact_email": "lexsarah@kommun.example",
    "contact_address": "Box 1\n201 00 Malmö",
}


def given(**facts: Any) -> Sources:
    """Return a whole case as nothing but data; nothing of it is stored."""
    root, unit = (
        Unit(code="A", name="Socialförvaltningen"),
        Unit(code="B", name="Boendet Eken"),
    )
    case = LexSarahCase(
        unit=unit, number="LS-2026-0001", **{**WHOLE, **facts.pop("case", {})}
    )
    report = LexSarahReport(
        number="LSR-2026-0001", unit=unit, received_on=DAY, act="omission"
    )
    decision = Decision(
        outcome="decided", body="committee", on=DAY, paragraph="§ 12", notifies=True
    )
    action = Action(text="Rätta listan", decided_on=DAY, due_on=dt.date(2026, 4, 1))
    sources = {
        "case": case,
        "reports": [report],
        "decisions": [decision],
        "actions": [action],
        "policy": Policy(**CONTACT),
        "administration": root,
        "municipality": "Exempelkommun",
    }
    return Sources(**{**sources, **facts})


def said(sources: Sources) -> dict[str, str]:
    return {
        answer.label: answer.text
        for group in notification(sources)
        for answer in group.answers
    }


def missing(sources: Sources) -> set[str]:
    return {
        a.label for group in notification(sources) for a in group.answers if a.missing
    }


def test_notification_of_a_whole_case_lacks_nothing() -> None:
    assert missing(given()) == set()


def test_notification_follows_the_order_of_the_form() -> None:
    titles = [group.title for group in notification(given())]

    assert titles == [
        "Avsändare",
        "Vad anmälan gäller",
        "Kontakt och verksamhet",
        "Var och när",
        "Händelsen",
        "Åtgärder",
        "Utredningen",
    ]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Avsändarens diarienummer", "ASN-2026-17"),
        ("Nämnd", "Socialnämnden"),
        ("Kommun", "Exempelkommun"),
        ("Missförhållande eller risk", "Allvarligt missförhållande"),
        ("Vem som beslutade att anmäla", "Arbetsutskottet 2 mars 2026, § 12"),
        ("Verksamhet eller enhet", "Boendet Eken"),
        ("Datum för händelsen", "1 februari 2026"),
        ("Rapporter", "LSR-2026-0001, 2 mars 2026"),
        ("Handling eller underlåtenhet", "Något gjordes inte som skulle ha gjorts"),
        (
            "Åtgärder för att det inte ska hända igen",
            "Rätta listan (klar senast 1 april 2026)",
        ),
        ("Bifogas utredningen?", "Ja"),
    ],
)
def test_notification_says_what_the_case_says(label: str, text: str) -> None:
    assert said(given())[label] == text


def test_notification_of_an_empty_case_lacks_what_the_case_does_not_say() -> None:
    bare = LexSarahCase(
        unit=Unit(name="Eken"), number="LS-1", received_on=DAY, state="investigating"
    )
    sources = given(reports=[], decisions=[], actions=[], policy=None)
    lacking = missing(Sources(**{**vars(sources), "case": bare}))

    assert {
        "Avsändarens diarienummer",
        "Nämnd",
        "Missförhållande eller risk",
        "Kontaktperson",
    } <= lacking
    assert "Bifogas utredningen?" not in lacking


@pytest.mark.parametrize("degree", ["none", "misconduct", "tangible_risk"])
def test_notification_of_what_is_not_serious_lacks_the_degree(degree: str) -> None:
    assert "Missförhållande eller risk" in missing(given(case={"degree": degree}))


def test_notification_before_the_decision_says_what_is_proposed() -> None:
    early = {
        "degree": "",
        "proposed_degree": "tangible_risk_serious",
        "state": "proposed",
    }

    label = "Missförhållande eller risk"
    assert (
        said(given(case=early))[label] == "Påtaglig risk för allvarligt missförhållande"
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "investigating"}, "senast två månader efter anmälan"),
        (
            {"state": "investigating", "ivo_notified_on": dt.date(2026, 3, 2)},
            "senast 4 maj 2026",
        ),
        (
            {
                "ivo_notified_on": dt.date(2026, 3, 2),
                "investigation_sent_on": dt.date(2026, 4, 7),
            },
            "Den skickades 7 april 2026",
        ),
        (
            {
                "ivo_notified_on": dt.date(2026, 3, 2),
                "investigation_sent_on": dt.date(2026, 3, 2),
            },
            "Ja",
        ),
    ],
)
def test_notification_says_whether_the_investigation_is_attached(
    facts: dict[str, Any], words: str
) -> None:
    assert words in said(given(case=facts))["Bifogas utredningen?"]


def test_notification_warns_of_a_personal_number() -> None:
    groups = notification(given(case={"event": "Det gällde 19121212-1212."}))

    assert [
        a.label for group in groups for a in group.answers if a.has_personal_number
    ] == ["Vad som hände, och följderna"]


# --- the page ---------------------------------------------------------------------------------
@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit(
        "B", make_unit("A", name="Socialförvaltningen"), name="Boendet Eken"
    )


@pytest.fixture
def lex(unit: Unit) -> User:
    return make_user("lex", (Role.LEX_INVESTIGATOR, unit))


@pytest.fixture
def client(lex: User) -> Client:
    browser = Client()
    browser.force_login(lex)
    return browser


def text_of(client: Client, number: str = "LS-1") -> str:
    return str(client.get(f"/lex-sarah/{number}/ivo/").content.decode())


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LEX_INVESTIGATOR, 200),
        (Role.SECTION_CHIEF, 404),
        (Role.QUALITY_CONTROLLER, 404),
        (Role.BOARD_SECRETARY, 404),
        (Role.STAFF, 404),
    ],
)
@pytest.mark.parametrize("page", ["ivo/", "berorda/"])
def test_page_opens_only_to_the_investigator(
    role: Role, status: int, page: str, unit: Unit
) -> None:
    make_lexsarah(unit, number="LS-1")
    make_user(
        "investigator", (Role.LEX_INVESTIGATOR, unit)
    )  # without whom the controller would act
    browser = Client()
    browser.force_login(make_user("reader", (role, unit)))

    assert browser.get(f"/lex-sarah/LS-1/{page}").status_code == status


@pytest.mark.parametrize("page", ["ivo/", "ivo.pdf", "berorda/"])
def test_page_is_closed_to_an_investigator_who_reported(
    page: str, unit: Unit, lex: User, client: Client
) -> None:
    make_lexsarah(unit, number="LS-1", reporter=lex)

    assert client.get(f"/lex-sarah/LS-1/{page}").status_code == 404


def test_page_leads_to_where_what_is_missing_is_filled_in(
    unit: Unit, client: Client
) -> None:
    make_lexsarah(unit, number="LS-1", state="investigating")
    text = text_of(client)

    for path in ("LS-1/diariefor/", "LS-1/orsaker/", "LS-1/omedelbart/"):
        assert path in text
    assert "/arenden/LS-1/atgarder/ny/" in text
    assert "ordning för lex Sarah" in text


def test_page_loads_nothing_from_elsewhere(unit: Unit, client: Client) -> None:
    make_lexsarah(unit, number="LS-1")

    assert 'href="http' not in text_of(client)
    assert 'src="http' not in text_of(client)


@pytest.mark.parametrize(
    ("facts", "words", "steps"),
    [
        ({"state": "investigating"}, "inte beslutad", set()),
        (
            {
                "state": "investigating",
                "notify_decided_on": TODAY,
                "ivo_decided_by": "chair",
            },
            "Anmäl nu",
            {"anmald"},
        ),
        (
            {
                "state": "investigating",
                "ivo_decided_by": "chair",
                "ivo_notified_on": TODAY,
                "ivo_outcome": "waiting",
            },
            "två månader efter anmälan",
            {"ivo-svar"},
        ),
        (
            {
                "state": "decided",
                "decided_on": TODAY,
                "decided_by": "committee",
                "degree": "serious_misconduct",
                "ivo_decided_by": "chair",
                "ivo_notified_on": TODAY - dt.timedelta(days=100),
                "ivo_outcome": "waiting",
            },
            "sent",
            {"komplettera", "ivo-svar"},
        ),
    ],
)
def test_page_states_the_clock_and_the_steps_that_are_open(
    facts: dict[str, Any], words: str, steps: set[str], unit: Unit, client: Client
) -> None:
    make_lexsarah(unit, number="LS-1", **facts)
    text = text_of(client)

    assert words in text
    assert {
        step
        for step in ("anmald", "komplettera", "ivo-svar")
        if f"LS-1/{step}/" in text
    } == steps


def test_page_asks_the_database_a_constant_number_of_times(
    unit: Unit, client: Client, django_assert_max_num_queries: Any
) -> None:
    case = make_lexsarah(unit, number="LS-1", state="investigating")
    for number in range(5):
        LexSarahReport.objects.create(
            case=case,
            number=f"LSR-{number}",
            unit=unit,
            received_on=DAY,
            description="x",
        )
        Action.objects.create(case=case, text="Rätta listan")
    with django_assert_max_num_queries(24):
        text_of(client)


def test_page_and_pdf_never_name_the_persons_concerned(
    unit: Unit, lex: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_lexsarah(unit, number="LS-1")
    add_concerned(
        case, actor=lex, name="Kanarina Fågel", reference="PA-77", form_token=uuid4()
    )
    written: list[str] = []
    monkeypatch.setattr(
        "lexsarah.views.investigating.render_pdf",
        lambda html, **_: written.append(html) or b"%PDF-",
    )
    client.get("/lex-sarah/LS-1/ivo.pdf")

    assert written
    assert "Kanarina" not in text_of(client) + written[0]
    assert "PA-77" not in text_of(client) + written[0]


def test_pdf_of_a_protected_case_is_not_made(
    unit: Unit, lex: User, client: Client
) -> None:
    case = make_lexsarah(unit, number="LS-1", protected=True)
    case.named_readers.create(user=lex, position=1)
    answer = client.get("/lex-sarah/LS-1/ivo.pdf", follow=True)

    assert answer.redirect_chain == [("/lex-sarah/LS-1/ivo/", 302)]
    assert "blir ingen PDF" in answer.content.decode()


def test_pdf_that_fails_is_a_page_that_says_why(
    unit: Unit, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> bytes:
        raise PdfError("Dokumentet är för stort.")

    monkeypatch.setattr("lexsarah.views.investigating.render_pdf", fail)
    make_lexsarah(unit, number="LS-1")
    answer = client.get("/lex-sarah/LS-1/ivo.pdf")

    assert answer.status_code == 503
    assert "Dokumentet är för stort." in answer.content.decode()


def test_pdf_has_title_language_and_headings(unit: Unit, client: Client) -> None:
    make_lexsarah(unit, number="LS-1", event="Ingen kom.\n\n<b>Två</b> dygn.")
    answer = client.get("/lex-sarah/LS-1/ivo.pdf")

    assert (
        answer["Content-Disposition"] == 'attachment; filename="anmalan-ivo-LS-1.pdf"'
    )
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo.Title) == "Anmälan till IVO, LS-1"
        assert str(pdf.Root.Lang) == "sv"
        with pdf.open_outline() as outline:
            (title,) = outline.root
            assert [child.title for child in title.children][:2] == [
                "Avsändare",
                "Vad anmälan gäller",
            ]


def test_document_marks_what_is_missing() -> None:
    groups = notification(given(case={"registry_number": ""}))
    case = LexSarahCase(unit=Unit(name="Eken"), number="LS-1")
    html = render_to_string(
        "lexsarah/ivo_document.html", {"case": case, "groups": groups}
    )

    assert html.count("Saknas") == 1
