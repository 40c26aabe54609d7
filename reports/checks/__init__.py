"""Check a report before it is decided: sums, shares, words of direction, names, numbers typed by hand."""

from reports.checks.reading import (
    Finding,
    check,
    check_document,
    check_report,
    count_by_severity,
    severities_found,
)

__all__ = [
    "Finding",
    "check",
    "check_document",
    "check_report",
    "count_by_severity",
    "severities_found",
]
