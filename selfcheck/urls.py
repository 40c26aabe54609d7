"""URLs of selfcheck."""

from django.urls import path

from selfcheck import views

app_name = "selfcheck"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<str:number>/", views.detail, name="detail"),
]
