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
# What the log calls the pages (audit.words).
logged_as = {
    "settings": "egna inställningar",
    "calendar": "egen kalender",
    "substitutes": "utse en ersättare",
    "end_substitute": "avsluta en ersättare",
    "units": "organisationen",
    "unit": "en enhet med roller",
    "people": "roller i en enhet, som fil",
}
