"""URLs of analysis."""

from django.urls import URLPattern

app_name = "analysis"
urlpatterns: list[URLPattern] = []
