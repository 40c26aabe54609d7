"""URLs of the organisation."""

from django.urls import path

from organisation import views

app_name = "organisation"
urlpatterns = [
    path("", views.units, name="units"),
    path("<str:code>/", views.unit, name="unit"),
]
