"""URLs of riskanalysis."""

from django.urls import URLPattern

app_name = "riskanalysis"
urlpatterns: list[URLPattern] = []
