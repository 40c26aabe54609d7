"""URLs over all kinds of cases."""

from django.urls import path

from casework import views

app_name = "casework"
urlpatterns = [
    path("inkorg/", views.inbox, name="inbox"),
    path("arenden/<str:number>/", views.case, name="case"),
    path("atgarder/", views.actions, name="actions"),
]
