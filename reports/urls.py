"""URLs of annual reports: a report is named by its unit's code, its year and its outline."""

from django.urls import include, path

from reports import views

app_name = "reports"

_report = [
    path("", views.report_page, name="report"),
    path("bygg/", views.build, name="build"),
    path("bygge/", views.progress, name="progress"),
    path("webb/", views.web, name="web"),
    path("kvalitetsberattelse.pdf", views.pdf, name="pdf"),
    path("figures.json", views.figures, name="figures"),
    path("skriv/<slug:section>/", views.write, name="write"),
]

urlpatterns = [
    path("", views.report_list, name="list"),
    path("<str:unit>/<int:year>/<slug:template>/", include(_report)),
]
