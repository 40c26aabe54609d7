"""URLs of self-checks."""

from django.urls import path

from selfcheck.views import (
    handling,
    log_checks,
    measuring,
    planning,
    recording,
    reviewing,
    templates,
    uploading,
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
        "matserier/<str:unit>/<int:place>/rakna/",
        measuring.count_series,
        name="count_series",
    ),
    path(
        "matserier/<str:unit>/<int:place>/<int:year>/",
        measuring.measure,
        name="measure",
    ),
    path("loggkontroller/", log_checks.log_checks, name="log_checks"),
    path("loggkontroller/ny/", log_checks.new_log_check, name="new_log_check"),
    path("<str:number>/", handling.detail, name="detail"),
    path("<str:number>/urval/", reviewing.draw, name="draw"),
    path("<str:number>/granskning/<int:file>/", reviewing.review, name="review"),
    path("<str:number>/fragor/", recording.survey, name="survey"),
    path("<str:number>/nyckeltal/", recording.indicators, name="indicators"),
    path("<str:number>/platser/", recording.places, name="places"),
    path("<str:number>/logg/", log_checks.readings, name="readings"),
    path("<str:number>/logg/urval/", log_checks.draw_readings, name="draw_readings"),
    path("<str:number>/logg/fil/", uploading.upload, name="upload_log"),
    path("<str:number>/logg/<int:place>/", log_checks.reading, name="reading"),
    path("<str:number>/logg/protokoll.pdf", log_checks.log_record, name="log_record"),
    path("<str:number>/<slug:name>/", handling.step, name="step"),
]
