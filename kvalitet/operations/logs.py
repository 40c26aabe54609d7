"""The log of web, worker, scheduler and commands: ids, numbers and places, never what people have written.

Our own messages are written with that in mind.  What a library says when something fails is not: it quotes
addresses, headers, arguments and the exception.  So its words are kept only as they stand in its own source,
with the numbers filled in.
"""

from __future__ import annotations

import datetime as dt
import logging
import logging.config
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from casework.background.faults import without_values

OWN = {
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
}
# What Celery tells of a task by name: which one it was.
SAFE = {"id", "name", "hostname", "description"}
LEFT_OUT = "…"


class Line(logging.Formatter):
    """One line for each event, with the time in UTC; after it a fault's kinds and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record without any value that may come from a row, a form or a request."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(
            timespec="milliseconds"
        )
        words = _words(record).replace("\n", " ")
        line = f"{at} {record.levelname} {record.name} {words}"
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return line
        # A database that is away fails every request in the same way: its kind is enough.
        is_expected = getattr(record, "status_code", None) == 503
        return f"{line}\n{without_values(error, with_places=not is_expected)}"


def _words(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OWN:
        return record.getMessage()
    if request := getattr(record, "request", None):
        return _of_request(record, request)
    if record.levelno < logging.WARNING:
        return record.getMessage()
    place = f"({record.module}.py:{record.lineno} {record.funcName})"
    if not _stands_in_the_source(record):
        return place
    return f"{_filled(record.msg, record.args)} {place}"


def _of_request(record: logging.LogRecord, request: Any) -> str:
    """Tell which page it was by its pattern: an address may hold a key, and a query what was searched for."""
    page = getattr(getattr(request, "resolver_match", None), "route", None)
    status = getattr(record, "status_code", LEFT_OUT)
    return f"{status} {getattr(request, 'method', LEFT_OUT)} {LEFT_OUT if page is None else '/' + page}"


def _stands_in_the_source(record: logging.LogRecord) -> bool:
    """Tell whether the words are those of the library that logged them, and not put together when it ran."""
    return isinstance(record.msg, str) and record.msg in _source(Path(record.pathname))


@cache
def _source(path: Path) -> str:
    """Return the text of the whole package that a module is of, or of the module if it is alone."""
    folder = path.parent
    if not (folder / "__init__.py").exists():
        return (
            path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        )
    while (folder.parent / "__init__.py").exists():
        folder = folder.parent
    return "\0".join(
        one.read_text(encoding="utf-8", errors="replace")
        for one in folder.rglob("*.py")
    )


def _filled(template: str, values: Any) -> str:
    if not values:
        return template
    try:
        if isinstance(values, Mapping):
            return template % {
                name: value if name in SAFE else LEFT_OUT
                for name, value in values.items()
            }
        return template % tuple(
            value if isinstance(value, int | float) else LEFT_OUT for value in values
        )
    except (
        TypeError,
        ValueError,
    ):  # a number was asked for where we leave something out
        return template


def configure(config: dict[str, Any]) -> None:
    """Log as the settings say, also what nobody catches; Django calls it when it starts."""
    logging.config.dictConfig(config)
    logging.raiseExceptions = (
        False  # a record that cannot be written would be shown whole instead
    )
    sys.excepthook = _uncaught
    threading.excepthook = lambda fault: _fault(
        fault.exc_value, "a thread was stopped by a fault"
    )
    sys.unraisablehook = lambda fault: _fault(
        fault.exc_value, "a fault that nobody could be told"
    )


def _uncaught(
    _kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(_kind, error, trace)
        return
    _fault(error, "stopped by a fault")


def _fault(error: BaseException | None, words: str) -> None:
    logging.getLogger("kvalitet").critical(words, exc_info=error)


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kvalitet.operations.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "casework": {"level": "INFO"},
        # That somebody signed in, failed or was slowed down: ids and reasons, no names and no addresses.
        "organisation.security": {"level": "INFO"},
        "pikepdf": {"level": "CRITICAL"},  # tells of the inside of people's files
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "gunicorn.error": {
            "handlers": ["console"],
            "level": "INFO",
            "propagate": False,
        },
    },
}
