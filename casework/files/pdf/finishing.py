"""What those who listen and those who keep still lack in a PDF from the layout engine."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

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


def tidy(document: Any, *, prefix: str = "") -> None:
    """Scope header cells, print links and silence running heads; `prefix` makes the names of cells unique."""
    spoken: dict[tuple[int, int], set[int]] = {}
    for element, head in _elements(document.Root.StructTreeRoot.K):
        _tidy_element(element, head=head)
        if prefix:
            _rename(element, prefix)
        marks = {kid for kid in element.get("/K", []) if isinstance(kid, int)}
        if marks:
            spoken.setdefault(element.Pg.objgen, set()).update(marks)
    for page in document.pages:
        for annotation in page.get("/Annots", []):
            annotation.F = 4
        _silence(document, page, spoken.get(page.obj.objgen, set()))
    if prefix:
        _retag(document, prefix)


def _tidy_element(element: Any, *, head: bool) -> None:
    if element.S == "/TH":
        element.A.Scope = pikepdf.Name.Column if head else pikepdf.Name.Row
    elif element.S == "/L":
        _regroup(element)


def seal(
    document: Any, data: Sequence[dict[str, str]] = (), *, archive: bool = False
) -> bytes:
    """Return the finished file, for the archive with its data: the same document gives the same bytes."""
    document.Root.PageMode = pikepdf.Name.UseOutlines
    if archive:
        _declare_accessible(document)
        _carry(document, data)
    return written(document)


def written(document: Any) -> bytes:
    """Return a document's bytes, in which nothing is of the day or of chance."""
    out = io.BytesIO()
    document.save(
        out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
    )
    return out.getvalue()


def _declare_accessible(document: Any) -> None:
    """Say that an archive PDF is PDF/UA-1 too, in words that PDF/A wants explained (ISO 19005-3, 6.6.2)."""
    metadata = document.Root.Metadata
    told = metadata.read_bytes().replace(
        b"</rdf:RDF>", ACCESSIBLE.encode() + b"</rdf:RDF>"
    )
    document.Root.Metadata = document.make_stream(
        told, Type=metadata.Type, Subtype=metadata.Subtype
    )


def _carry(document: Any, data: Sequence[dict[str, str]]) -> None:
    """Embed files as the data of the document (ISO 19005-3, 6.8), dated as the document is."""
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
        waiting += [
            (kid, head)
            for kid in element.get("/K", [])
            if hasattr(kid, "S") and "/S" in kid
        ]


def _rename(element: Any, prefix: str) -> None:
    """The layout engine names header cells by their place in the document: unique only within it."""
    if "/ID" in element:
        element.ID = pikepdf.String(f"{prefix}-{element.ID}")
    if "/A" in element and "/Headers" in element.A:
        named = [pikepdf.String(f"{prefix}-{header}") for header in element.A.Headers]
        element.A.Headers = pikepdf.Array(named)


def _retag(document: Any, prefix: str) -> None:
    """Two subsets of one font in a file have different tags before its name (ISO 32000-1, 9.6.4)."""
    for part in document.objects:
        for key in ("/BaseFont", "/FontName"):
            if isinstance(part, pikepdf.Dictionary) and "+" in (
                name := str(part.get(key, ""))
            ):
                digest = hashlib.sha256(f"{prefix}{name}".encode()).digest()
                tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
                part[key] = pikepdf.Name(f"/{tag}+{name.partition('+')[2]}")


def _regroup(tagged: Any) -> None:
    """`<dl>` with its pairs in `<div>` becomes a group of lists: a list itself may hold nothing but items."""
    groups = [kid for kid in tagged.K if "/S" in kid and kid.S == "/Div"]
    if groups:
        tagged.S = pikepdf.Name.Div
    for group in groups:
        group.S = pikepdf.Name.L


def _silence(document: Any, page: Any, spoken: set[int]) -> None:
    """Content on no structure element (running head and foot) becomes an artifact, never to be read out."""
    begin = pikepdf.Operator("BDC")
    silent = pikepdf.ContentStreamInstruction(
        [pikepdf.Name.Artifact, pikepdf.Dictionary(Type=pikepdf.Name.Pagination)], begin
    )
    content = [
        silent
        if step.operator == begin
        and "/MCID" in step.operands[1]
        and step.operands[1].MCID not in spoken
        else step
        for step in pikepdf.parse_content_stream(page)
    ]
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(content))
