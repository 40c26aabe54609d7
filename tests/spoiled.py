"""Ways to spoil a register, each with the place and the reason that must be named."""

from collections.abc import Callable

from tests.registers import Files

Spoil = Callable[[Files], None]


def cell(file: str, column: str, value: str, row: int = 0) -> Spoil:
    def spoil(files: Files) -> None:
        files[file][row][column] = value

    return spoil


def twice(file: str, **changes: str) -> Spoil:
    def spoil(files: Files) -> None:
        files[file].append(files[file][0] | changes)

    return spoil


DEVIATIONS, LEXSARAH, UNITS, RISK_ANALYSES, SELFCHECKS, SERIES = (
    "deviations.csv",
    "lexsarah.csv",
    "units.csv",
    "risk_analyses.csv",
    "selfchecks.csv",
    "series.csv",
)
SPOILED: dict[str, tuple[Spoil, str, str]] = {
    # dates
    "wrong form of date": (
        cell(DEVIATIONS, "received_on", "28/2 2024"),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "inte ett datum",
    ),
    "date with time": (
        cell(DEVIATIONS, "received_on", "2024-02-28T10:00"),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "inte ett datum",
    ),
    "date without dashes": (
        cell(DEVIATIONS, "received_on", "20240228"),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "inte ett datum",
    ),
    "other digits": (
        cell(DEVIATIONS, "received_on", "٢٠٢٤-٠٢-٢٨"),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "inte ett datum",
    ),
    "day that does not exist": (
        cell(DEVIATIONS, "received_on", "2023-02-29"),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "finns inte",
    ),
    "year 0001": (
        cell(DEVIATIONS, "occurred_on", "0001-01-01"),
        f"{DEVIATIONS} rad 2, kolumn occurred_on",
        "mellan år 1900 och 2200",
    ),
    "year 9999": (
        cell(DEVIATIONS, "closed_on", "9999-12-31"),
        f"{DEVIATIONS} rad 2, kolumn closed_on",
        "mellan år 1900 och 2200",
    ),
    "in the future": (
        cell(DEVIATIONS, "closed_on", "2199-12-31"),
        f"{DEVIATIONS} rad 2, kolumn closed_on",
        "har inte varit än",
    ),
    "no date": (
        cell(DEVIATIONS, "received_on", ""),
        f"{DEVIATIONS} rad 2, kolumn received_on",
        "är tom",
    ),
    "occurs after it is received": (
        cell(DEVIATIONS, "occurred_on", "2024-03-01"),
        f"{DEVIATIONS} rad 2, kolumn occurred_on",
        "efter att den rapporterades",
    ),
    "closed before it is received": (
        cell(DEVIATIONS, "closed_on", "2024-02-27"),
        f"{DEVIATIONS} rad 2, kolumn closed_on",
        "inte avslutas före",
    ),
    # words and codes
    "unknown kind": (
        cell(DEVIATIONS, "kind", "klagomål"),
        f"{DEVIATIONS} rad 2, kolumn kind",
        "inte något av complaint",
    ),
    "word in capitals": (
        cell(DEVIATIONS, "reported_by", "STAFF"),
        f"{DEVIATIONS} rad 2, kolumn reported_by",
        "inte något av",
    ),
    "unknown channel": (
        cell(DEVIATIONS, "channel", "fax"),
        f"{DEVIATIONS} rad 2, kolumn channel",
        "inte något av",
    ),
    "unknown cause level": (
        cell(DEVIATIONS, "cause_level", "planet"),
        f"{DEVIATIONS} rad 2, kolumn cause_level",
        "inte något av",
    ),
    "unknown action level": (
        cell(DEVIATIONS, "action_level", "x"),
        f"{DEVIATIONS} rad 2, kolumn action_level",
        "inte något av",
    ),
    "unknown unit": (
        cell(DEVIATIONS, "unit", "IFO-XXX"),
        f"{DEVIATIONS} rad 2, kolumn unit",
        "enheten ”IFO-XXX” finns inte",
    ),
    "no unit": (
        cell(DEVIATIONS, "unit", ""),
        f"{DEVIATIONS} rad 2, kolumn unit",
        "är tom",
    ),
    "reference with slash": (
        cell(DEVIATIONS, "reference", "KA/1"),
        f"{DEVIATIONS} rad 2, kolumn reference",
        "bokstäver, siffror",
    ),
    "too long reference": (
        cell(DEVIATIONS, "reference", "K" * 41),
        f"{DEVIATIONS} rad 2, kolumn reference",
        "högst 40",
    ),
    "duplicate reference": (
        twice(DEVIATIONS),
        f"{DEVIATIONS} rad 4, kolumn reference",
        "står redan i deviations.csv rad 2",
    ),
    # rules of the deviation
    "quality deviation from outside": (
        cell(DEVIATIONS, "reported_by", "outside"),
        f"{DEVIATIONS} rad 2, kolumn reported_by",
        "rapporteras av personal",
    ),
    "praise that is a deviation": (
        cell(DEVIATIONS, "kind", "praise"),
        f"{DEVIATIONS} rad 2, kolumn is_deviation",
        "beröm",
    ),
    "closed without assessment": (
        cell(DEVIATIONS, "is_deviation", ""),
        f"{DEVIATIONS} rad 2, kolumn is_deviation",
        "bedömt",
    ),
    "action level without action": (
        cell(DEVIATIONS, "action_category", ""),
        f"{DEVIATIONS} rad 2, kolumn action_level",
        "action_category är tom",
    ),
    # texts
    "no description": (
        cell(DEVIATIONS, "description", "  \n "),
        f"{DEVIATIONS} rad 2, kolumn description",
        "är tom",
    ),
    "NUL": (
        cell(DEVIATIONS, "description", "a\0b"),
        f"{DEVIATIONS} rad 2, kolumn description",
        "U+0000",
    ),
    "NUL in a code": (
        cell(DEVIATIONS, "kind", "praise\0"),
        f"{DEVIATIONS} rad 2, kolumn kind",
        "U+0000",
    ),
    "escape sequence": (
        cell(DEVIATIONS, "category", "\x1b[31m"),
        f"{DEVIATIONS} rad 2, kolumn category",
        "U+001B",
    ),
    "text turned around": (
        cell(DEVIATIONS, "process", "a\u202eb"),
        f"{DEVIATIONS} rad 2, kolumn process",
        "U+202E",
    ),
    "surrogate": (
        cell(DEVIATIONS, "category", "a\ud800b"),
        f"{DEVIATIONS} rad 2, kolumn category",
        "inte är UTF-8",
    ),
    "10 MB text": (
        cell(DEVIATIONS, "description", "å" * 10_000_000),
        f"{DEVIATIONS} rad 2, kolumn description",
        "högst 8000",
    ),
    "too long category": (
        cell(DEVIATIONS, "category", "x" * 101),
        f"{DEVIATIONS} rad 2, kolumn category",
        "högst 100",
    ),
    "20 000 combining marks": (
        cell(DEVIATIONS, "description", "e" + "\u0301" * 7_000),
        f"{DEVIATIONS} rad 2, kolumn description",
        "accenttecken",
    ),
    # lex Sarah
    "half a decision": (
        cell(LEXSARAH, "decided_by", ""),
        f"{LEXSARAH} rad 2, kolumn decided_by",
        "ett beslut ska ha",
    ),
    "half a notification": (
        cell(LEXSARAH, "ivo_outcome", ""),
        f"{LEXSARAH} rad 2, kolumn ivo_outcome",
        "en anmälan till IVO ska ha",
    ),
    "less than serious to IVO": (
        cell(LEXSARAH, "degree", "misconduct"),
        f"{LEXSARAH} rad 2, kolumn degree",
        "bara allvarliga",
    ),
    "decided before it is received": (
        cell(LEXSARAH, "decided_on", "2024-01-09"),
        f"{LEXSARAH} rad 2, kolumn decided_on",
        "inte fattas före",
    ),
    "notified before it is received": (
        cell(LEXSARAH, "ivo_notified_on", "2024-01-09"),
        f"{LEXSARAH} rad 2, kolumn ivo_notified_on",
        "inte göras före",
    ),
    "duplicate report": (
        twice(LEXSARAH),
        f"{LEXSARAH} rad 4, kolumn reference",
        "står redan på rad 2",
    ),
    "two decisions in one case": (
        twice(LEXSARAH, reference="LS-2024-0009", degree="tangible_risk_serious"),
        f"{LEXSARAH} rad 4, kolumn degree",
        "inte samma som på rad 2",
    ),
    # risk analyses, self-checks, series
    "risk analysis without a day": (
        cell(RISK_ANALYSES, "decided_on", ""),
        f"{RISK_ANALYSES} rad 2, kolumn decided_on",
        "är tom",
    ),
    "unknown method": (
        cell(SELFCHECKS, "method", "gissning"),
        f"{SELFCHECKS} rad 2, kolumn method",
        "inte något av",
    ),
    "more met than reviewed": (
        cell(SELFCHECKS, "met", "41"),
        f"{SELFCHECKS} rad 2, kolumn met",
        "41 av 40",
    ),
    "met without reviewed": (
        cell(SELFCHECKS, "reviewed", ""),
        f"{SELFCHECKS} rad 2, kolumn reviewed",
        "hör ihop",
    ),
    "negative number": (
        cell(SELFCHECKS, "met", "−1"),
        f"{SELFCHECKS} rad 2, kolumn met",
        "inte ett helt tal",
    ),
    "decimal number": (
        cell(SERIES, "numerator", "16,5"),
        f"{SERIES} rad 2, kolumn numerator",
        "inte ett helt tal",
    ),
    "number too large": (
        cell(SERIES, "numerator", "9" * 12),
        f"{SERIES} rad 2, kolumn numerator",
        "inte ett helt tal",
    ),
    "month 13": (
        cell(SERIES, "period", "2024-13"),
        f"{SERIES} rad 2, kolumn period",
        "inte ett år",
    ),
    "more than the whole": (
        cell(SERIES, "denominator", "15"),
        f"{SERIES} rad 2, kolumn numerator",
        "16 av 15",
    ),
    "measured twice": (
        twice(SERIES),
        f"{SERIES} rad 4, kolumn period",
        "står redan på rad 2",
    ),
    # units
    "unit with slash": (
        cell(UNITS, "code", "A/B"),
        f"{UNITS} rad 2, kolumn code",
        "bokstäver, siffror",
    ),
    "duplicate unit": (
        twice(UNITS),
        f"{UNITS} rad 5, kolumn code",
        "står redan på rad 2",
    ),
    "unknown parent": (
        cell(UNITS, "parent", "X", row=1),
        f"{UNITS} rad 3, kolumn parent",
        "finns inte",
    ),
    "ring of units": (
        cell(UNITS, "parent", "IFO-BNÖ", row=1),
        f"{UNITS} rad 3, kolumn parent",
        "under sig själv",
    ),
    "unknown level": (
        cell(UNITS, "level", "team", row=2),
        f"{UNITS} rad 4, kolumn level",
        "inte något av",
    ),
    "level above its parent": (
        cell(UNITS, "level", "forvaltning", row=1),
        f"{UNITS} rad 3, kolumn level",
        "kan inte ligga",
    ),
    "department on top": (
        cell(UNITS, "parent", "", row=1),
        f"{UNITS} rad 3, kolumn parent",
        "bara en förvaltning",
    ),
    "unit ends before it begins": (
        cell(UNITS, "valid_to", "2014-12-31"),
        f"{UNITS} rad 2, kolumn valid_to",
        "efter startdatum",
    ),
}

SPOILED_FILES: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "Latin-1": (
        lambda data: data.decode().encode("latin-1"),
        f"{DEVIATIONS} rad 2, kolumn unit",
        "tecken som inte är UTF-8",
    ),
    "UTF-16": (
        lambda data: data.decode().encode("utf-16"),
        f"{DEVIATIONS} rad 1",
        "inte UTF-8",
    ),
    "comma instead of semicolon": (
        lambda data: data.replace(b";", b","),
        f"{DEVIATIONS} rad 1",
        "semikolon",
    ),
    "empty file": (lambda data: b"", f"{DEVIATIONS} rad 1", "filen är tom"),
    "missing column": (
        lambda data: data.replace(b'"channel";', b"", 1),
        f"{DEVIATIONS} rad 1, kolumn channel",
        "kolumnen saknas",
    ),
    "unknown column": (
        lambda data: data.replace(b'"channel"', b'"channel";"colour"', 1),
        f"{DEVIATIONS} rad 1, kolumn colour",
        "är okänd",
    ),
    "duplicate column": (
        lambda data: data.replace(b'"channel"', b'"unit"', 1),
        f"{DEVIATIONS} rad 1, kolumn unit",
        "finns två gånger",
    ),
    "too few cells": (
        lambda data: data.replace(b'"system";', b"", 1),
        f"{DEVIATIONS} rad 2",
        "17 celler",
    ),
    "too many cells": (
        lambda data: data.replace(b'"system"', b'"system";"x"', 1),
        f"{DEVIATIONS} rad 2",
        "19 celler",
    ),
    "quote never closed": (
        lambda data: data + b'"KA-2024-0003;x\n',
        f"{DEVIATIONS} rad 4",
        "avslutas aldrig",
    ),
    "text after a quote": (
        lambda data: data.replace(b'"system"', b'"sys"tem', 1),
        f"{DEVIATIONS} rad 2",
        "citattecken",
    ),
    "cell without end": (
        lambda data: data + b'"' + (b"x" * 999 + b"\n") * 21_000,
        f"{DEVIATIONS} rad 4",
        "avslut",
    ),
}
