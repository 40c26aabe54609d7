"""URLs of lex Sarah."""

from django.urls import path

from lexsarah.views import (
    board,
    duties,
    handling,
    informing,
    investigating,
    papers,
    policy,
    reconciling,
    registering,
    reporting,
)

app_name = "lexsarah"
urlpatterns = [
    path("", handling.case_list, name="list"),
    path("lex-sarah.<str:kind>", handling.export, name="export"),
    path("rapport/<str:report>/", reporting.complement, name="complement"),
    path("information/", informing.information, name="information"),
    path("information/ny/", informing.plan, name="information_plan"),
    path("information/<str:unit>/", informing.of_unit, name="information_unit"),
    path("avstamning/", reconciling.reconciliation, name="reconciliation"),
    path("ta-emot-rapport/", registering.register, name="register"),
    path("vagar/", duties.routes, name="routes"),
    path("andra-vagar/<str:number>/", duties.duties, name="duties"),
    path("sammantraden/", board.meetings, name="meetings"),
    path("sammantraden/<str:body>/<str:day>/", board.meeting, name="meeting"),
    path(
        "sammantraden/<str:body>/<str:day>/protokoll/", papers.minutes, name="minutes"
    ),
    path(
        "sammantraden/<str:body>/<str:day>/protokoll.docx",
        papers.minutes_word,
        name="minutes_word",
    ),
    path(
        "sammantraden/<str:body>/<str:day>/protokoll.txt",
        papers.minutes_text,
        name="minutes_text",
    ),
    path(
        "sammantraden/<str:body>/<str:day>/handlingar.pdf", papers.papers, name="papers"
    ),
    path("ordforandebeslut/", board.chair, name="chair"),
    path("ordning/", policy.policy, name="policy"),
    path("<str:number>/ivo/", investigating.ivo, name="ivo"),
    path("<str:number>/ivo.pdf", investigating.ivo_pdf, name="ivo_pdf"),
    path("<str:number>/berorda/", investigating.concerned, name="concerned"),
    path("<str:number>/", handling.detail, name="detail"),
    path("<str:number>/<slug:name>/", handling.step, name="step"),
]
# What the log calls the pages (audit.words).
logged_as = {
    "list": "lex Sarah-ärenden",
    "export": "lex Sarah-ärenden, som fil",
    "complement": "komplettera en egen rapport enligt lex Sarah",
    "information": "årets information",
    "information_plan": "planera årets information",
    "information_unit": "vilka som har läst årets information",
    "reconciliation": "avstämning av registren",
    "register": "ta emot en rapport enligt lex Sarah",
    "routes": "andra vägar än lex Sarah",
    "duties": "andra skyldigheter i ett ärende",
    "meetings": "sammanträden",
    "meeting": "ett sammanträde",
    "minutes": "text till protokoll",
    "minutes_word": "text till protokoll, som Word",
    "minutes_text": "text till protokoll, som text",
    "papers": "handlingar till ett sammanträde",
    "chair": "ordförandebeslut",
    "policy": "ordning för lex Sarah",
    "ivo": "anmälan till IVO",
    "ivo_pdf": "anmälan till IVO, som PDF",
    "concerned": "berörda i ett lex Sarah-ärende",
    "detail": "lex Sarah-ärende",
    "step": "steg i ett lex Sarah-ärende",
}
# Who has read one of these has said that he or she reported it.
of_own_reports = {"complement"}
