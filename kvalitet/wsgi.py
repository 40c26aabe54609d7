"""WSGI entry point for gunicorn."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kvalitet.settings")


class Handler(WSGIHandler):
    """Django's handler, which fails on a Content-Type that cannot be read: here it says nothing."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            environ["CONTENT_TYPE"] = ""
        return super().__call__(environ, start_response)


django.setup(set_prefix=False)
application = Handler()
