"""Which files a case takes, what is taken out of them, and how they are given back."""

from __future__ import annotations

import codecs
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from PIL import Image

from casework.files.asking import PDF as PDF_TYPE
from casework.files.asking import RefusedFileError, look_into
from casework.files.confined import Limits
from casework.files.turns import LASTS, BusyError, slot
from casework.handling.attachments import CheckedFile, attach, check, clean_name
from casework.handling.services import begin_protection
from casework.models import Attachment, Case
from casework.process.workflow import StepRefusedError
from casework.views.attachment_forms import FilesField
from organisation.models import Unit, User
from organisation.rights import Role
from tests.factories import make_deviation, make_unit, make_user


@pytest.fixture(autouse=True)
def own_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no other test on this computer hold a slot."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def an_image(
    kind: str = "JPEG",
    size: tuple[int, int] = (8, 8),
    *,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "red").save(made, kind, **options)
    return made.getvalue()


def a_pdf(**root: Any) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for key, value in root.items():
            pdf.Root[f"/{key}"] = value
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def a_locked_pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made, encryption=pikepdf.Encryption(owner="o", user="hemligt"))
    return made.getvalue()


def a_document() -> bytes:
    made = io.BytesIO()
    Document().save(made)
    return made.getvalue()


def a_package(*members: str | tuple[zipfile.ZipInfo, bytes], swell: int = 0) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * swell or b"<w/>")
        for member in members:
            package.writestr(*((member, b"") if isinstance(member, str) else member))
    return made.getvalue()


def a_link() -> tuple[zipfile.ZipInfo, bytes]:
    link = zipfile.ZipInfo("word/link.xml")
    link.external_attr = 0o120777 << 16
    return link, b"/etc/passwd"


def a_huge_header() -> bytes:
    """Return the beginning of a picture that says it is 50 000 points wide and high."""
    chunks = [
        (b"IHDR", struct.pack("!IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"0")),
    ]
    made = b"\x89PNG\r\n\x1a\n"
    for kind, body in chunks:
        made += (
            struct.pack("!I", len(body))
            + kind
            + body
            + struct.pack("!I", zlib.crc32(kind + body))
        )
    return made


def a_swelling_pdf(numbers: int) -> bytes:
    """Return a PDF of some hundred bytes, in which one array holds so many numbers."""
    plain = b"10 0 [" + b"0 " * numbers + b"]"
    packed = zlib.compress(zlib.compress(plain, 9), 9)
    things = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
        4: b"<</Type/ObjStm/N 1/First 5/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    }
    made, places = b"%PDF-1.5\n", {}
    for number, thing in things.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    rows = [struct.pack("!BII", 1, places[number], 0) for number in things]
    table = zlib.compress(
        b"".join([bytes(9), *rows, *[bytes(9)] * 5, struct.pack("!BII", 2, 4, 0)])
    )
    about = (
        b"<</Type/XRef/Size 11/W[1 4 4]/Root 1 0 R/Filter/FlateDecode/Length %d>>"
        % len(table)
    )
    return (
        made
        + b"5 0 obj\n%sstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF"
        % (
            about,
            table,
            len(made),
        )
    )


SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
PDF, DOCX = a_pdf(), a_document()


# --- checks -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("a.jpg", an_image()),
        ("a.jpeg", an_image()),
        ("a.png", an_image("PNG")),
        ("a.docx", DOCX),
        ("a.txt", "Åtgärd\r\n".encode()),
        ("a.txt", "Åtgärd".encode("cp1252")),
        ("a.txt", b"\xef\xbb\xbf" + "Åtgärd".encode()),
    ],
)
def test_check_takes(name: str, content: bytes) -> None:
    assert check(name, content).content


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "filtyp"),
        ("a.svg", b"<svg><script>alert(1)</script></svg>", "filtyp"),
        ("a.html", b"<html>", "filtyp"),
        ("a", b"text", "filtyp"),
        ("a.pdf.exe", PDF, "filtyp"),
        ("a.pdf", b"", "tom"),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1), "för stor"),
        ("a.pdf", an_image(), "inte en pdf-fil"),
        ("a.jpg", PDF, "inte en jpg-fil"),
        ("a.png", b"GIF89a<script>", "inte en png-fil"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "läsa som bild"),
        ("a.jpg", an_image()[:300], "läsa som bild"),
        ("a.png", an_image("PNG", (7_000, 6_000), mode="1"), "bildpunkter"),
        ("a.pdf", b"%PDF-1.7 nothing more", "läsa som pdf"),
        ("a.pdf", a_locked_pdf(), "lösenord"),
        ("a.pdf", a_pdf(OpenAction=SCRIPT), "skript"),
        (
            "a.pdf",
            a_pdf(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="x")),
            "skript",
        ),
        (
            "a.pdf",
            a_pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
            "annan fil",
        ),
        ("a.docx", b"PK\x03\x04 nothing", "läsa som Word"),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", "lösenord"),
        ("a.docx", a_package("word/vbaProject.bin"), "makro"),
        ("a.docx", a_package("word/embeddings/oleObject1.bin"), "annan fil"),
        ("a.docx", a_package("../../etc/passwd"), "farligt"),
        ("a.docx", a_package("/etc/passwd"), "farligt"),
        ("a.docx", a_package(a_link()), "farligt"),
        ("a.docx", a_package(*(f"{n}.xml" for n in range(200))), "farligt"),
        ("a.docx", a_package(swell=10_000_000), "farligt"),
        (
            "a.docx",
            a_package().replace(b"word/document.xml", b"xl/workbook.xml.."),
            "inte ett Word",
        ),
        ("a.txt", b"a\0b", "inte en textfil"),
        ("a.txt", b"\x01\x02", "inte en textfil"),
        ("a.txt", b"\x81\x8d", "inte en textfil"),
        ("a.txt", codecs.BOM_UTF16_LE, "inte en textfil"),
        ("a.txt", codecs.BOM_UTF16_LE + b"a\0b", "inte en textfil"),
        ("a.txt", codecs.BOM_UTF16_LE + b"\x00\xd8a\0", "inte en textfil"),
        ("a.txt", codecs.BOM_UTF16_BE + b"\0a\0\0", "inte en textfil"),
        ("a.txt", codecs.BOM_UTF32_LE + "a".encode("utf-32-le"), "inte en textfil"),
        ("a.png", a_huge_header(), "bildpunkter"),
    ],
)
def test_check_refuses(name: str, content: bytes, why: str) -> None:
    with pytest.raises(RefusedFileError, match=why):
        check(name, content)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_check_keeps_text_in_utf_16_as_utf_8(encoding: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[
        encoding
    ]

    assert check(
        "a.txt", mark + "Brukaren ringde\r\nåt 👪".encode(encoding)
    ).content == ("Brukaren ringde\r\nåt 👪".encode())


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_check_takes_place_and_camera_out_of_an_image(kind: str) -> None:
    exif = Image.Exif()
    exif[271] = "Kamera-Canary"
    exif.get_ifd(0x8825)[1] = "N"
    content = an_image(kind, exif=exif)
    assert b"Canary" in content

    kept = check(f"a.{kind.lower()}", content).content

    assert b"Canary" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_check_turns_an_image_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[274] = 6

    kept = check("a.jpg", an_image(size=(8, 4), exif=exif)).content

    assert Image.open(io.BytesIO(kept)).size == (4, 8)


def test_check_drops_what_hides_behind_an_image() -> None:
    assert b"<script>" not in check("a.png", an_image("PNG") + b"<script>").content


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Mina filer\\brev.pdf", "brev.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("rad\r\nbrytning.txt", "rad brytning.txt"),
        (".txt", "txt"),
        ("", "fil"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_clean_name_keeps_the_last_part(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


# --- what a file may cost ---------------------------------------------------------------------
def test_pdf_that_swells_is_refused_when_its_memory_ends() -> None:
    bomb = a_swelling_pdf(3_000_000)
    assert len(bomb) < 2_000
    assert look_into(PDF_TYPE, a_swelling_pdf(10)) == a_swelling_pdf(10)

    with pytest.raises(RefusedFileError, match="för mycket minne"):
        look_into(PDF_TYPE, bomb, limits=Limits(seconds=10, memory_mb=256))


def test_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="för lång tid"):
        look_into(PDF_TYPE, PDF, patience=0.01)


def test_file_that_takes_too_much_of_the_processor_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="för lång tid"):
        look_into(
            PDF_TYPE,
            a_swelling_pdf(20_000_000),
            limits=Limits(seconds=1, memory_mb=4_096),
        )


def test_nothing_that_opens_files_is_loaded_where_people_are_served() -> None:
    asked = (
        "import django, sys; django.setup(); import kvalitet.urls, casework.views.attachment_forms;"
        "print([n for n in ('PIL.Image', 'pikepdf', 'docx', 'casework.files.contents') if n in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    said = subprocess.run(
        [sys.executable, "-c", asked],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.stdout.strip() == "[]", said.stderr


def test_turns_are_few_and_given_back() -> None:
    with slot(), slot(), pytest.raises(BusyError), slot(waits=0.1):
        pass
    with slot(waits=0.1) as taken:
        assert 0 < taken.seconds_left <= LASTS


def test_turn_of_a_process_that_is_killed_is_given_back() -> None:
    holds = (
        "import time; from casework.files.turns import slot\n"
        "with slot(), slot(): print(1, flush=True); time.sleep(99)"
    )
    environment = {**os.environ, "TMPDIR": tempfile.gettempdir()}
    with subprocess.Popen(
        [sys.executable, "-c", holds], env=environment, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(BusyError), slot(waits=0.1):
            pass
        holder.kill()
    with slot(waits=0.1):
        pass


def test_turns_in_a_folder_of_another_are_not_used(tmp_path: Path) -> None:
    (tmp_path / f"kvalitet-files-{os.getuid()}").symlink_to("/")

    with pytest.raises(PermissionError), slot():
        pass


# --- the verb ---------------------------------------------------------------------------------
@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("EK", make_unit("IFO"))


@pytest.fixture
def case(unit: Unit) -> Case:
    return make_deviation(
        unit, number="KS-2024-0001", reported_by="outside", kind="complaint"
    )


@pytest.fixture
def chief(unit: Unit) -> User:
    return make_user("chief", (Role.SECTION_CHIEF, unit))


@pytest.fixture
def browser(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def a_file(content: bytes = b"text", name: str = "brev.txt") -> CheckedFile:
    return CheckedFile(name, "text/plain", content)


def test_attach_is_noted_without_the_name(case: Case, chief: User) -> None:
    attach(case, files=[a_file(b"a"), a_file(b"b")], actor=chief)

    assert [entry.label for entry in case.log.all()] == ["Lade till 2 filer"]


def test_attach_of_the_same_content_is_one_file(case: Case, chief: User) -> None:
    attach(case, files=[a_file()], actor=chief)

    new, had = attach(case, files=[a_file(name="samma.txt")], actor=chief)

    assert (new, [file.name for file in had]) == ([], ["brev.txt"])


def test_attach_of_one_too_many_adds_none(case: Case, chief: User) -> None:
    for serial in range(0, 50, 5):
        attach(
            case, files=[a_file(b"%d" % (serial + n)) for n in range(5)], actor=chief
        )
    Attachment.objects.filter(position=50).delete()

    with pytest.raises(StepRefusedError, match="högst 50"):
        attach(case, files=[a_file(b"x"), a_file(b"y")], actor=chief)

    assert case.attachments.count() == 49


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.REGISTRAR, True), (Role.PLANNING_OFFICER, False), (Role.STAFF, False)],
)
def test_attach_is_for_those_who_handle(
    unit: Unit, case: Case, role: Role, may: bool
) -> None:
    person = make_user("person", (role, unit))

    try:
        attach(case, files=[a_file()], actor=person)
    except StepRefusedError:
        assert not may

    assert case.attachments.exists() is may


def test_attach_to_a_closed_case_is_refused(unit: Unit, chief: User) -> None:
    with pytest.raises(StepRefusedError):
        attach(
            make_deviation(unit, closed_on="2024-06-01"), files=[a_file()], actor=chief
        )


# --- the pages --------------------------------------------------------------------------------
def send(client: Client, case: Case, *files: tuple[str, bytes], **options: Any) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/arenden/{case.number}/filer/", {"chosen": sent}, **options)


def test_files_are_added_and_listed(browser: Client, case: Case) -> None:
    answer = send(
        browser, case, ("brev.pdf", PDF), ("bild.png", an_image("PNG")), follow=True
    )

    page = answer.content.decode()
    assert "2 filer är tillagda." in page
    assert re.findall(r'href="([^"]+)" download>([^<]+)<', page) == [
        (f"/arenden/{case.number}/filer/1/", "brev.pdf"),
        (f"/arenden/{case.number}/filer/2/", "bild.png"),
    ]


def test_files_with_one_that_is_refused_are_not_added(
    browser: Client, case: Case
) -> None:
    answer = send(browser, case, ("brev.pdf", PDF), ("<b>.exe", b"MZ"))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "&lt;b&gt;.exe har en filtyp som inte går att lägga till." in page
    assert not Attachment.objects.exists()


def test_files_with_a_bomb_are_refused_by_name_and_none_is_added(
    browser: Client, case: Case
) -> None:
    answer = send(browser, case, ("brev.pdf", PDF), ("stor.png", a_huge_header()))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "stor.png har för många bildpunkter." in page
    assert "brev.pdf" not in page
    assert not Attachment.objects.exists()


def test_files_must_wait_while_others_are_looked_into(
    browser: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FilesField, "waits", 0.1)
    with slot(), slot():
        answer = send(browser, case, ("brev.pdf", PDF))

    assert answer.status_code == 400
    assert "Många filer kontrolleras just nu." in answer.content.decode()
    assert send(browser, case, ("brev.pdf", PDF)).status_code == 302


@pytest.mark.parametrize(
    ("count", "error"),
    [(0, "Välj minst en fil."), (6, "Välj högst 5 filer åt gången.")],
)
def test_files_are_one_to_five_at_a_time(
    browser: Client, case: Case, count: int, error: str
) -> None:
    answer = send(browser, case, *((f"{n}.txt", b"%d" % n) for n in range(count)))

    assert (answer.status_code, error in answer.content.decode()) == (400, True)


def test_files_sent_twice_say_so(browser: Client, case: Case) -> None:
    send(browser, case, ("brev.pdf", PDF))

    answer = send(browser, case, ("igen.pdf", PDF), follow=True)

    assert "brev.pdf fanns redan i ärendet, som fil 1." in answer.content.decode()


def test_files_of_another_unit_are_not_found(browser: Client, unit: Unit) -> None:
    other = make_deviation(make_unit("BO", unit.parent), number="BESIDE")

    assert browser.get(f"/arenden/{other.number}/filer/").status_code == 404
    assert send(browser, other, ("brev.pdf", PDF)).status_code == 404


def test_files_are_not_for_the_reporter(unit: Unit) -> None:
    reporter = make_user("reporter", (Role.STAFF, unit))
    case = make_deviation(unit, reporter=reporter)
    client = Client()
    client.force_login(reporter)

    assert client.get(f"/arenden/{case.number}/filer/").status_code == 404


def test_files_of_who_may_only_read_are_refused(unit: Unit, case: Case) -> None:
    client = Client()
    client.force_login(make_user("reader", (Role.PLANNING_OFFICER, unit)))

    assert send(client, case, ("brev.pdf", PDF)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_files_take_the_same_queries_for_one_and_three(
    browser: Client, case: Case, chief: User, rows: int, django_assert_num_queries: Any
) -> None:
    attach(case, files=[a_file(b"%d" % serial) for serial in range(rows)], actor=chief)

    with django_assert_num_queries(8):
        browser.get(f"/arenden/{case.number}/filer/")


def test_file_is_given_to_be_saved_and_never_shown(
    browser: Client, case: Case, chief: User
) -> None:
    attach(case, files=[a_file(b"<script>", "åäö \"'.txt")], actor=chief)

    answer = browser.get(f"/arenden/{case.number}/filer/1/")

    assert answer.content == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert (
        answer["Content-Disposition"]
        == "attachment; filename*=utf-8''%C3%A5%C3%A4%C3%B6%20%22%27.txt"
    )
    assert (
        answer["Content-Security-Policy"]
        == "sandbox; default-src 'none'; frame-ancestors 'none'"
    )
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == (
        "nosniff",
        "no-store",
    )


@pytest.mark.parametrize("state", ["pending", "infected"])
def test_file_that_is_not_found_clean_is_not_given(
    browser: Client, case: Case, chief: User, state: str
) -> None:
    attach(case, files=[a_file()], actor=chief)
    Attachment.objects.update(state=state)

    assert browser.get(f"/arenden/{case.number}/filer/1/").status_code == 404
    assert (
        "download" not in browser.get(f"/arenden/{case.number}/filer/").content.decode()
    )


def test_file_of_a_protected_case_is_for_the_named_readers(
    browser: Client, case: Case, chief: User
) -> None:
    attach(case, files=[a_file()], actor=chief)
    begin_protection(case, readers=[make_user("other")], actor=chief)

    assert browser.get(f"/arenden/{case.number}/filer/1/").status_code == 404


def test_body_that_is_too_large_is_answered_in_words(
    browser: Client, case: Case, settings: Any
) -> None:
    settings.LARGEST_BODY = 1_000

    answer = send(browser, case, ("brev.txt", b"x" * 2_000))

    assert (
        answer.status_code,
        "Det du skickade är för stort" in answer.content.decode(),
    ) == (413, True)
