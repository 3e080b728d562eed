"""The map holds: who may import whom, where each library lives, how long a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "forecasting", "storage")

FORBIDDEN = {
    "forecasting": {"bot", "storage"},
    "storage": {"bot"},
}

HOMES = {
    "telegram": ("bot/commands/", "bot/delivery/", "bot/app.py", "bot/checking.py"),
    "apscheduler": ("bot/schedule.py",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "psycopg": ("storage/",),
    "yfinance": ("forecasting/prices/yahoo",),
    "curl_cffi": ("forecasting/prices/yahoo",),
    "keras": ("forecasting/model/lstm.py",),
    "tensorflow": ("forecasting/model/lstm.py",),
    "onnxruntime": ("forecasting/model/serving.py",),
    "matplotlib": ("forecasting/charts/", "forecasting/prices/sample.py"),
    "aiohttp": ("bot/localchat/",),
    "optuna": ("forecasting/tuning.py",),
    "sklearn": ("forecasting/baseline", "forecasting/tuning.py", "forecasting/training.py"),
    "pydantic": ("bot/settings.py", "bot/local.py", "bot/localchat/"),
    "pydantic_settings": ("bot/settings.py",),
}

PURE_WORDS = "bot/messages/"


def sources() -> list[str]:
    return sorted(
        str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.py")
    )


def imports(name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("name", sources())
def test_rooms_know_only_what_the_map_lets_them(name):
    """Forecasting knows no user and no table; storage knows values only."""
    room = name.split("/", 1)[0]
    for module in imports(name):
        top = module.split(".")[0]
        assert top not in FORBIDDEN.get(room, set()), f"{name} imports {module}"
        if room == "storage" and top == "forecasting":
            assert module in ("forecasting.values", "forecasting.errors"), f"{name}: {module}"


@pytest.mark.parametrize("name", sources())
def test_each_library_has_one_home(name):
    """A library can be replaced by changing one place."""
    for module in imports(name):
        homes = HOMES.get(module.split(".")[0])
        assert homes is None or name.startswith(homes), f"{name} imports {module}"


@pytest.mark.parametrize("name", sources())
def test_actions_and_words_do_not_know_telegram(name):
    """What the product does and says can be tested without a chat."""
    if name.startswith(("bot/actions/", PURE_WORDS)):
        assert not any(module.split(".")[0] == "telegram" for module in imports(name))


@pytest.mark.parametrize("name", sources())
def test_pyplot_is_never_used(name):
    """pyplot keeps every figure and shares its settings between threads."""
    assert not any("pyplot" in module for module in imports(name))


@pytest.mark.parametrize("name", sources())
def test_only_the_clock_reads_the_time_of_day(name):
    """Everyone else is given `now`, so that weeks can be replayed."""
    if name in ("bot/clock.py", "bot/lease_clock.py"):
        return
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}, name


@pytest.mark.parametrize("name", sources())
def test_modules_and_functions_stay_small(name):
    """Past 300 lines a file, and past 40 a function, mixes things."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count("\n") <= 300 or "/migrations/" in name, name
    if "/migrations/" in name:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = (first.end_lineno or node.lineno) if documented else node.lineno
            length = (node.end_lineno or 0) - start
            assert length <= 40, f"{name}: {node.name} has {length} lines"


@pytest.mark.parametrize("name", sources())
def test_public_functions_are_documented(name):
    """A reader learns units, shapes and errors without reading the body."""
    if "/migrations/" in name:
        return
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            public = not node.name.startswith("_") and not _is_overload(node)
            assert not public or ast.get_docstring(node), f"{name}: {node.name}"
    if tree.body:
        assert ast.get_docstring(tree), f"{name} does not say what belongs in it"


def _is_overload(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any("register" in ast.unparse(d) or "overload" in ast.unparse(d) for d in decorators)


def test_serving_never_imports_tensorflow():
    """The bot's process must start in a second and fit a small server."""
    import subprocess
    import sys

    script = (
        "import sys, bot.running; "
        "heavy = {'tensorflow', 'keras', 'yfinance', 'optuna', 'sklearn'} & set(sys.modules); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
