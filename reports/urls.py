"""URLs of reports: an annual one is named by unit, year and outline, a tertial's by tertial and unit."""

from django.urls import include, path

from reports.views import annual, tertial

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
    path("webb/", annual.web, name="web"),
    path("kvalitetsberattelse.pdf", annual.pdf, name="pdf"),
    path("figures.json", annual.figures, name="figures"),
    path("skriv/<slug:section>/", annual.write, name="write"),
]

urlpatterns = [
    path("", annual.report_list, name="list"),
    path("tertial/", tertial.tertial_list, name="tertials"),
    path("tertial/<slug:period>/<str:unit>/", include(_tertial)),
    path("<str:unit>/<int:year>/<slug:template>/", include(_report)),
]
