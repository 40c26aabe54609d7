"""URLs of the organisation, and of a person's own settings."""

from django.urls import path

from organisation.views import pages

app_name = "organisation"
urlpatterns = [
    path("konto/installningar/", pages.settings, name="settings"),
    path("konto/kalender/", pages.calendar, name="calendar"),
    path("konto/ersattare/", pages.substitutes, name="substitutes"),
    path("konto/ersattare/avsluta/", pages.end_substitute, name="end_substitute"),
    path("organisation/", pages.units, name="units"),
    path("organisation/<str:code>/", pages.unit, name="unit"),
    path(
        "organisation/<str:code>/roller.<str:kind>", pages.people_export, name="people"
    ),
]
