"""URLs of the analysis."""

from django.urls import path

from analysis.views import ask, overview, rows, tertial, unit, workspace

app_name = "analysis"
urlpatterns = [
    path("", workspace.workspace, name="overview"),
    path("aret/", overview.overview, name="year"),
    path("tackning/", overview.coverage, name="coverage"),
    path(
        "tackning/tackning.<str:kind>", overview.coverage_export, name="coverage_export"
    ),
    path("underlag/", rows.rows, name="rows"),
    path("underlag/underlag.<str:kind>", rows.export, name="rows_export"),
    path("fraga/", ask.ask, name="ask"),
    path("fraga/tabell.xlsx", ask.excel, name="ask_excel"),
    path("fraga/tabell.csv", ask.csv, name="ask_csv"),
    path("fraga/sparade/", ask.saved, name="saved_questions"),
    path("enhet/", unit.unit, name="unit"),
    path("enhet/blad/", unit.sheet, name="unit_sheet"),
    path("oppna/", tertial.open_tertial, name="open"),
    path("<str:number>/", tertial.detail, name="detail"),
    path("<str:number>/monster/<int:place>/", tertial.pattern, name="pattern"),
    path("<str:number>/<slug:name>/", tertial.step, name="step"),
]
# What the log calls the pages (audit.words).
logged_as = {
    "overview": "analys",
    "year": "året i siffror",
    "coverage": "täckning",
    "coverage_export": "täckning, som fil",
    "rows": "rader bakom ett tal",
    "rows_export": "rader bakom ett tal, som fil",
    "ask": "fråga till registren",
    "ask_excel": "fråga till registren, som Excel",
    "ask_csv": "fråga till registren, som CSV",
    "saved_questions": "sparade frågor",
    "unit": "enheten över tid",
    "unit_sheet": "blad till arbetsplatsträffen",
    "open": "öppna ett tertials analyser",
    "detail": "tertialanalys",
    "pattern": "mönster i en tertialanalys",
    "step": "steg i en tertialanalys",
}
