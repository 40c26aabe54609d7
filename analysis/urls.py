"""URLs of the analysis."""

from django.urls import path

from analysis.views import overview

app_name = "analysis"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("tackning/", overview.coverage, name="coverage"),
]
