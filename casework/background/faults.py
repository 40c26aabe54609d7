"""A fault is told by its kind and its places: what an exception says may be somebody's name or story.

PostgreSQL quotes the whole row that it refuses, a mail server the address, Python the text that it could not
read.  None of that reaches a log.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import Any


def without_values(error: BaseException, *, with_places: bool = True) -> str:
    """Return the chain of exceptions, the cause first, with their kinds, codes and places in the code."""
    lines: list[str] = []
    for one in reversed(list(_chain(error))):
        if with_places:
            places = traceback.walk_tb(one.__traceback__)
            lines += [
                f'  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_name}'
                for frame, line in places
            ]
        lines.append(kind(one))
    return "\n".join(lines)


def kind(error: BaseException) -> str:
    """Return the name of the exception's class and its codes: of PostgreSQL, the system or a mail server."""
    told = [f"{type(error).__module__}.{type(error).__qualname__}"]
    told += [f"{name}={code}" for name, code in _codes(error) if code is not None]
    return " ".join(told)


def _codes(error: BaseException) -> Iterator[tuple[str, Any]]:
    """Find what tells the fault and none of its contents: numbers, and names of our tables and rules."""
    for name in ("errno", "smtp_code"):
        code = getattr(error, name, None)
        yield name, code if isinstance(code, int) else None
    diagnosis = getattr(error, "diag", None)
    yield "sqlstate", getattr(error, "sqlstate", None)
    for name in ("table_name", "column_name", "constraint_name"):
        yield name.removesuffix("_name"), getattr(diagnosis, name, None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk from an exception to what it came of, and into groups; each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
        before = one.__cause__ or (
            None if one.__suppress_context__ else one.__context__
        )
        if before is not None:
            waiting.append(before)
