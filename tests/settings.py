"""Settings of the test suite: those of the product, with a database that is fast and thrown away.

DATABASE_URL, OWNER_DATABASE_URL and those of the other logins are used when they are set (Django makes a
database of its own for tests there); otherwise an own PostgreSQL in var/test-postgres, apart from the one that
holds the demo.
"""

import os

from casework.database.logins import LOGINS
from demo.embedded import VAR_DIR, ensure_database

if not os.environ.get("DATABASE_URL"):
    _own = ensure_database(VAR_DIR / "test-postgres", durable=False)
    os.environ |= {"DATABASE_URL": _own.url(), "OWNER_DATABASE_URL": _own.owner_url()}
    os.environ |= {login.setting: _own.login_url(login) for login in LOGINS}
os.environ["REDIS_URL"] = "redis://127.0.0.1:1/0"  # closed: no test may need the broker
os.environ["PLAIN_STATIC"] = "1"
(VAR_DIR / "static").mkdir(
    parents=True, exist_ok=True
)  # where collected files would lie

from kvalitet.settings import *  # noqa: E402, F403 - reads the environment set above
from kvalitet.settings import DATABASES, INSTALLED_APPS, OWNER_DATABASE  # noqa: E402

if not OWNER_DATABASE:
    raise RuntimeError(
        "Tests run as the app role: set OWNER_DATABASE_URL to a role that may make databases"
    )

# The database of DATABASE_URL itself is never opened: even a test that forgets to ask for a database
# of its own meets only the one that is thrown away.
DATABASES["default"]["NAME"] = f"test_{DATABASES['default']['NAME']}"
DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}

# A server in another thread would else keep its connections, and with them the database.
DATABASES["default"]["CONN_MAX_AGE"] = 0

INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # its command empties tables as their owner

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Else each browser of a test would first look through all static files.
WHITENOISE_AUTOREFRESH = True
