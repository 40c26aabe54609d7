"""URLs of published reports, which anyone may read: named by year and unit."""

from django.urls import path

from reports.publishing import public

app_name = "published"

urlpatterns = [
    path("", public.published_list, name="list"),
    path("<int:year>/<str:unit>/", public.report, name="report"),
    path("<int:year>/<str:unit>/kvalitetsberattelse.pdf", public.pdf, name="pdf"),
    path("<int:year>/<str:unit>/arkiv.pdf", public.archive, name="archive"),
    path("<int:year>/<str:unit>/kvalitetsberattelse.docx", public.word, name="word"),
    path("<int:year>/<str:unit>/tal.csv", public.table, name="table"),
    path("<int:year>/<str:unit>/tal.xlsx", public.excel, name="excel"),
]
