"""URLs of deviations, for citizens and for staff."""

from django.urls import path

from deviations.public_form import public
from deviations.views import (
    escalating,
    following,
    handling,
    lowered,
    registering,
    reporting,
)

app_name = "deviations"
urlpatterns = [
    path("synpunkt/", public.complain, name="complain"),
    path("synpunkt/skriv/", public.write, name="write"),
    path("synpunkt/svar/", public.follow, name="follow"),
    path("rapportera/", reporting.report, name="report"),
    path("rapportera/kvitto/<str:number>/", reporting.receipt, name="receipt"),
    path("rapportera/utkast/", reporting.own_drafts, name="drafts"),
    path("rapportera/mina/", following.mine, name="mine"),
    path("rapportera/mina/<str:number>/", following.own, name="own"),
    path("registrera/", registering.register, name="register"),
    path("avvikelser/sankta/", lowered.lowered, name="lowered"),
    path("avvikelser/<str:number>/", handling.detail, name="detail"),
    path(
        "avvikelser/<str:number>/lex-sarah/",
        escalating.report_misconduct,
        name="escalate",
    ),
    path("avvikelser/<str:number>/<slug:name>/", handling.step, name="step"),
]
# What the log calls the pages (audit.words).
logged_as = {
    "report": "rapportera",
    "receipt": "kvitto på egen rapport",
    "drafts": "egna utkast",
    "mine": "egna rapporter",
    "own": "en egen rapport",
    "register": "registrera åt någon annan",
    "lowered": "sänkta efter rapport",
    "detail": "avvikelse eller synpunkt",
    "escalate": "rapportera enligt lex Sarah",
    "step": "steg i en avvikelse eller synpunkt",
}
# Who has read one of these has said that he or she reported it.
of_own_reports = {"drafts", "mine", "own", "receipt"}
