"""Settings of Kvalitet: one file, read from the environment only, safe by default.

Without DATABASE_URL the project's own embedded PostgreSQL is used (demo.embedded), and
without SECRET_KEY a random key is kept in var/: both are for trying the product out.  DEBUG is off
unless asked for, and nothing here needs to be changed to go to production.
"""

import secrets
import sys
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from casework.database.logins import LOGINS
from kvalitet.operations import limits
from kvalitet.operations.logs import CONFIG
from kvalitet.operations.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.FileAwareEnv()

DEBUG = env.bool("DEBUG", default=False)


def _own_secret(name: str) -> str:
    """Return the secret kept in var/, made on first use; production sets it in the environment."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(mode=0o755, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _own_secret("secret_key")
# A key of its own for follow-up codes: rotating SECRET_KEY must not lock citizens out.
FOLLOW_UP_KEY = env.str("FOLLOW_UP_KEY", default="") or SECRET_KEY
# Keys of what is encrypted in the database, the one to encrypt with first (casework.database.encrypted_fields).
SEALING_KEYS = env.list("SEALING_KEYS", default=[]) or [SECRET_KEY]

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
MUNICIPALITY_NAME = env.str("MUNICIPALITY_NAME", default="Exempelkommun")
# Where the product is found, for what is read outside it: mails and calendars.
SITE_URL = env.str("SITE_URL", default="")
if not SITE_URL:
    SITE_URL = (
        f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if HTTPS else "http://localhost:8000"
    )

INSTALLED_APPS = [
    "kvalitet",
    "organisation",
    "casework",
    "audit",
    "deviations",
    "lexsarah",
    "selfcheck",
    "riskanalysis",
    "analysis",
    "reports",
    "allauth",
    "allauth.account",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
# The demo and its servers are no part of the product's image.
if find_spec("demo"):
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "kvalitet.web.middleware.SecurityHeaders",
    "kvalitet.web.middleware.RefuseUnreadable",
    "kvalitet.web.middleware.NobodyOnHealth",
    "kvalitet.web.middleware.LimitBody",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "organisation.views.middleware.RememberRoles",
    "audit.recording.middleware.LogReadings",
    "audit.recording.middleware.LogRefusals",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "casework.views.middleware.SignInFirst",
    "organisation.views.middleware.RoleRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "casework.views.middleware.ForgetSentDraft",
    "reports.document.unreadable.TellOfUnreadable",
    "kvalitet.web.middleware.ReadInOwnName",
]

ROOT_URLCONF = "kvalitet.urls"
WSGI_APPLICATION = "kvalitet.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kvalitet.web.context.site",
            ],
            "builtins": ["kvalitet.templatetags.ui"],
        },
    }
]

# --- data -------------------------------------------------------------------------------------
_owner_url = env.str("OWNER_DATABASE_URL", default="")
OWN_DATABASE = not env.str("DATABASE_URL", default="")
if OWN_DATABASE:
    from demo.embedded import ensure_database

    _own = ensure_database()
    # Programs that are started from here get the address of the app role, and never the owner's.
    env.ENVIRON["DATABASE_URL"], _owner_url = _own.url(), _own.owner_url()
    _login_urls = {login.name: _own.login_url(login) for login in LOGINS}
else:
    _login_urls = {login.name: env.str(login.setting, default="") for login in LOGINS}

DATABASES = {"default": env.db_url("DATABASE_URL")}
APP_ROLE = DATABASES["default"]["USER"]
# Who owns the tables and migrates (kvalitet.operations.roles); without one the app role does that too.
OWNER_DATABASE = env.db_url_config(_owner_url) if _owner_url else None
# Who does one thing each, beside web and worker: purges, seals, reads the logs, takes the backup.
LOGIN_DATABASES = {
    name: env.db_url_config(url) for name, url in _login_urls.items() if url
}
# Who may make roles: only manage.py make_roles asks for it.
ADMIN_DATABASE_URL = env.str("ADMIN_DATABASE_URL", default="")

# Pages are served by the process that loads kvalitet.wsgi; the rest works in the background.
SERVES_PAGES = "kvalitet.wsgi" in sys.modules
_given = DATABASES["default"].get("OPTIONS", {})
DATABASES["default"]["OPTIONS"] = limits.options(
    env, "web" if SERVES_PAGES else "work", _given
)
if OWNER_DATABASE:
    OWNER_DATABASE["OPTIONS"] = limits.options(
        env, "migrate", OWNER_DATABASE.get("OPTIONS", {})
    )
for _login in LOGIN_DATABASES.values():
    _login["OPTIONS"] = limits.options(env, "work", _login.get("OPTIONS", {}))
# Outside a transaction a cursor of the server escapes statement_timeout: it is filled when it is declared.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = SERVES_PAGES
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "kvalitet.web.sessions"
SESSION_COOKIE_NAME = "__Host-kvalitet" if HTTPS else "kvalitet"
SESSION_COOKIE_AGE = 10 * 60 * 60
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
BROWSER_COOKIE_NAME = (
    "__Host-webblasare" if HTTPS else "webblasare"
)  # organisation.browsers
CSRF_FAILURE_VIEW = "casework.views.public.stale_form"

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "organisation.sign_in.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = False  # there is one limiter, ours: theirs counts per process
ACCOUNT_FORMS = {"change_password": "organisation.lists.forms.ChangePasswordForm"}

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_I18N = True

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("PLAIN_STATIC", default=False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or env.bool("PLAIN_STATIC", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20  # a case takes five at once, and says so itself
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # what is larger waits on disk, not in memory
LARGEST_BODY = 60_000_000
# The virus scanner that files are shown to, host:port of clamd; without one they are clean at once.
CLAMAV = env.str("CLAMAV", default="")

# --- seals (docs/logg.md): only manage.py seal is given the key, and says where its heads go ------------------
SEALER_KEY = env.str("SEALER_KEY", default="")
SEAL_FILE = env.str("SEAL_FILE", default="")
SEAL_SYSLOG = env.str("SEAL_SYSLOG", default="")
SEAL_MAIL = env.list("SEAL_MAIL", default=[])

# --- security headers -------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if HTTPS else 0
# 0 where the product has a name that others stand under, as kommun.se, and not all of them have HTTPS.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.bool(
    "HSTS_SUBDOMAINS", default=True
)
# How many proxies of ours each request has passed, and so which address in X-Forwarded-For is the client's.
TRUSTED_PROXIES = env.int(
    "TRUSTED_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False))
)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- limits (organisation.limiter): after so many an hour one must wait, and nobody is refused -------
FILINGS_AN_HOUR = env.int(
    "FILINGS_AN_HOUR", default=60
)  # complaints and messages from one source
ALL_FILINGS_AN_HOUR = env.int("ALL_FILINGS_AN_HOUR", default=1000)
LOOK_UPS_AN_HOUR = env.int(
    "LOOK_UPS_AN_HOUR", default=120
)  # wrong codes from one source
FAILED_LOGINS_AN_HOUR = env.int(
    "FAILED_LOGINS_AN_HOUR", default=240
)  # from one source, any accounts
for _limit in (
    FILINGS_AN_HOUR,
    ALL_FILINGS_AN_HOUR,
    LOOK_UPS_AN_HOUR,
    FAILED_LOGINS_AN_HOUR,
):
    if _limit < 1 or TRUSTED_PROXIES < 0:
        raise ImproperlyConfigured(
            "Limits are at least 1 an hour, and TRUSTED_PROXIES at least 0."
        )

# --- mail -------------------------------------------------------------------------------------
# Without EMAIL_URL no mail is sent: mails are written and kept (casework.background.mails).
globals().update(
    env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://")
)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = (
    env.str("EMAIL_FROM", default="") or "Kvalitet <kvalitet@localhost>"
)

# --- background work --------------------------------------------------------------------------
# The broker only carries a nudge: every job lives as a row in PostgreSQL (casework.background.jobs), so Redis
# may be empty, slow or gone.  The web process never talks to it.
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- what is removed when it has been of use (casework.background.emptying, docs/gallring.md) -----------------
KEEP_AT_LEAST = 14  # days: what a week's digest was made of says that it has been made


def _days_kept(name: str) -> int:
    """Return for how many days something is kept."""
    days: int = env.int(name, default=90)
    if days < KEEP_AT_LEAST:
        raise ImproperlyConfigured(f"{name} ska vara minst {KEEP_AT_LEAST} dagar.")
    return days


KEEP_JOBS_DAYS = _days_kept("KEEP_JOBS_DAYS")
KEEP_NOTICES_DAYS = _days_kept("KEEP_NOTICES_DAYS")
KEEP_MAILS_DAYS = _days_kept("KEEP_MAILS_DAYS")

# --- log --------------------------------------------------------------------------------------
# Ids and status only: no personal data, no request bodies and no addresses reach a log.
LOGGING_CONFIG = "kvalitet.operations.logs.configure"
LOGGING = CONFIG
