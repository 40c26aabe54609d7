"""The site on one screen: Swedish paths, public numbers, no other ids."""

from allauth.account.views import logout
from django.conf import settings
from django.urls import include, path

from kvalitet.web import public
from organisation.access import role_not_required
from organisation.views.pages import change_password
from organisation.views.public import sign_in

handler404 = "casework.views.public.not_found"
handler500 = "kvalitet.web.away.failed"
urlpatterns = [
    path("", public.home, name="home"),
    path("halsa/", public.health, name="health"),
    path("tillganglighet/", public.accessibility, name="accessibility"),
    path("personuppgifter/", public.privacy, name="privacy"),
    path("konto/logga-in/", sign_in, name="account_login"),
    path("konto/logga-ut/", role_not_required(logout), name="account_logout"),
    path("konto/losenord/", change_password, name="account_change_password"),
    path("", include("deviations.views.urls")),
    path("", include("casework.views.urls")),
    path("lex-sarah/", include("lexsarah.views.urls")),
    path("egenkontroll/", include("selfcheck.views.urls")),
    path("riskanalys/", include("riskanalysis.views.urls")),
    path("analys/", include("analysis.views.urls")),
    path("rapporter/", include("reports.views.urls")),
    path("kvalitetsberattelse/", include("reports.publishing.urls")),
    path("logg/", include("audit.views.urls")),
    path("", include("organisation.views.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("stil/", public.style, name="style"))
