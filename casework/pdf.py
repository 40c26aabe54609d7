"""HTML to PDF/UA-1 in a child process with no way to files or network, and with an end of time and memory.

The caller imports only the standard library. The layout engine is loaded in the child
(`python -m casework.pdf`), which limits itself before it reads a byte, dies with its parent and knows
neither Django nor any secret of the environment.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import io
import json
import logging
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
STYLE = "css/report.css"
FONTS = "fonts/print/"
# RFC 2606: a host under .invalid exists nowhere, so that not even a hole in the fetcher reaches anything.
ORIGIN = "https://static.invalid/"
# What the layout engine needs to find its libraries and fonts; the passwords of the environment stay outside.
PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME")
TOO_LARGE, TOO_DEEP = 3, 4
PR_SET_PDEATHSIG = 1
ACCESSIBLE = """<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""

logger = logging.getLogger(__name__)


class PdfError(Exception):
    """The document did not become a PDF; the text says why, to the person who asked for it."""


@dataclass(frozen=True)
class Data:
    """A text file that an archive PDF carries: what its tables and charts were made from."""

    name: str
    description: str
    media_type: str
    content: str


def stylesheet() -> str:
    """Return the style that documents are laid out with today, for whoever keeps it beside a document."""
    return (STATIC / STYLE).read_text(encoding="utf-8")


def render_pdf(
    html: str,
    *,
    style: str = "",
    archive: bool = False,
    data: Sequence[Data] = (),
    on_tick: Callable[[], None] | None = None,
    seconds: int = 120,
    memory_mb: int = 1024,
) -> bytes:
    """The document as PDF/UA-1; the same HTML gives the same bytes. `on_tick` comes about once a second.

    `style` is the style sheet that it was laid out with once, if not today's. For the archive it becomes
    PDF/A-3a and PDF/UA-1 in one (ISO 19005-3), which may carry `data`.
    """
    asked = {"html": html, "style": style or stylesheet(), "archive": archive}
    asked["data"] = [asdict(file) for file in data]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kvalitet-pdf-"))
        # Files and not pipes: a pipe that nobody empties stops its writer, and a file needs no one to wait.
        page, pdf, messages = (stack.enter_context(tempfile.TemporaryFile(dir=folder)) for _ in range(3))
        # Half a surrogate pair is no text: it becomes a question mark, as it would in a file.
        page.write(json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace"))
        page.seek(0)
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "casework.pdf", str(os.getpid()), str(seconds), str(memory_mb)],
            cwd=ROOT,
            env={**environment, "LC_ALL": "C.UTF-8", "TMPDIR": folder},
            stdin=page,
            stdout=pdf,
            stderr=messages,
            start_new_session=True,
        )
        try:
            code = _wait(process, on_tick, seconds)
        finally:
            _end(process)
        pdf.seek(0)
        finished = pdf.read()
        if code == 0 and finished.startswith(b"%PDF-"):
            return finished
        messages.seek(0)
        reason = messages.read()[-2000:].decode("utf-8", "replace")
    logger.error("pdf failed, code %s: %s", code, reason)
    raise PdfError(_reason(code, seconds, memory_mb))


def _wait(process: subprocess.Popen[bytes], on_tick: Callable[[], None] | None, seconds: int) -> int:
    """The child's exit code, or the end of patience; a sign of life to the caller every second."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(timeout=1)
        if time.monotonic() > deadline:
            raise PdfError(_too_slow(seconds))
        if on_tick:
            on_tick()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of the child is left, however the wait ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _reason(code: int, seconds: int, memory_mb: int) -> str:
    # The C libraries abort where Python would have raised MemoryError.
    if code in (TOO_LARGE, -signal.SIGABRT, -signal.SIGTRAP, -signal.SIGSEGV):
        return (
            f"Dokumentet är för stort för att bli en PDF: det behöver mer än {memory_mb} MB minne. "
            "Korta de längsta texterna och tabellerna och försök igen."
        )
    if code == TOO_DEEP:
        return (
            "Dokumentet kunde inte bli en PDF, för någon text är för djupt indragen. "
            "Förenkla listorna i den och försök igen."
        )
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(seconds)
    return (
        "Dokumentet kunde inte bli en PDF på grund av ett fel i systemet. "
        "Felet är loggat. Försök igen om en stund."
    )


def _too_slow(seconds: int) -> str:
    return (
        f"Dokumentet hann inte bli en PDF på {seconds} sekunder. "
        "Korta de längsta texterna och tabellerna och försök igen."
    )


def main(parent: int, seconds: int, memory_mb: int) -> int:
    """The child: limits first, then the document from standard input, then the PDF to standard output."""
    _confine(parent, seconds, memory_mb)
    # Loaded before the document takes its memory, or a lack of it would look like a broken installation.
    for library in ("weasyprint", "pikepdf"):
        importlib.import_module(library)
    try:
        asked = json.loads(sys.stdin.buffer.read())
        pdf = _finish(_lay_out(asked), asked["data"], archive=asked["archive"])
    except (MemoryError, SystemError):  # the latter where C code failed to allocate and did not say why
        return TOO_LARGE
    except RecursionError:
        return TOO_DEEP
    sys.stdout.buffer.write(pdf)
    return 0


def _confine(parent: int, seconds: int, memory_mb: int) -> None:
    """Time, memory, no core file; and never alive without the process that asked."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _lay_out(asked: dict[str, Any]) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    _forbid_network()
    fetcher = _fetcher()
    fonts = FontConfiguration()
    style = CSS(string=asked["style"], base_url=ORIGIN + STYLE, url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=asked["html"], url_fetcher=fetcher)
    variant = "pdf/a-3a" if asked["archive"] else "pdf/ua-1"
    pdf: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant=variant)
    return pdf


def _forbid_network() -> None:
    """The second wall behind the fetcher: in this process no Python code may look up a host or connect."""

    def refuse(event: str, _: Any) -> None:
        if event.startswith("socket."):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _fetcher() -> Any:
    """The only addresses there are: our print fonts. All others, `file:` and `data:` too, are refused."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    files = {f"{ORIGIN}{FONTS}{path.name}": path for path in (STATIC / FONTS).glob("*.woff2")}

    class ClosedFetcher(URLFetcher):
        def fetch(self, url: str, _headers: dict[str, str] | None = None) -> Any:
            if url not in files:
                raise ValueError("address outside the report")
            return URLFetcherResponse(url, files[url].read_bytes(), {"Content-Type": "font/woff2"})

    return ClosedFetcher(allowed_protocols=(), allow_redirects=False)


def _finish(pdf: bytes, data: Sequence[dict[str, str]] = (), *, archive: bool = False) -> bytes:
    """What those who listen still lack: header scope, printable links, running heads that keep silent."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        spoken: dict[tuple[int, int], set[int]] = {}
        for element, head in _elements(document.Root.StructTreeRoot.K):
            if element.S == "/TH":
                element.A.Scope = pikepdf.Name.Column if head else pikepdf.Name.Row
            elif element.S == "/L":
                _regroup(element)
            marks = {kid for kid in element.get("/K", []) if isinstance(kid, int)}
            if marks:
                spoken.setdefault(element.Pg.objgen, set()).update(marks)
        for page in document.pages:
            for annotation in page.get("/Annots", []):
                annotation.F = 4
            _silence(document, page, spoken.get(page.obj.objgen, set()))
        document.Root.PageMode = pikepdf.Name.UseOutlines
        if archive:
            _declare_accessible(document)
            _carry(document, data)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _declare_accessible(document: Any) -> None:
    """Say that an archive PDF is PDF/UA-1 too, in words that PDF/A wants explained (ISO 19005-3, 6.6.2)."""
    metadata = document.Root.Metadata
    told = metadata.read_bytes().replace(b"</rdf:RDF>", ACCESSIBLE.encode() + b"</rdf:RDF>")
    document.Root.Metadata = document.make_stream(told, Type=metadata.Type, Subtype=metadata.Subtype)


def _carry(document: Any, data: Sequence[dict[str, str]]) -> None:
    """Embed files as the data of the document (ISO 19005-3, 6.8), dated as the document is."""
    import pikepdf

    day = str(document.docinfo.get("/CreationDate", ""))
    specifications = pikepdf.Array()
    for file in data:
        carried = pikepdf.AttachedFileSpec(
            document,
            file["content"].encode("utf-8", "replace"),
            filename=file["name"],
            description=file["description"],
            mime_type=file["media_type"],
            creation_date=day,
            mod_date=day,
        )
        carried.obj.AFRelationship = pikepdf.Name.Data
        document.attachments[file["name"]] = carried
        specifications.append(carried.obj)
    document.Root.AF = specifications


def _elements(kids: Any) -> Iterator[tuple[Any, bool]]:
    """Every structure element that a reader reaches, and whether it stands in a table head."""
    waiting = [(kid, False) for kid in kids]
    while waiting:
        element, head = waiting.pop()
        yield element, head
        head = head or element.S == "/THead"
        waiting += [(kid, head) for kid in element.get("/K", []) if hasattr(kid, "S") and "/S" in kid]


def _regroup(tagged: Any) -> None:
    """`<dl>` with its pairs in `<div>` becomes a group of lists: a list itself may hold nothing but items."""
    import pikepdf

    groups = [kid for kid in tagged.K if "/S" in kid and kid.S == "/Div"]
    if groups:
        tagged.S = pikepdf.Name.Div
    for group in groups:
        group.S = pikepdf.Name.L


def _silence(document: Any, page: Any, spoken: set[int]) -> None:
    """Content on no structure element (running head and foot) becomes an artifact, never to be read out."""
    import pikepdf

    begin = pikepdf.Operator("BDC")
    silent = pikepdf.ContentStreamInstruction(
        [pikepdf.Name.Artifact, pikepdf.Dictionary(Type=pikepdf.Name.Pagination)], begin
    )
    content = [
        silent
        if step.operator == begin and "/MCID" in step.operands[1] and step.operands[1].MCID not in spoken
        else step
        for step in pikepdf.parse_content_stream(page)
    ]
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(content))


if __name__ == "__main__":
    code = main(*map(int, sys.argv[1:]))
    sys.stdout.flush()
    # Straight out: the interpreter's own tidying costs a second and nothing needs it.
    os._exit(code)
