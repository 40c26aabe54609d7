"""URLs of riskanalysis."""

from django.urls import path

from riskanalysis import views

app_name = "riskanalysis"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:number>/", views.detail, name="detail"),
]
