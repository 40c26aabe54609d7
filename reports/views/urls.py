"""URLs of reports: an annual one is named by unit, year and outline, a tertial's by tertial and unit."""

from django.urls import include, path

from reports.views import (
    annual,
    checking,
    editions,
    files,
    life,
    outlines,
    sections,
    tertial,
    writing,
)

app_name = "reports"

_tertial = [
    path("", tertial.tertial, name="tertial"),
    path("bygg/", tertial.build, name="tertial_build"),
    path("bygge/", tertial.progress, name="tertial_progress"),
    path("tertialanalys.pdf", tertial.pdf, name="tertial_pdf"),
    path("tertialanalys.docx", tertial.word, name="tertial_word"),
]

_report = [
    path("", annual.report_page, name="report"),
    path("bygg/", annual.build, name="build"),
    path("bygge/", annual.progress, name="progress"),
    path("bygge/avbryt/", annual.cancel, name="cancel"),
    path("webb/", annual.web, name="web"),
    path("kvalitetsberattelse.pdf", files.pdf, name="pdf"),
    path("kvalitetsberattelse.docx", files.word, name="word"),
    path("tal.xlsx", files.excel, name="excel"),
    path("tal.csv", files.table, name="table"),
    path("figures.json", files.figures, name="figures"),
    path("utgavor/", editions.edition_list, name="editions"),
    path("utgavor/<int:edition>/", editions.edition, name="edition"),
    path(
        "utgavor/<int:edition>/kvalitetsberattelse.pdf",
        editions.edition_pdf,
        name="edition_pdf",
    ),
    path("utgavor/<int:edition>/andringar/", editions.changes, name="changes"),
    path("skriv/<slug:section>/", writing.write, name="write"),
    path("skriv/<slug:section>/forhandsgranska/", writing.preview, name="preview"),
    path("skriv/<slug:section>/utkast/", writing.draft, name="draft"),
    path("kontroll/", checking.checking, name="checking"),
    path("lage/", life.standing, name="standing"),
    path("lage/filer/", life.files_again, name="files_again"),
    path("steg/<slug:step>/", life.step, name="step"),
    path("avsnitt/<slug:section>/", sections.section, name="section"),
    path("avsnitt/<slug:section>/ansvar/", sections.assign, name="assign"),
    path("avsnitt/<slug:section>/ansvar/bort/", sections.unassign, name="unassign"),
    path(
        "avsnitt/<slug:section>/kommentar/<int:place>/", sections.remark, name="remark"
    ),
    path(
        "avsnitt/<slug:section>/version/<int:version>/",
        sections.version,
        name="version",
    ),
]

urlpatterns = [
    path("", annual.report_list, name="list"),
    path("mina-avsnitt/", sections.mine, name="mine"),
    path("mallar/", outlines.outline_list, name="outlines"),
    path("mallar/<slug:outline>/", outlines.outline, name="outline"),
    path("tertial/", tertial.tertial_list, name="tertials"),
    path("tertial/<slug:period>/<str:unit>/", include(_tertial)),
    path("<str:unit>/<int:year>/<slug:template>/", include(_report)),
]
# What the log calls the pages (audit.words).
logged_as = {
    "tertial": "tertialrapport",
    "tertial_build": "bygg en tertialrapport",
    "tertial_progress": "bygge av en tertialrapport",
    "tertial_pdf": "tertialrapport, som PDF",
    "tertial_word": "tertialrapport, som Word",
    "report": "kvalitetsberättelse",
    "build": "bygg en kvalitetsberättelse",
    "progress": "bygge av en kvalitetsberättelse",
    "cancel": "avbryt ett bygge",
    "web": "kvalitetsberättelse på webben",
    "pdf": "kvalitetsberättelse, som PDF",
    "word": "kvalitetsberättelse, som Word",
    "excel": "tal i en kvalitetsberättelse, som Excel",
    "table": "tal i en kvalitetsberättelse, som CSV",
    "figures": "tal i en kvalitetsberättelse, som data",
    "editions": "utgåvor av en kvalitetsberättelse",
    "edition": "utgåva av en kvalitetsberättelse",
    "edition_pdf": "utgåva av en kvalitetsberättelse, som PDF",
    "changes": "ändringar mellan utgåvor",
    "write": "skriv ett avsnitt",
    "preview": "förhandsgranska ett avsnitt",
    "draft": "utkast till ett avsnitt",
    "checking": "kontroll av en kvalitetsberättelse",
    "standing": "läge för en kvalitetsberättelse",
    "files_again": "filer till en utgåva",
    "step": "steg i en kvalitetsberättelse",
    "section": "avsnitt",
    "assign": "ansvar för ett avsnitt",
    "unassign": "ansvar för ett avsnitt",
    "remark": "kommentar till ett avsnitt",
    "version": "version av ett avsnitt",
    "list": "rapporter",
    "mine": "egna avsnitt",
    "outlines": "mallar för kvalitetsberättelser",
    "outline": "mall för kvalitetsberättelser",
    "tertials": "tertialrapporter",
}
