"""What is counted is declared once: indicators, dimensions, and the words for each of their values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps

from analysis.counted import catalogue
from analysis.counted.catalogue import INDICATORS
from analysis.counted.countings import COUNTINGS, DIMENSIONS
from analysis.counted.indicators import UNSPOKEN, Indicator
from analysis.counted.vocabulary import BASES, SPLITS, SUBJECTS
from analysis.models import Cell, KeptCell, RegisterPeriod
from casework.database.periods import calendar_year
from casework.register.statistics import Counting, Dimension
from organisation.models import Unit
from tests.test_house import ROOT

# Where counts are declared, and where cases are asked whether somebody waits for an answer.
DECLARED = {"analysis/counted/catalogue.py", "analysis/coverage/records.py"}
VALUES = {
    name: set(dimension.words)
    for name, dimension in DIMENSIONS.items()
    if dimension.words
}
_WRITTEN = re.compile(
    "|".join(
        rf"\b{name}\s*(?:=|<>)\s*'?(?:{'|'.join(map(re.escape, sorted(values)))})\b"
        for name, values in VALUES.items()
    )
)


def test_every_indicator_is_counted_and_narrowed_to_what_there_is() -> None:
    for indicator in INDICATORS:
        question = indicator.asked(Unit(code="SOC"), calendar_year(2024))

        assert (question.subject, question.basis) == (
            indicator.subject,
            indicator.basis,
        )
        assert all(value in VALUES[name] for name, value in indicator.where), (
            indicator.label
        )


def test_no_count_is_declared_twice() -> None:
    asked = [
        (indicator.subject, indicator.basis, indicator.where)
        for indicator in INDICATORS
    ]
    declared = [
        thing for thing in vars(catalogue).values() if isinstance(thing, Indicator)
    ]

    assert len(asked) == len(set(asked))
    assert set(declared) <= set(INDICATORS)


@pytest.mark.parametrize("names", ["TOLD_EACH_TERTIAL", "NAMED_IN_TEXTS", "SPOKEN_OF"])
def test_what_is_chosen_among_is_in_the_catalogue(names: str) -> None:
    assert set(getattr(catalogue, names)) <= set(INDICATORS)


def test_what_is_told_and_spoken_of_has_the_words_for_it() -> None:
    assert all(indicator.short for indicator in catalogue.TOLD_EACH_TERTIAL)
    assert all(indicator.pattern != UNSPOKEN for indicator in catalogue.SPOKEN_OF)


def narrowed_in(tree: ast.AST) -> Iterator[str]:
    """Yield every dimension that a module narrows to a value by name, as pair, keyword, key or words."""
    for node in ast.walk(tree):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        match node:
            case ast.Tuple(elts=[first, second]):
                pairs = [(first, second)]
            case ast.Dict(keys=keys, values=values):
                pairs = [*zip(keys, values, strict=True)]
            case ast.keyword(arg=str(name), value=value):
                pairs = [(ast.Constant(name), value)]
            case ast.Constant(value=str(words)):
                yield from _WRITTEN.findall(words)
        for named, value in pairs:
            name = named.value if isinstance(named, ast.Constant) else None
            if (
                isinstance(name, str)
                and name in VALUES
                and _value_of(value) in VALUES[name]
            ):
                yield f"{name}={_value_of(value)}"


def _value_of(node: ast.expr) -> str | None:
    """Return the value that stands in the code: itself, or as a member of an enumeration."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case (
            ast.Attribute(value=ast.Attribute(attr=member), attr="value")
            | ast.Attribute(attr=member)
        ):
            return member.lower()
    return None


@pytest.mark.parametrize(
    "planted",
    [
        '_LINES = [("deviations", (("kind", "quality_deviation"),))]',
        'where = (("reported_by", ReportedBy.OUTSIDE.value), ("kind", Kind.PRAISE))',
        'where = {"degree": "found"}',
        "cells.exclude(kind=Kind.PRAISE)",
        'topic("deviations", "kind=fault reported_by=outside")',
        "sql = \"SELECT 1 FROM analysis_cell WHERE kind <> 'praise'\"",
    ],
)
def test_second_declaration_of_a_count_would_be_seen(planted: str) -> None:
    assert [*narrowed_in(ast.parse(planted))]


@pytest.mark.parametrize("app", ["analysis", "reports"])
def test_nothing_but_the_catalogue_says_what_a_count_is_narrowed_to(app: str) -> None:
    modules = {
        path.relative_to(ROOT).as_posix(): path for path in (ROOT / app).rglob("*.py")
    }
    found = {
        name: [*narrowed_in(ast.parse(path.read_text(encoding="utf-8")))]
        for name, path in modules.items()
        if "migrations" not in path.parts and name not in DECLARED
    }

    assert {name: narrowed for name, narrowed in found.items() if narrowed} == {}


# --- dimensions -------------------------------------------------------------------------------
def columns_of(counting: Counting) -> Iterator[tuple[Dimension, object]]:
    """Yield each dimension of a counting with the field that it counts."""
    tables = dict(re.findall(r"(\w+_\w+) (\w)\b", counting.source))
    models = {alias: table for table, alias in tables.items()}
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    for dimension in counting.dimensions.values():
        alias, column = dimension.sql.split(".")
        fields = by_table[models[alias]]._meta.local_fields
        yield dimension, next(field for field in fields if field.column == column)


@pytest.mark.parametrize(
    "counting", COUNTINGS, ids=lambda counting: f"{counting.subject}-{counting.basis}"
)
def test_every_dimension_has_words_for_what_its_column_may_hold(
    counting: Counting,
) -> None:
    for dimension, field in columns_of(counting):
        held = {value for value, _ in getattr(field, "choices", None) or () if value}

        assert held == {value for value, _ in dimension.values}, dimension.name
        assert all(dimension.words.values())
        for value, group in dimension.groups.items():
            assert value not in held
            assert set(group.left_out) - {""} <= held


def test_every_dimension_is_declared_once_and_has_its_columns() -> None:
    for counting in COUNTINGS:
        for name, dimension in counting.dimensions.items():
            assert DIMENSIONS[name] is dimension
            assert all(table._meta.get_field(name) for table in (Cell, KeptCell))
    for words in (SUBJECTS, BASES, SPLITS):
        assert len({thing.slug for thing in words.values()}) == len(words)


def test_registers_of_a_count_are_told_apart_by_one_of_its_dimensions() -> None:
    several = [counting for counting in COUNTINGS if counting.registers]
    assert {counting.subject for counting in several} == {"deviations", "lexsarah"}
    for counting in several:
        assert counting.registers
        name, values = counting.registers
        assert set(values) == {value for value, _ in counting.dimensions[name].values}
        assert RegisterPeriod._meta.get_field(name)


@pytest.mark.parametrize(
    "counting", COUNTINGS, ids=lambda counting: f"{counting.subject}-{counting.basis}"
)
def test_every_counting_has_words(counting: Counting) -> None:
    assert counting.subject in SUBJECTS
    assert counting.basis in BASES
    assert {*(counting.usual or ())} <= {*counting.dimensions}
