"""Settings of the test suite: those of the product, with a database that is fast and thrown away.

DATABASE_URL is used when it is set (Django makes a database of its own for tests there); otherwise
an own PostgreSQL in var/test-postgres, apart from the one that holds the demo.
"""

import os

from kvalitet.embedded import VAR_DIR, ensure_database

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = ensure_database(VAR_DIR / "test-postgres", durable=False)
os.environ["REDIS_URL"] = "redis://127.0.0.1:1/0"  # closed: no test may need the broker
os.environ["PLAIN_STATIC"] = "1"

from kvalitet.settings import *  # noqa: F403 - reads the environment set above
from kvalitet.settings import DATABASES, STATIC_ROOT

# Tests with real transactions empty the append-only log afterwards, which its trigger else refuses.
DATABASES["default"]["OPTIONS"] = {"options": "-c kvalitet.allow_truncate=on"}
os.makedirs(STATIC_ROOT, exist_ok=True)  # noqa: PTH103 -- a plain string in Django's settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
