"""The product's own settings, for a web server whose every page fails."""

from kvalitet.settings import *  # noqa: F403

ROOT_URLCONF = "tests.failing"
