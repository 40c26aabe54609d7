"""The site on one screen: Swedish paths, public numbers, no other ids."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path

from kvalitet import public

handler404 = "casework.public.not_found"
handler500 = "kvalitet.away.failed"
urlpatterns = [
    path("", public.home, name="home"),
    path("halsa/", public.health, name="health"),
    path("tillganglighet/", public.accessibility, name="accessibility"),
    path("personuppgifter/", public.privacy, name="privacy"),
    path("konto/logga-in/", account.login, name="account_login"),
    path("konto/logga-ut/", account.logout, name="account_logout"),
    path("konto/losenord/", account.password_change, name="account_change_password"),
    path("", include("deviations.urls")),
    path("", include("casework.urls")),
    path("lex-sarah/", include("lexsarah.urls")),
    path("egenkontroll/", include("selfcheck.urls")),
    path("riskanalys/", include("riskanalysis.urls")),
    path("analys/", include("analysis.urls")),
    path("rapporter/", include("reports.urls")),
    path("kvalitetsberattelse/", include("reports.published_urls")),
    path("", include("organisation.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("stil/", public.style, name="style"))
