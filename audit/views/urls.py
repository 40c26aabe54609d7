"""URLs of the log."""

from django.urls import path

from audit.views import openings

app_name = "audit"
urlpatterns = [
    path("nodoppningar/", openings.openings, name="openings"),
    path(
        "nodoppningar/nodoppningar.<str:kind>",
        openings.export,
        name="openings_export",
    ),
]
