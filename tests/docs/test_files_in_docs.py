"""Every file that README, CONTRIBUTING and docs name is there, and every test that they name too."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMED = re.compile(r"`([a-z][\w./-]*\.py)(?:::(\w+))?`")


def product_files():
    """Return the paths of all files that are kept, or of all files where there is no git."""
    run = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return run.stdout.split() or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*.py")]


def named():
    """Return what each page names: page, file, and the test in it or an empty text."""
    return [
        (page.name, *found.groups(default=""))
        for page in PAGES
        for found in NAMED.finditer(page.read_text(encoding="utf-8"))
        if not re.search("NAME|NNNN", found.group(1))
    ]


def test_files_named_in_the_docs_are_there():
    """A module that was renamed is found by its new name in every page."""
    files = [f"/{path}" for path in product_files()]
    lost = [
        (page, file)
        for page, file, _ in named()
        if not any(path.endswith(f"/{file}") for path in files)
    ]
    assert lost == []


def test_tests_named_in_the_docs_are_there():
    """The guard that a page promises is a test of that name in that file."""
    lost = [
        (page, file, test)
        for page, file, test in named()
        if test and f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert lost == []


def test_tests_named_without_their_file_are_there():
    """Recipes name the test that fails first, often by its name alone."""
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }
    lost = [
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8"))
        if name not in defined
    ]
    assert lost == []
