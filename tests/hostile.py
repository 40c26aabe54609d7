"""What nobody types by accident, and what breaks products that trust their input."""

from __future__ import annotations

# As bytes, since a browser sends bytes: some of these are no text at all.
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "space": " \u00a0\u2003\t".encode(),
    "nul": b"a\0b",
    "first year": b"0001-01-01",
    "last year": b"9999-12-31",
    "a day that is not": b"2024-02-30",
    "huge number": b"1" + b"0" * 30,
    "number of 5000 digits": b"9" * 5_000,
    "negative": b"-1",
    "fraction": b"1e308",
    "not a number": b"NaN",
    "arabic digits": "٢٠٢٤".encode(),
    "arabic day": "٢٠٢٤-٠٣-٠١".encode(),
    "superscript": "2²".encode(),
    "lone surrogate": b"a\xed\xa0\x80b",
    "not utf-8": b"\xff\xfe\xc3\x28",
    "marks": ("a" + "\u0301" * 20_000).encode(),
    "family": "👩‍👩‍👧‍👦".encode() * 50,
    "turned around": "\u202ebeslut\u2066".encode(),
    "template": b"{{7*7}}{% load static %}",
    "script": b"<script>alert(1)</script>",
    "attribute": b"\"'><img src=x onerror=alert(1)>",
    "formula": b"=cmd|' /C calc'!A0",
    "line ends": b"a\r\nSet-Cookie: x=1\r\n\r\nb",
    "sql": b"' OR 1=1; --",
    "like": b"%_\\%",
    "path": b"../../../../etc/passwd",
    "uuid of nothing": b"00000000-0000-0000-0000-000000000000",
    "long": b"x" * 100_000,
}
