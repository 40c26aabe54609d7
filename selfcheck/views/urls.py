"""URLs of self-checks."""

from django.urls import path

from selfcheck.views import (
    handling,
    measuring,
    planning,
    recording,
    reviewing,
    templates,
)

app_name = "selfcheck"
urlpatterns = [
    path("", handling.case_list, name="list"),
    path("egenkontroller.<str:kind>", handling.export, name="export"),
    path("ny/", reviewing.choose, name="choose"),
    path("ny/utan-mall/", reviewing.begin, name="begin"),
    path("ny/<slug:code>/", reviewing.begin, name="begin_from"),
    path("mallar/", templates.template_list, name="templates"),
    path("mallar/ny/", templates.new_template, name="new_template"),
    path("mallar/<slug:code>/", templates.template, name="template"),
    path("plan/", planning.year, name="plan"),
    path("plan/ny/", planning.new_plan, name="new_plan"),
    path("plan/<str:unit>/<int:year>/<int:place>/", planning.plan, name="change_plan"),
    path("matserier/", measuring.series_list, name="series_list"),
    path("matserier/ny/", measuring.new_series, name="new_series"),
    path("matserier/<str:unit>/<int:place>/", measuring.series, name="series"),
    path(
        "matserier/<str:unit>/<int:place>/andra/",
        measuring.change_series,
        name="change_series",
    ),
    path(
        "matserier/<str:unit>/<int:place>/<int:year>/",
        measuring.measure,
        name="measure",
    ),
    path("<str:number>/", handling.detail, name="detail"),
    path("<str:number>/urval/", reviewing.draw, name="draw"),
    path("<str:number>/granskning/<int:file>/", reviewing.review, name="review"),
    path("<str:number>/fragor/", recording.survey, name="survey"),
    path("<str:number>/nyckeltal/", recording.indicators, name="indicators"),
    path("<str:number>/platser/", recording.places, name="places"),
    path("<str:number>/<slug:name>/", handling.step, name="step"),
]
# What the log calls the pages (audit.words).
logged_as = {
    "list": "egenkontroller",
    "export": "egenkontroller, som fil",
    "choose": "välj mall för egenkontroll",
    "begin": "ny egenkontroll",
    "begin_from": "ny egenkontroll",
    "templates": "mallar för egenkontroll",
    "new_template": "ny mall för egenkontroll",
    "template": "mall för egenkontroll",
    "plan": "plan för egenkontroll",
    "new_plan": "ny planerad egenkontroll",
    "change_plan": "planerad egenkontroll",
    "series_list": "mätserier",
    "new_series": "ny mätserie",
    "series": "mätserie",
    "change_series": "ändra en mätserie",
    "measure": "mätvärden",
    "detail": "egenkontroll",
    "draw": "urval i en egenkontroll",
    "review": "granskning i en egenkontroll",
    "survey": "frågor i en egenkontroll",
    "indicators": "nyckeltal i en egenkontroll",
    "places": "platser i en egenkontroll",
    "step": "steg i en egenkontroll",
}
