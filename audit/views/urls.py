"""URLs of the log."""

from django.urls import path

from audit.views import events, openings

app_name = "audit"
urlpatterns = [
    path("handelser/", events.events, name="events"),
    path("handelser/handelser.<str:kind>", events.export, name="events_export"),
    path("nodoppningar/", openings.openings, name="openings"),
    path(
        "nodoppningar/nodoppningar.<str:kind>",
        openings.export,
        name="openings_export",
    ),
]
