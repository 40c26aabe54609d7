"""URLs of lex Sarah."""

from django.urls import path

from lexsarah.views import handling, reporting

app_name = "lexsarah"
urlpatterns = [
    path("", handling.case_list, name="list"),
    path("rapport/<str:report>/", reporting.complement, name="complement"),
    path("<str:number>/", handling.detail, name="detail"),
    path("<str:number>/<slug:name>/", handling.step, name="step"),
]
