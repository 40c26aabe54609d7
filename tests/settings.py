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
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)  # where collected files would lie

from kvalitet.settings import *  # noqa: E402, F403 - reads the environment set above
from kvalitet.settings import DATABASES  # noqa: E402

# The database of DATABASE_URL itself is never opened: even a test that forgets to ask for a database
# of its own meets only the one that is thrown away.
DATABASES["default"]["NAME"] = f"test_{DATABASES['default']['NAME']}"
DATABASES["default"]["TEST"] = {"NAME": DATABASES["default"]["NAME"]}

# A server in another thread would else keep its connections, and with them the database.
DATABASES["default"]["CONN_MAX_AGE"] = 0

# Tests with real transactions empty every table after themselves, the append-only log too.
_options = DATABASES["default"].setdefault("OPTIONS", {})
_options["options"] = f"{_options.get('options', '')} -c kvalitet.allow_truncate=on".strip()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
