"""Take each access rule away from one view at a time: ``python bench/mutants.py [WORD ...]``.

In a copy of the tree one call of visible_to, handled_by or writable_by at a time becomes all(), and the
access tests must fail.  Words choose files.  The copy and its database (test_mutants on the server of
DATABASE_URL and OWNER_DATABASE_URL, or the embedded one) are removed afterwards; the end is 1 if any
mutant survives.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    *("*/views/*.py", "*/views.py", "*/public.py"),
    *("*/filters.py", "*/filtersets.py", "*/exports.py", "*/*forms.py"),
)
RULES = {"visible_to", "handled_by", "writable_by"}
TESTS = ("tests/test_access_contents.py", "tests/test_access.py", "tests/test_access_cases.py")
LEFT_OUT = {".git", ".venv", "var", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", "static"}
# Where another condition of the same line says as much: without the rule nothing changes.
SAID_TWICE = {
    "form.keep_typed(get_object_or_404(Deviation.objects.handled_by(": "fetched through the rule just before",
    "return Case.objects.handled_by(": "fetched through the rule just before",
}


@dataclass(frozen=True)
class Mutant:
    """One call of a rule: where it stands, and what becomes of the file without it."""

    path: Path
    line: int
    words: str
    text: str

    @property
    def excuse(self) -> str:
        """Return why it need not be found, or nothing."""
        return next((why for words, why in SAID_TWICE.items() if words in self.words), "")


def mutants(tree: Path, words: tuple[str, ...]) -> Iterator[Mutant]:
    """Find every call of a rule and write the file without it.

    A filter by the person himself that follows the rule belongs to it, and goes with it.
    """
    paths = sorted({path.relative_to(tree) for place in PLACES for path in tree.glob(place)})
    for path in (path for path in paths if not words or any(word in str(path) for word in words)):
        source = (tree / path).read_text(encoding="utf-8")
        module = ast.parse(source)
        parents = {child: node for node in ast.walk(module) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in RULES:
                continue
            whole: ast.AST = node
            outer = parents.get(parents[node])
            if isinstance(outer, ast.Call) and ast.unparse(outer).endswith(".filter(reporter=request.user)"):
                whole = outer
            yield Mutant(
                path,
                node.lineno,
                source.splitlines()[node.lineno - 1].strip(),
                _without(source, node.func.value, whole),
            )


def _without(source: str, rows: ast.expr, call: ast.AST) -> str:
    """Return the source where a call on some rows has become all of them."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    end = starts[rows.end_lineno - 1] + rows.end_col_offset  # type: ignore[operator]
    stop = starts[call.end_lineno - 1] + call.end_col_offset  # type: ignore[attr-defined]
    return (data[:end] + b".all()" + data[stop:]).decode()


Addresses = dict[str, str]


def database() -> Addresses:
    """Return the addresses of a database that nobody else uses, for both roles, on the server there is."""
    names = ("DATABASE_URL", "OWNER_DATABASE_URL")
    urls = [os.environ.get(name, "") for name in names]
    if not all(urls):
        sys.path.insert(0, str(ROOT))
        from kvalitet.embedded import VAR_DIR, ensure_database

        server = ensure_database(VAR_DIR / "test-postgres", durable=False)
        urls = [server.url(), server.owner_url()]
    return {name: within(url, "mutants") for name, url in zip(names, urls, strict=True)}


def within(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def drop(addresses: Addresses) -> None:
    """Remove the database of the tests."""
    import psycopg

    owner = within(addresses["OWNER_DATABASE_URL"], "postgres")
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS test_mutants")


def failing(copy: Path, addresses: Addresses, *options: str) -> str:
    """Run access tests in a copy; return the first that fails, or nothing.

    Raises RuntimeError when the tests cannot run, which says nothing of the rule.
    """
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        "-x",
        "--tb=no",
        *options,
        *TESTS,
    ]
    environment = {**os.environ, **addresses, "PLAIN_STATIC": "1"}
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return ""
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    if not failed:
        raise RuntimeError(run.stdout + run.stderr)
    return failed[0].partition(" - ")[0].rpartition("::")[2]


def attempt(mutant: Mutant, copy: Path, addresses: Addresses) -> str:
    """Run the tests with a mutant; return what kills it, or nothing.  Tests that name its app come first."""
    target = copy / mutant.path
    whole = target.read_text(encoding="utf-8")
    target.write_text(mutant.text, encoding="utf-8")
    try:
        near = ("-k", f"{mutant.path.parts[0]}:")
        return failing(copy, addresses, "--reuse-db", *near) or failing(copy, addresses, "--reuse-db")
    finally:
        target.write_text(whole, encoding="utf-8")


def main(*words: str) -> int:
    """Try every mutant, and return 1 if any survives; ``--list`` only says which there are."""
    if "--list" in words:
        found = list(mutants(ROOT, tuple(word for word in words if word != "--list")))
        print("\n".join(f"{mutant.path}:{mutant.line}  {mutant.words}" for mutant in found))
        return int(not found)
    tally, addresses = {"killed": 0, "survived": 0, "said twice": 0}, database()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=lambda _, names: LEFT_OUT & set(names))
        (copy / "static").symlink_to(ROOT / "static")
        try:
            if by := failing(copy, addresses, "--create-db", "--reuse-db"):
                print(f"A test fails without any mutant: {by}")
                return 1
            for mutant in list(mutants(copy, words)):
                began, by = time.monotonic(), mutant.excuse
                if by:
                    outcome = "said twice"
                else:
                    by = attempt(mutant, copy, addresses)
                    outcome = "killed" if by else "survived"
                tally[outcome] += 1
                seconds = f"{time.monotonic() - began:.0f} s"
                print(f"{outcome:10} {seconds:>6}  {mutant.path}:{mutant.line}  {mutant.words}", flush=True)
                print(f"{'':19}{by}", flush=True)
        finally:
            drop(addresses)
    print(", ".join(f"{count} {outcome}" for outcome, count in tally.items()))
    return int(tally["survived"] > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
