"""URLs of the analysis."""

from django.urls import path

from analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("tackning/", views.coverage, name="coverage"),
]
