"""URLs of risk analyses."""

from django.urls import path

from riskanalysis.views import analysing, handling, prompting

app_name = "riskanalysis"
urlpatterns = [
    path("", handling.case_list, name="list"),
    path("riskanalyser.<str:kind>", handling.export, name="export"),
    path("ny/", analysing.plan, name="plan"),
    path("anledningar/", prompting.prompts, name="prompts"),
    path("anledningar/behovs-inte/", prompting.answer_prompt, name="answer_prompt"),
    path("<str:number>/", handling.detail, name="detail"),
    path("<str:number>/risker/ny/", analysing.new_risk, name="new_risk"),
    path("<str:number>/risker/<int:place>/", analysing.risk, name="risk"),
    path("<str:number>/<slug:name>/", handling.step, name="step"),
]
# What the log calls the pages (audit.words).
logged_as = {
    "list": "riskanalyser",
    "export": "riskanalyser, som fil",
    "plan": "ny riskanalys",
    "prompts": "anledningar till riskanalys",
    "answer_prompt": "svar på en anledning till riskanalys",
    "detail": "riskanalys",
    "new_risk": "ny risk",
    "risk": "en risk",
    "step": "steg i en riskanalys",
}
