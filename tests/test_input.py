"""Whatever is sent to a form or an address, the answer is a page, never an error of ours."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction

from casework.texts.forms import OnceForm
from deviations.models import Deviation
from deviations.public_form.forms import ComplainForm
from deviations.reporting.forms import ReportForm
from organisation.models import Bucket
from reports.models import Block
from tests.covering import covering, each, every_value
from tests.hostile import HOSTILE
from tests.municipality import ASK, SITE, Municipality, municipality_for_a_module

pytestmark = pytest.mark.django_db

ANSWERS = {200, 302, 400, 403, 404, 405, 409, 413}
FORM = "application/x-www-form-urlencoded"
WORST = ("nul", "first year", "huge number", "lone surrogate", "not utf-8", "marks")
IN_ADDRESS = (
    *WORST,
    "number of 5000 digits",
    "negative",
    "superscript",
    "line ends",
    "path",
    "script",
    "sql",
)
DEVIATION = {
    "kind": "quality_deviation",
    "description": "Ett beslut skickades fel.",
    "occurred_on": "2024-03-01",
    "unit": "EK",
    "consequence": "none",
    "process": "Vet inte",
    "category": "",
    "target_group": "",
    "proposal": "",
}
COMPLAINT = {
    "kind": "complaint",
    "description": "Ingen svarade.",
    "occurred_on": "",
    "unit": "",
    "proposal": "",
    "area": "money",
    "contact_way": "email",
    "email": "siv@exempel.se",
    "phone": "",
    "letter": "",
    "sender": "unknown",
    "keeps": "",
    "returns": "",
    "step": "check",
    "language": "en",
}
REPORT = "/rapporter/EK/2024/malmo/"
# Who sends which form where, with answers that would be taken.
FORMS: dict[str, tuple[str, str, dict[str, str]]] = {
    "complaint": (
        "anonymous",
        "/synpunkt/skriv/",
        {**COMPLAINT, "website": "", "do": "send"},
    ),
    "code": (
        "anonymous",
        "/synpunkt/svar/",
        {"code": "0" * 28, "text": "Mer.", "do": "write"},
    ),
    "report": ("staff", "/rapportera/", DEVIATION),
    "start": (
        "section_chief",
        "/avvikelser/KA-2024-0001/utred/",
        {"seen_version": "0"},
    ),
    "assess": (
        "section_chief",
        "/avvikelser/KA-2024-0002/bedom/",
        {
            "seen_version": "0",
            "is_deviation": "yes",
            "misconduct": "no",
            "assessment": "Fel adress.",
            "requirement": "",
        },
    ),
    "action": (
        "section_chief",
        "/arenden/KA-2024-0002/atgarder/ny/",
        {
            "text": "Ny rutin",
            "level": "unit",
            "owner": "1",
            "due_on": "2099-01-01",
            "effect_measure": "",
            "effect_due_on": "2099-02-01",
            "category": "",
            "improved_routine": "",
            "seen_version": "0",
        },
    ),
    "finish": (
        "section_chief",
        "/atgarder/KA-2024-0001/1/klar/",
        {"done_on": "2024-04-01", "seen_version": "0"},
    ),
    "begin": (
        "quality_controller",
        "/rapporter/",
        {"unit": "EK", "year": "2022", "template": "malmo"},
    ),
    "write": (
        "quality_controller",
        f"{REPORT}skriv/uppfoljning/",
        {"text": "Bra.", "seen_version": "0"},
    ),
    "remark": ("board_secretary", f"{REPORT}avsnitt/uppfoljning/", {"text": "Bra."}),
    "draft": (
        "quality_controller",
        f"{REPORT}skriv/uppfoljning/utkast/",
        {"text": "Bra.", "seen_version": "0"},
    ),
    "assign": (
        "quality_controller",
        f"{REPORT}avsnitt/uppfoljning/ansvar/",
        {"author": "planning_officer", "due_on": "2026-12-01", "status": "draft"},
    ),
    "new edition": (
        "quality_controller",
        "/rapporter/EK/2018/malmo/steg/ny-utgava/",
        {"reason": "Ett tal var fel.", "seen_version": "1"},
    ),
    "share out": (
        "section_chief",
        "/inkorg/fordela/",
        {"case": "KA-2024-0002", "owner": "1", "back": ""},
    ),
    "misconduct": (
        "planning_officer",
        "/avvikelser/KA-2024-0002/lex-sarah/",
        {"misconduct": "misconduct", "grounds": "Någon skadades."},
    ),
    "receive": (
        "lex_investigator",
        "/lex-sarah/LS-2024-0001/ta-emot/",
        {"seen_version": "0"},
    ),
    "answer": (
        "lex_investigator",
        "/lex-sarah/LS-2024-0001/aterkoppla/",
        {"seen_version": "0", "answer": "Klart."},
    ),
    "finding": (
        "lex_investigator",
        "/arenden/LS-2024-0001/anteckning/",
        {
            "nature": "fact",
            "source": "Chefen",
            "learnt_on": "2024-03-02",
            "text": "Så var det.",
        },
    ),
    "oral": (
        "lex_investigator",
        "/lex-sarah/ta-emot-rapport/?enhet=EK",
        {
            "unit": "EK",
            "reporter": "reporter",
            "channel": "oral",
            "received_on": "2026-03-01",
            "description": "Ingen kom.",
            "occurred_on": "2026-03-01",
            "consequence": "occurred",
        },
    ),
    "concerned": (
        "lex_investigator",
        "/lex-sarah/LS-2024-0001/berorda/",
        {
            "do": "add",
            "add-name": "Siv",
            "add-reference": "",
            "add-form_token": "3f2504e0-4f89-41d3-9a0c-0305e82c3302",
        },
    ),
    "names": (
        "lex_investigator",
        "/lex-sarah/LS-2024-0001/berorda/",
        {"do": "read", "read-reason": "Ringer."},
    ),
    "duty": (
        "section_chief",
        "/lex-sarah/andra-vagar/KA-2024-0002/",
        {
            "do": "note",
            "kind": "data_breach",
            "known_on": "2024-03-01",
            "known_time": "10.30",
        },
    ),
    "meeting": (
        "board_secretary",
        "/lex-sarah/sammantraden/",
        {"body": "committee", "on": "2027-01-11"},
    ),
    "chair": (
        "board_secretary",
        "/lex-sarah/ordforandebeslut/",
        {
            "number": "LS-2024-0001",
            "on": "2024-03-02",
            "paragraph": "O 1",
            "motive": "Brådskar.",
        },
    ),
    "policy": (
        "overseer",
        "/lex-sarah/ordning/",
        {
            "finding_by": "investigator",
            "measures_by": "committee",
            "serious_by": "board",
            "receive_days": "0",
            "measures_days": "1",
            "investigate_days": "60",
            "notify_days": "1",
            "feedback_days": "10",
            "contact_email": "a@exempel.se",
            "seen": "0",
        },
    ),
    "information": (
        "overseer",
        "/lex-sarah/information/ny/",
        {
            "unit": "SOC",
            "title": "Din plikt",
            "text": "Du ska rapportera.",
            "begins_on": "2027-01-01",
            "due_on": "2027-02-01",
        },
    ),
    "analysis": (
        "section_chief",
        "/riskanalys/ny/",
        {
            "title": "Flytten",
            "trigger": "move",
            "unit": "EK",
            "workplace": "Mottagningen",
            "participants": "",
            "planned_on": "2027-01-15",
        },
    ),
    "risk": (
        "section_chief",
        "/riskanalys/RA-2024-0001/risker/ny/",
        {
            "event": "att ingen hittar",
            "cause": "ny adress",
            "consequence": "väntan",
            "probability": "3",
            "severity": "3",
            "decision": "",
            "reason": "",
            "form_token": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        },
    ),
    "check": (
        "section_chief",
        "/egenkontroll/ny/utan-mall/",
        {
            "title": "Planer",
            "unit": "EK",
            "workplace": "Mottagningen",
            "method": "walkthrough",
            "why": "",
            "process": "",
            "planned_on": "2027-01-15",
        },
    ),
    "series": (
        "section_chief",
        "/egenkontroll/matserier/ny/",
        {
            "title": "I tid",
            "unit": "EK",
            "is_share": "True",
            "every": "month",
            "counted": "försenade",
            "whole": "inledda",
            "source": "",
            "process": "",
            "seen_version": "0",
        },
    ),
    "measure": (
        "section_chief",
        "/egenkontroll/matserier/EK/1/2024/",
        {"2024": "9", "2024-av": "10", "seen_version": "0"},
    ),
    "template": (
        "overseer",
        "/egenkontroll/mallar/ny/",
        {
            "name": "Ny mall",
            "method": "file_review",
            "source": "",
            "intro": "",
            "questions": "A?\nB?",
            "sample_size": "5",
        },
    ),
    "judge": (
        "section_chief",
        "/analys/TA-2024-0001/monster/1/",
        {"assessment": "En ny skrivare.", "verdict": "no_action", "seen_version": "0"},
    ),
    "comment": (
        "section_chief",
        "/analys/TA-2024-0001/kommentera/",
        {"chief_note": "Skrivaren stod fel.", "seen_version": "0"},
    ),
    "retention": (
        "registry",
        "/organisation/gallring/beslut/",
        {
            "unit": "SOC",
            "subject": "selfcheck",
            "years": "5",
            "decision": "SN 41",
            "decided_on": "2024-03-01",
        },
    ),
    "open": (
        "planning_officer",
        "/analys/oppna/",
        {"unit": "EK", "year": "2023", "tertial": "1"},
    ),
    "question": (
        "quality_controller",
        "/analys/fraga/sparade/?period=2024",
        {"name": "Året"},
    ),
    "login": (
        "anonymous",
        "/konto/logga-in/",
        {"login": "staff", "password": "fel", "next": "/inkorg/"},
    ),
    "password": (
        "staff",
        "/konto/losenord/",
        {
            "oldpassword": "fel",
            "password1": "ett långt lösenord",
            "password2": "ett långt lösenord",
        },
    ),
}
# What is written in words; everything else in a form is chosen, counted, looked up or a contact detail.
PROSE = {
    *(
        "description",
        "proposal",
        "assessment",
        "answer",
        "text",
        "effect_measure",
        "improved_routine",
    ),
    *(
        "reason",
        "grounds",
        "source",
        "name",
        "reference",
        "paragraph",
        "motive",
        "title",
        "workplace",
    ),
    *(
        "participants",
        "event",
        "cause",
        "why",
        "counted",
        "whole",
        "intro",
        "questions",
        "chief_note",
    ),
    *("decision", "requirement"),
}
# What is typed, but not as prose, and the sort of field that takes it.
TYPED = {
    **dict.fromkeys(("email", "contact_email"), "email"),
    **dict.fromkeys(("phone", "letter"), "contact"),
    **dict.fromkeys(("add-name", "add-reference", "read-reason"), "line"),
    **dict.fromkeys(("password", "oldpassword", "password1", "password2"), "secret"),
    **dict.fromkeys(("known_time", "login", "next", "website", "code"), "own"),
}
# What is looked up, or carried for the page, and not offered by it as a choice.
CARRIED = {"case", "back", "number", "author", "reporter", "template", "unit"}
CARRIED |= {"form_token", "add-form_token", "begun", "do"}
# A draft is asked about when it is sent; the rest is asked about in tests of their own.
_ELSEWHERE = {"draft", "code"}
TEXTS = [
    (form, field)
    for form, (_, _, answers) in FORMS.items()
    for field in answers
    if field in PROSE
    and form not in _ELSEWHERE
    and (form, field) != ("risk", "decision")
]
CELLS = [(form, field) for form, (_, _, answers) in FORMS.items() for field in answers]
CELLS += [
    (form, field)
    for form in ("complaint", "report")
    for field in ("form_token", "begun")
]


def kind_of(form: str, field: str) -> str:
    """Return what a field takes, as a good answer shows: words, a day, a number, a choice or what it is called."""
    answer = FORMS[form][2].get(field, "")
    if (form, field) in {*TEXTS, ("risk", "consequence"), ("draft", "text")}:
        return "words"
    if field.endswith("_on") or re.fullmatch(r"\d{4}-\d{2}-\d{2}", answer):
        return "day"
    if field in TYPED:
        return field if TYPED[field] == "own" else TYPED[field]
    if field in CARRIED:
        return field.removeprefix("add-")
    return "number" if answer.isdecimal() else "choice"


# What the first look at an answer may let by, so that it comes to a rule or the database; words let by most.
REACHES = {"day": {"first year"}, "number": {"huge number"}}


class Sent(NamedTuple):
    """Hostile values in some fields of a form, the others of which are answered well."""

    form: str
    values: tuple[tuple[str, str], ...]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """Return what meets here: each field and what may pass it, each kind of field and each value."""
        for field, value in self.values:
            kind = kind_of(self.form, field)
            if value in REACHES.get(kind, WORST):
                yield "field", self.form, field
            yield "kind", kind, value


def _choices_at_once(form: str) -> Iterator[Sent]:
    """Let all choices of a form be hostile at once, since each refuses all: the worst values in turn."""
    fields = [
        field for at, field in CELLS if at == form and kind_of(at, field) == "choice"
    ]
    for turn in range(len(WORST) if fields else 0):
        values = [*WORST[turn:], *WORST[:turn]] * len(fields)
        yield Sent(form, tuple(zip(fields, values, strict=False)))


def _pairs_everywhere(cell: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Return what meets when a value stands everywhere in a form: the kind of each field and the value.

    To what is not typed all values are alike, but for those that a database cannot take: each form gets them.
    What each kind of field makes of the worst is asked of one field at a time (Sent.pairs).
    """
    form, value = cell
    if value in {"nul", "huge number"}:
        yield form, value
    for field in FORMS[form][2]:
        kind = kind_of(form, field)
        is_typed = kind in {"words", "day", "number"} or field in TYPED
        if value not in REACHES.get(kind, WORST):
            yield kind if is_typed else "choice", value


SENT = [
    Sent(form, ((field, value),))
    for form, field in CELLS
    if kind_of(form, field) != "choice"
    for value in WORST
]
SENT += chain.from_iterable(map(_choices_at_once, FORMS))
SENT_FIRST = set(covering(SENT, Sent.pairs))
# And each choice alone.
SENT += [
    Sent(form, ((field, value),))
    for form, field in CELLS
    if kind_of(form, field) == "choice"
    for value in WORST
]
EVERYWHERE = [(form, value) for form in FORMS for value in HOSTILE]
EVERYWHERE_FIRST = set(covering(EVERYWHERE, _pairs_everywhere))
LISTS = (
    "/inkorg/",
    "/atgarder/",
    "/lex-sarah/",
    "/egenkontroll/",
    "/riskanalys/",
    "/analys/",
    "/rapporter/",
)
LISTS += ("/egenkontroll/matserier/",)
FILTERS = ("q", "unit", "year", "page", "visa", "owner", "level", "due_before")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Municipality]:
    with municipality_for_a_module(django_db_blocker) as made:
        yield made


def _fresh(form: str) -> dict[str, str]:
    """Return what the form itself carries, as if it had been opened a minute ago by somebody new."""
    Bucket.objects.all().delete()  # the public forms count there
    once = dict.fromkeys(("oral", "analysis", "check"), OnceForm)
    made = {"complaint": ComplainForm, "report": ReportForm, **once}.get(form)
    if made is None:
        return {}
    with mock.patch.object(signing.time, "time", return_value=time.time() - 60):
        unsent = made()
        return {name: str(unsent[name].value()) for name in ("form_token", "begun")}


def send(
    town: Municipality, form: str, body: bytes, *, content_type: str = FORM
) -> Any:
    """Send a form as a browser does: as bytes."""
    cache.clear()  # the login counts failures there
    who, path, _ = FORMS[form]
    return _answer(town, who, ASK.post(path, body, content_type=content_type))


def _answer(town: Municipality, who: str, request: WSGIRequest) -> Any:
    """Answer a request as the site does; the test client would copy every context that is drawn."""
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    if who in town.sessions:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = town.sessions[who]
    return SITE.get_response(request)


def encoded(form: str, **changes: Any) -> bytes:
    """Return a form that would be taken, but for some changes."""
    return urlencode({**FORMS[form][2], **_fresh(form), **changes}, doseq=True).encode()


def look(
    town: Municipality,
    path: str,
    *,
    who: str = "overseer",
    headers: dict[str, str] | None = None,
) -> Any:
    """Open a page."""
    return _answer(town, who, ASK.get(path, headers=headers))


def assert_pages_still_answer(town: Municipality) -> None:
    numbers = Deviation.objects.values_list("number", flat=True)
    pages = [
        *LISTS,
        REPORT,
        f"{REPORT}skriv/uppfoljning/",
        *(f"/avvikelser/{number}/" for number in numbers),
    ]

    assert {
        path: status
        for path in pages
        if (status := look(town, path).status_code) != 200
    } == {}


# --- forms ------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", FORMS)
def test_form_with_the_same_hostile_answer_everywhere_gets_a_page(
    form: str, town: Municipality
) -> None:
    assert (
        _broken_everywhere(
            town, form, [v for v in HOSTILE if (form, v) in EVERYWHERE_FIRST]
        )
        == {}
    )


@pytest.mark.every
@pytest.mark.parametrize("form", FORMS)
def test_form_with_any_hostile_answer_everywhere_gets_a_page(
    form: str, town: Municipality
) -> None:
    assert (
        _broken_everywhere(
            town, form, [v for v in HOSTILE if (form, v) not in EVERYWHERE_FIRST]
        )
        == {}
    )


def _broken_everywhere(
    town: Municipality, form: str, values: list[str]
) -> dict[str, int]:
    """Send a form with the same value in every field; return what is answered with anything but a page."""
    answers = {}
    for name in values:
        body = encoded(form, **dict.fromkeys(FORMS[form][2], HOSTILE[name]))
        answers[name] = send(town, form, body).status_code
    return {name: status for name, status in answers.items() if status not in ANSWERS}


@pytest.mark.parametrize("form", FORMS)
def test_form_with_one_hostile_answer_gets_a_page(
    form: str, town: Municipality
) -> None:
    assert (
        _broken(
            town, [sent for sent in SENT if sent.form == form and sent in SENT_FIRST]
        )
        == {}
    )


@pytest.mark.every
@pytest.mark.parametrize("form", FORMS)
def test_form_with_any_one_hostile_answer_gets_a_page(
    form: str, town: Municipality
) -> None:
    assert (
        _broken(
            town,
            [sent for sent in SENT if sent.form == form and sent not in SENT_FIRST],
        )
        == {}
    )


def _broken(town: Municipality, asked: list[Sent]) -> dict[Sent, int]:
    """Send forms with a hostile value each; return those that are answered with anything but a page."""
    answers = {}
    for sent in asked:
        with transaction.atomic():
            hostile = {field: HOSTILE[value] for field, value in sent.values}
            body = encoded(sent.form, **hostile)
            answers[sent] = send(town, sent.form, body).status_code
            transaction.set_rollback(True)
    return {sent: status for sent, status in answers.items() if status not in ANSWERS}


PERSONAL_NUMBER = "811228\u00a09874"
ASKED = re.compile(
    "[Dd]et ser ut som ett personnummer|Ta bort personnumret|looks like a personal"
)


@pytest.mark.parametrize("form", [form for form in dict(TEXTS) if form != "complaint"])
def test_form_asks_about_a_personal_number_in_any_text(
    form: str, town: Municipality
) -> None:
    fields = [field for of, field in TEXTS if of == form]
    sent = encoded(form, **dict.fromkeys(fields, PERSONAL_NUMBER))
    response = send(town, form, sent)
    page = response.content.decode()
    beside = dict(re.findall(r'id="id_(\w+)_error">(.*?)</div>', page, re.DOTALL))

    assert response.status_code in {200, 400}
    assert [field for field in fields if not ASKED.search(beside.get(field, ""))] == []


@pytest.mark.parametrize("field", [field for of, field in TEXTS if of == "complaint"])
def test_citizen_is_asked_about_a_personal_number_in_any_text(
    field: str, town: Municipality
) -> None:
    """Its form asks one question a page."""
    response = send(town, "complaint", encoded("complaint", **{field: PERSONAL_NUMBER}))

    assert response.status_code == 200
    assert ASKED.search(response.content.decode())


@pytest.mark.parametrize("form", FORMS)
def test_form_without_any_answer_gets_a_page(form: str, town: Municipality) -> None:
    assert send(town, form, b"").status_code in ANSWERS


@pytest.mark.parametrize("form", each(3, FORMS))  # a form's fields take the last
def test_form_with_every_answer_twice_gets_a_page(
    form: str, town: Municipality
) -> None:
    twice = {name: [value, "annat"] for name, value in FORMS[form][2].items()}

    assert send(town, form, encoded(form, **twice)).status_code in ANSWERS


@pytest.mark.parametrize(
    "form", each(4, FORMS)
)  # it is refused before a form is reached
def test_form_of_ten_megabytes_is_refused_in_swedish(
    form: str, town: Municipality
) -> None:
    last = list(FORMS[form][2])[-1]
    response = send(
        town, form, encoded(form) + f"&{last}=".encode() + b"x" * 10_000_000
    )

    assert response.status_code in {400, 413}
    assert "gick inte att läsa" in response.content.decode()


@pytest.mark.parametrize(
    "form", each(4, FORMS)
)  # it is refused before a form is reached
def test_form_with_1200_fields_is_refused_in_swedish(
    form: str, town: Municipality
) -> None:
    response = send(town, form, "&".join(f"f{n}=1" for n in range(1200)).encode())

    assert response.status_code == 400
    assert "gick inte att läsa" in response.content.decode()


SHAPES = (
    ("multipart/form-data", b"x"),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=kind\r\n\r\n",
    ),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="description"; filename="a"\r\n\r\nb\r\n--x--\r\n',
    ),
    ("application/json", b'{"kind": {"a": 1}}'),
    ("application/x-www-form-urlencoded; charset=utf-16", b"kind=complaint"),
    ("text/plain", b"kind=complaint"),
)


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_form_in_another_shape_gets_a_page(shape: int, town: Municipality) -> None:
    """Each form in one shape: it is read before the form is reached."""
    assert _broken_in_shape(town, shape, list(FORMS)[shape :: len(SHAPES)]) == {}


@pytest.mark.every
@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_any_form_in_another_shape_gets_a_page(shape: int, town: Municipality) -> None:
    assert _broken_in_shape(town, shape, list(FORMS)) == {}


def _broken_in_shape(
    town: Municipality, shape: int, forms: list[str]
) -> dict[str, int]:
    """Send forms in a shape; return those that are answered with anything but a page."""
    content_type, body = SHAPES[shape]
    answers = {
        form: send(town, form, body, content_type=content_type).status_code
        for form in forms
    }
    return {form: status for form, status in answers.items() if status not in ANSWERS}


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "unicode_escape"])
@pytest.mark.parametrize("form", each(4, FORMS))
def test_form_in_another_encoding_is_refused_in_swedish(
    form: str, charset: str, town: Municipality
) -> None:
    response = send(town, form, b"text=a", content_type=f"{FORM}; charset={charset}")

    assert response.status_code == 400
    assert "gick inte att läsa" in response.content.decode()


SLOW = (
    "a" + "\u0301\u0316" * 40_000
)  # composing marks of two kinds in turn takes the square of their number


def _kinds(form: str) -> set[str]:
    return {kind_of(form, field) for field in FORMS[form][2]}


SLOW_FIRST = covering(FORMS, _kinds)


@pytest.mark.parametrize("form", SLOW_FIRST)
def test_marks_that_are_slow_to_sort_take_no_time(
    form: str, town: Municipality
) -> None:
    """Every kind of field in some form: all texts are of one kind (tests/test_free_text.py)."""
    assert _seconds_for(town, form, [dict.fromkeys(FORMS[form][2], SLOW)]) < 5


@pytest.mark.every
@pytest.mark.parametrize("form", [form for form in FORMS if form not in SLOW_FIRST])
def test_marks_that_are_slow_to_sort_take_no_time_in_any_form(
    form: str, town: Municipality
) -> None:
    assert _seconds_for(town, form, [dict.fromkeys(FORMS[form][2], SLOW)]) < 5


@pytest.mark.parametrize("form", each(4, FORMS))
def test_marks_that_are_slow_to_sort_take_no_time_in_one_field(
    form: str, town: Municipality
) -> None:
    long = {"description", "assessment", "text", "code"} & FORMS[form][2].keys()

    assert _seconds_for(town, form, [{field: SLOW} for field in sorted(long)]) < 5


def _seconds_for(town: Municipality, form: str, changes: list[dict[str, str]]) -> float:
    """Send a form with some changes at a time; return how long they take the processor."""
    who, path, answers = FORMS[form]
    client, began = town.client(who), time.process_time()
    for changed in changes:
        assert (
            client.post(path, {**answers, **_fresh(form), **changed}).status_code
            in ANSWERS
        )
    return time.process_time() - began


# --- what was stored --------------------------------------------------------------------------
def bunches(longest: int) -> list[bytes]:
    """Put hostile texts together as long as they fit; nothing, and what is longer, stands alone."""
    made: list[bytes] = []
    left = dict(HOSTILE)
    while left:
        bunch = left.pop(next(iter(left)))
        for name, value in list(left.items()):
            if bunch.strip() and len(bunch) + len(value) < longest:
                bunch += b" " + left.pop(name)
        made.append(bunch)
    return made


IN_A_TITLE = bunches(40)
TOGETHER = bunches(300)


def test_hostile_text_in_new_cases_breaks_no_page(town: Municipality) -> None:
    """Every value is stored by one of two forms, whose texts are the same to the pages."""
    before = Deviation.objects.count()
    for place, form in enumerate(["complaint", "report"]):
        _store(town, form, IN_A_TITLE[place::2])

    assert Deviation.objects.count() - before == sum(map(_is_text, IN_A_TITLE))
    assert_pages_still_answer(town)


@pytest.mark.every
@pytest.mark.parametrize("form", ["complaint", "report"])
def test_any_hostile_text_in_new_cases_breaks_no_page(
    form: str, town: Municipality
) -> None:
    before = Deviation.objects.count()
    _store(town, form, [b"x" + value for value in HOSTILE.values()])

    assert Deviation.objects.count() - before == len(HOSTILE)
    assert_pages_still_answer(town)


def _store(town: Municipality, form: str, values: Iterable[bytes]) -> None:
    """Send a form with each value in its texts."""
    for value in values:
        typed = {"description": value[:7_000], "proposal": value[:8_000]}
        send(town, form, encoded(form, **typed))


def _is_text(value: bytes) -> bool:
    return bool(value.decode(errors="replace").strip())


@pytest.mark.parametrize("place", range(len(TOGETHER)))
def test_hostile_text_in_an_assessment_breaks_no_page(
    place: int, town: Municipality
) -> None:
    text = TOGETHER[place][:7_000]
    sent = send(town, "assess", encoded("assess", assessment=text, requirement=text))

    assert sent.status_code == (302 if _is_text(text) else 400)
    assert look(town, "/avvikelser/KA-2024-0002/").status_code == 200


@pytest.mark.parametrize("place", range(len(TOGETHER)))
def test_hostile_text_in_a_report_breaks_no_page(
    place: int, town: Municipality
) -> None:
    sent = send(town, "write", encoded("write", text=TOGETHER[place]))

    assert Block.objects.filter(report=town.report).exists() == (
        sent.status_code == 302
    )
    assert look(town, f"{REPORT}skriv/uppfoljning/").status_code == 200


@pytest.mark.parametrize("field", ["description", "proposal"])
@pytest.mark.parametrize("name", ["script", "attribute", "template"])
def test_markup_in_a_case_is_shown_as_it_was_typed(
    field: str, name: str, town: Municipality
) -> None:
    text = HOSTILE[name].decode()
    receipt = send(town, "report", encoded("report", **{field: text}))
    number = receipt["Location"].rstrip("/").rpartition("/")[2]
    html = look(town, f"/avvikelser/{number}/").content.decode()

    assert escape(text).replace("&#x27;", "&#39;") in html.replace("&#x27;", "&#39;")
    assert text not in html or name == "template"


@pytest.mark.parametrize("name", ["script", "attribute", "template"])
def test_markup_in_a_search_is_shown_as_it_was_typed(
    name: str, town: Municipality
) -> None:
    text = HOSTILE[name].decode()
    html = look(town, f"/inkorg/?q={quote(text)}").content.decode()

    assert escape(text).replace("&#x27;", "&#39;") in html.replace("&#x27;", "&#39;")


# --- addresses --------------------------------------------------------------------------------
@pytest.mark.parametrize("path", LISTS)
def test_hostile_filter_gets_a_page(path: str, town: Municipality) -> None:
    """What a database cannot take in every list, and a quarter of the other values in each."""
    turn = LISTS.index(path) % 4
    worst = {*IN_ADDRESS[turn::4], "first year", "huge number"}

    assert _broken_filters(town, path, sorted(worst)) == {}


@pytest.mark.every
@pytest.mark.parametrize("path", LISTS)
def test_any_hostile_filter_gets_a_page(path: str, town: Municipality) -> None:
    assert _broken_filters(town, path, IN_ADDRESS) == {}


def _broken_filters(
    town: Municipality, path: str, values: Iterable[str]
) -> dict[str, int]:
    """Ask a list with each value in every filter; return what is answered with anything but a page."""
    answers = {}
    for name in values:
        asked = dict.fromkeys(FILTERS, HOSTILE[name][:5_000])
        answers[name] = look(town, f"{path}?{urlencode(asked)}").status_code
    return {name: status for name, status in answers.items() if status not in ANSWERS}


@pytest.mark.parametrize(
    ("name", "field"),
    every_value([name for name in WORST if name != "nul"], FILTERS),
)
def test_hostile_answer_in_one_filter_leaves_the_others(
    name: str, field: str, town: Municipality
) -> None:
    """Each field and each value; tests/casework/test_filtersets.py asks every list for its rows."""
    asked = {"q": "KA", field: HOSTILE[name][:5_000]}

    assert look(town, f"/inkorg/?{urlencode(asked)}").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_filter_with_the_same_answer_many_times_gets_a_page(
    path: str, town: Municipality
) -> None:
    asked = "&".join(f"{field}={n}" for field in FILTERS for n in (1, "a", 2024))

    assert look(town, f"{path}?{asked}").status_code in ANSWERS
    assert look(town, f"{path}?{'&'.join(map(str, range(1200)))}").status_code == 400


PATTERNS = (
    "/{}",
    "/arenden/{}/",
    "/avvikelser/{}/",
    "/avvikelser/{}/utred/",
    "/avvikelser/KA-2024-0001/{}/",
    "/rapportera/kvitto/{}/",
    "/lex-sarah/{}/",
    "/egenkontroll/{}/",
    "/riskanalys/{}/",
    "/analys/{}/",
    "/analys/TA-2024-0001/{}/",
    "/analys/TA-2024-0001/monster/{}/",
    "/organisation/{}/",
    "/rapporter/{}/2024/malmo/",
    "/rapporter/EK/{}/malmo/",
    "/rapporter/EK/2024/{}/",
    "/rapporter/EK/2024/malmo/skriv/{}/",
    "/rapporter/EK/2024/malmo/steg/{}/",
    "/rapporter/EK/2024/malmo/avsnitt/{}/",
    "/rapporter/EK/2018/malmo/avsnitt/uppfoljning/version/{}/",
    "/kvalitetsberattelse/{}/EK/",
    "/kvalitetsberattelse/2018/{}/",
    "/atgarder/{}/1/",
    "/atgarder/KA-2024-0001/{}/",
    "/atgarder/KA-2024-0001/1/{}/",
    "/arenden/KA-2024-0002/atgarder/ny/?efter={}",
    "/arenden/{}/filer/",
    "/arenden/KA-2024-0001/filer/{}/",
    "/static/{}",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_hostile_address_gets_a_page(pattern: str, town: Municipality) -> None:
    """What a database cannot take in every address, and a quarter of the other values in each."""
    turn = PATTERNS.index(pattern) % 4

    assert _broken_at(town, pattern, [*IN_ADDRESS[turn::4], "huge number"]) == {}


@pytest.mark.every
@pytest.mark.parametrize("pattern", PATTERNS)
def test_any_hostile_address_gets_a_page(pattern: str, town: Municipality) -> None:
    assert _broken_at(town, pattern, IN_ADDRESS) == {}


def _broken_at(
    town: Municipality, pattern: str, values: Sequence[str]
) -> dict[str, int]:
    """Ask an address with hostile parts; return what is answered with anything but a page."""
    answers = {
        name: look(
            town, pattern.format(quote(HOSTILE[name][:5_000], safe=""))
        ).status_code
        for name in values
    }
    return {
        name: status
        for name, status in answers.items()
        if status not in ANSWERS | {301}
    }


@pytest.mark.parametrize(
    "name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"]
)
@pytest.mark.parametrize("path", ["/inkorg/", "/synpunkt/skriv/", "/konto/logga-in/"])
def test_hostile_cookie_is_no_cookie(name: str, path: str, town: Municipality) -> None:
    expected = look(town, path, who="anonymous").status_code
    for value in (
        "a\0b",
        "\\000",
        "x" * 5_000,
        "../../etc/passwd",
        "å" * 40,
        "'--",
        "",
        '"',
        "=;,",
    ):
        response = look(
            town, path, who="anonymous", headers={"cookie": f"{name}={value}"}
        )
        assert response.status_code == expected, value


def test_address_of_another_host_is_refused_in_swedish(town: Municipality) -> None:
    response = look(town, "/", headers={"host": "exempel.invalid"})

    assert response.status_code == 400
    assert "gick inte att läsa" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["https://exempel.invalid/", "//exempel.invalid", "javascript:alert(1)"]
)
def test_login_never_leads_to_another_site(address: str, town: Municipality) -> None:
    person = town.people["staff"]
    person.set_password("ett riktigt långt lösenord")
    person.save()
    body = {"login": "staff", "password": "ett riktigt långt lösenord", "next": address}

    assert send(town, "login", urlencode(body).encode())["Location"] in {
        "/",
        "/inkorg/",
    }
