"""URLs of the organisation, and of a person's own settings."""

from django.urls import path

from organisation import views

app_name = "organisation"
urlpatterns = [
    path("konto/installningar/", views.settings, name="settings"),
    path("konto/kalender/", views.calendar, name="calendar"),
    path("konto/ersattare/", views.substitutes, name="substitutes"),
    path("konto/ersattare/avsluta/", views.end_substitute, name="end_substitute"),
    path("organisation/", views.units, name="units"),
    path("organisation/<str:code>/", views.unit, name="unit"),
    path("organisation/<str:code>/roller.<str:kind>", views.people_export, name="people"),
]
