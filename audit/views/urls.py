"""URLs of the log, what its pages are called there, and who has read them."""

from django.urls import path

from audit.views import events, extracts, looking, openings

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
    path("", looking.start, name="start"),
    path("arende/<str:about>/", looking.case, name="case"),
    path("arende/<str:about>/lasare.<str:kind>", looking.export, name="case_export"),
    path("person/<str:username>/", looking.person, name="person"),
    path("uttag/", extracts.extract_list, name="extracts"),
    path("uttag/nytt/", extracts.new_extract, name="new_extract"),
    path("uttag/<str:given>/", extracts.extract, name="extract"),
    path("uttag/<str:given>/uttag.pdf", extracts.pdf, name="extract_pdf"),
]
logged_as = {
    "events": "händelser",
    "events_export": "händelser, som fil",
    "openings": "nödöppningar",
    "openings_export": "nödöppningar, som fil",
    "start": "sökning efter medarbetare i loggen",
    "case": "vem som har läst ett ärende",
    "case_export": "vem som har läst ett ärende, som fil",
    "person": "vad en medarbetare har läst",
    "extracts": "uttag ur loggen",
    "new_extract": "nytt uttag ur loggen",
    "extract": "ett uttag ur loggen",
    "extract_pdf": "ett uttag ur loggen, som PDF",
}
