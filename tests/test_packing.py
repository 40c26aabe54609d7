"""Code is simple, not packed: functions, comprehensions, conditionals and lines, counted over every module."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

from radon.complexity import add_inner_blocks, cc_visit

from tests.test_layers import ROOT, modules

MOST_WAYS, MANY_WAYS, MOST_WITH_MANY = 12, 10, 30
MOST_COMPREHENSIONS, MOST_CONDITIONALS = 20, 12  # in a thousand lines
LONGEST_MEAN = 40  # characters in a line of code
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
PATHS = [*modules().values(), *ROOT.glob("bench/*.py"), *ROOT.glob("deploy/*.py")]
TEXTS = {path.relative_to(ROOT): path.read_text("utf-8") for path in PATHS}
LINES = "\n".join(TEXTS.values()).splitlines()


@cache
def expressions() -> list[tuple[str, ast.expr]]:
    """Return every comprehension and conditional, with the place where it stands."""
    found: list[tuple[str, ast.expr]] = []
    for path, text in TEXTS.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (*COMPREHENSIONS, ast.IfExp)):
                found += [(f"{path}:{node.lineno}", node)]
    return found


def test_few_functions_have_many_ways_through_them() -> None:
    ways = {}
    for path, text in TEXTS.items():
        for block in add_inner_blocks(cc_visit(text)):
            if block.letter != "C":  # of a class it is the mean of its methods
                ways[f"{path}:{block.lineno} {block.name}"] = block.complexity

    assert [name for name, count in ways.items() if count > MOST_WAYS] == []
    assert sum(count > MANY_WAYS for count in ways.values()) <= MOST_WITH_MANY


def test_no_comprehension_goes_through_several_things_or_holds_another() -> None:
    nested = []
    for place, node in expressions():
        held = [part for part in ast.walk(node) if isinstance(part, COMPREHENSIONS)]
        if isinstance(node, COMPREHENSIONS) and (len(held) > 1 or node.generators[1:]):
            nested.append(place)

    assert nested == []


def test_comprehensions_conditionals_and_long_lines_are_few() -> None:
    kinds = Counter(isinstance(node, ast.IfExp) for _, node in expressions())
    code = [line.strip() for line in LINES if line.strip()]

    assert 1_000 * kinds[False] / len(LINES) <= MOST_COMPREHENSIONS
    assert 1_000 * kinds[True] / len(LINES) <= MOST_CONDITIONALS
    assert sum(map(len, code)) / len(code) <= LONGEST_MEAN
