"""URLs of lexsarah."""

from django.urls import URLPattern

app_name = "lexsarah"
urlpatterns: list[URLPattern] = []
