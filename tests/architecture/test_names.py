"""A name means one thing: whoever searches for a class finds the one that is meant."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "forecasting", "localchat", "storage")


def classes() -> list[tuple[str, str]]:
    """Return (class, file) of every class of the product."""
    return [
        (node.name, str(path.relative_to(ROOT)))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]


def test_no_class_name_stands_twice():
    """Two classes of one name make every search, log line and review ask which."""
    where = defaultdict(list)
    for name, file in classes():
        where[name].append(file)
    assert {name: files for name, files in where.items() if len(files) > 1} == {}


def test_the_tests_of_a_module_bear_its_name():
    """`tests/` mirrors the rooms: a folder of tests is a folder of the product."""
    kinds = {"architecture", "contracts", "journeys", "guards"}
    folders = {
        path.parent.relative_to(ROOT / "tests")
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.relative_to(ROOT / "tests").parts[0] not in kinds
    }
    assert [str(folder) for folder in sorted(folders) if not (ROOT / folder).is_dir()] == []
