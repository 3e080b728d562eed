"""Every test says in one sentence what it promises, and looks into nothing private."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.mutants import MODULES, ROOT

TESTS = Path(__file__).parents[1]
Test = ast.FunctionDef | ast.AsyncFunctionDef


def found_in(path: Path) -> Iterator[Test]:
    """Return the tests of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Test) and node.name.startswith("test_"):
            yield node


def test_every_test_states_a_promise():
    """A docstring that is a sentence: it begins with a capital or a name and ends with a stop."""
    silent = []
    for path in sorted(TESTS.rglob("test_*.py")):
        for test in found_in(path):
            said = (ast.get_docstring(test) or "").strip()
            if len(said.split()) < 3 or said[-1] not in ".!?":
                silent.append(f"{path.relative_to(TESTS)}:{test.lineno} {test.name}")
    assert silent == []


def test_no_test_imports_what_is_private():
    """Names with an underscore in front belong to their module alone."""
    private = []
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = [n.name for n in node.names if n.name.startswith("_")]
                private += [f"{path.relative_to(TESTS)}:{node.lineno} {name}" for name in names]
    assert private == []


def test_every_module_that_mutants_try_is_there_with_its_tests():
    """`make mutants` names no file that has moved away."""
    named = {path for module, tests in MODULES.items() for path in (module, *tests)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_no_docstring_only_repeats_its_tests_name():
    """A name with blanks for underscores promises nothing that the name did not say."""
    repeated = []
    for path in sorted(TESTS.rglob("test_*.py")):
        for test in found_in(path):
            said = (ast.get_docstring(test) or "").lower().rstrip(".").replace(",", "").split()
            if said == test.name.removeprefix("test_").split("_"):
                repeated.append(f"{path.relative_to(TESTS)}:{test.lineno} {test.name}")
    assert repeated == []
