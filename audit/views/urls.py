"""URLs of the log."""

from django.urls import path

from audit.views import events

app_name = "audit"
urlpatterns = [
    path("handelser/", events.events, name="events"),
    path("handelser/handelser.<str:kind>", events.export, name="events_export"),
]
