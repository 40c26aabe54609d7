"""URLs of deviations, for citizens and for staff."""

from django.urls import path

from deviations import public, views

app_name = "deviations"
urlpatterns = [
    path("synpunkt/", public.complain, name="complain"),
    path("synpunkt/skriv/", public.write, name="write"),
    path("synpunkt/svar/", public.follow, name="follow"),
    path("rapportera/", views.report, name="report"),
    path("rapportera/kvitto/<str:number>/", views.receipt, name="receipt"),
    path("avvikelser/<str:number>/", views.detail, name="detail"),
    path("avvikelser/<str:number>/<slug:name>/", views.step, name="step"),
]
