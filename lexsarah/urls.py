"""URLs of lexsarah."""

from django.urls import path

from lexsarah import views

app_name = "lexsarah"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:number>/", views.detail, name="detail"),
]
