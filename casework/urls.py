"""URLs over all kinds of cases."""

from django.urls import path

from casework.views import inbox, measures

app_name = "casework"
urlpatterns = [
    path("inkorg/", inbox.inbox, name="inbox"),
    path("arenden/<str:number>/", inbox.case, name="case"),
    path("atgarder/", measures.actions, name="actions"),
]
