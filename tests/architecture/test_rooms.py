"""The map holds: who may import whom, where each library lives, how long a file may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "forecasting", "localchat", "storage")

FORBIDDEN = {
    "localchat": {"bot", "forecasting", "storage"},
    "forecasting": {"bot", "storage"},
    "storage": {"bot"},
}

BASE = {
    "values",
    "errors",
    "settings",
    "clock",
    "heartbeat",
    "lasting_trouble",
    "logs",
    "meters",
    "price_notes",
    "worker",
    "awaitable_store",
    "garbage",
    "lean",
    "group_commit",
    "source_options",
}
INSIDE_BOT = {
    "words": {"values", "errors"},
    "questions": set(),
    "answers": {"words", "questions", *BASE} - {"settings"},
    "background": {"answers", "words", *BASE} - {"settings"},
    "telegram": {"answers", "background", "words", "questions", *BASE},
    "compose": {"parts", "compose_rest", "answers", "background", "telegram", *BASE},
    "compose_rest": {"parts", "answers", "background", "telegram", *BASE},
    "parts": {"answers", "background", "telegram", "words", *BASE},
    "cli": {"compose", "background", "telegram", "words", *BASE},
    "__main__": {"cli", *BASE},
    **dict.fromkeys(BASE, BASE),
}
"""Which rooms of `bot` each of them may know, beside itself."""
TOLD = {
    "forecasting.baskets",
    "forecasting.chances",
    "forecasting.names.table",
    "forecasting.slices",
    "forecasting.together",
    "forecasting.values",
    "forecasting.errors",
    "forecasting.model.artifact",
    "forecasting.model.training_years",
    "forecasting.evaluation.intervals",
    "forecasting.evaluation.backtest",
    "forecasting.charts.findings",
    "forecasting.charts.texts",
    "storage.records.baskets",
    "storage.records.chats",
    "storage.records.league",
    "storage.records.ledger",
    "storage.records.questions",
    "storage.records.work",
}
"""What words may know of other rooms: the values that they tell of."""

HOMES = {
    "telegram": ("bot/telegram/",),
    "apscheduler": ("bot/background/",),
    "babel": ("bot/words/", "forecasting/charts/texts.py"),
    "httpx": (
        "bot/telegram/errors.py",
        "bot/telegram/direct_request.py",
        "bot/telegram/request_body.py",
        "forecasting/prices/alphavantage",
        "forecasting/prices/tiingo",
    ),
    "tenacity": ("bot/telegram/",),
    "scipy": ("forecasting/evaluation/baselines.py",),
    "arch": ("forecasting/evaluation/baselines.py",),
    "pyarrow": (
        "forecasting/prices/parquet_tables.py",
        "forecasting/announcements/files.py",
        "forecasting/commands/quantiles.py",
    ),
    "PIL": ("forecasting/charts/canvas.py", "localchat/bot_api/images.py"),
    "onnx": ("forecasting/model/",),
    "tf2onnx": ("forecasting/model/",),
    "pytickersymbols": ("forecasting/names/build.py",),
    "wordfreq": ("forecasting/names/build.py",),
    "rapidfuzz": ("forecasting/names/",),
    "exchange_calendars": ("forecasting/calendars.py",),
    "distributed": ("bot/background/nightly/training_cluster.py",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "psycopg": ("storage/",),
    "yfinance": ("forecasting/prices/yahoo",),
    "curl_cffi": ("forecasting/prices/yahoo",),
    "keras": (
        "forecasting/model/lstm.py",
        "forecasting/model/width_correction.py",
        "forecasting/evaluation/baseline_tutorial.py",
    ),
    "tensorflow": ("forecasting/model/lstm.py",),
    "onnxruntime": ("forecasting/model/serving.py",),
    "matplotlib": ("forecasting/charts/", "forecasting/prices/sample.py"),
    "aiohttp": (
        "localchat/",
        "bot/telegram/webhook.py",
        "bot/telegram/probe_server.py",
        "bot/telegram/direct_request.py",
    ),
    "prometheus_client": ("bot/meters.py",),
    "optuna": ("forecasting/training/tuning.py",),
    "sklearn": (
        "forecasting/evaluation/baseline",
        "forecasting/training/tuning.py",
        "forecasting/training/pretraining.py",
    ),
    "pydantic": ("bot/settings.py", "bot/cli/run_local.py", "localchat/"),
    "pydantic_settings": ("bot/settings.py",),
}


@cache
def trees() -> dict[str, ast.Module]:
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(paths)
    }


def imports() -> Iterator[tuple[str, str]]:
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield name, node.module or ""


def top(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def test_rooms_know_only_what_the_map_lets_them():
    """Forecasting knows no user and no table; storage knows values only."""
    breaches = [
        (name, module)
        for name, module in imports()
        if top(module) in FORBIDDEN.get(name.split("/", 1)[0], set())
        or (
            name.startswith("storage/")
            and top(module) == "forecasting"
            and module not in ("forecasting.values", "forecasting.errors")
        )
    ]
    assert breaches == []


def room_of(module: str) -> str:
    """Return the room inside `bot` or `forecasting`: `answers` of `bot.answers.track`."""
    return (*module.split("."), "")[1]


def between_rooms(package: str) -> set[tuple[str, str]]:
    """Return which room of a package imports which other."""
    found = {
        (room_of(name.removesuffix(".py").replace("/", ".")), room_of(module))
        for name, module in imports()
        if name.startswith(f"{package}/") and top(module) == package and room_of(module)
    }
    return {(one, other) for one, other in found if one != other}


def test_rooms_inside_bot_look_one_way():
    """Words know no answer, answers no schedule, and only compose and the command line know all."""
    assert [(a, b) for a, b in sorted(between_rooms("bot")) if b not in INSIDE_BOT[a]] == []


def test_words_know_values_only():
    """A translator's sentence can be tried out with values that are made up."""
    breaches = [
        (name, module)
        for name, module in imports()
        if name.startswith("bot/words/")
        and top(module) in ("forecasting", "storage")
        and module not in TOLD
        and module != "forecasting"
    ]
    assert breaches == []


@pytest.mark.parametrize("package", ["bot", "forecasting"])
def test_rooms_form_no_circle(package):
    """Any room can be read, and taken out, with what it stands on and nothing above."""
    edges = between_rooms(package)
    while edges:
        standing = {one for one, _ in edges}
        resting = {other for _, other in edges} - standing
        assert resting, f"a circle among {sorted(edges)}"
        edges = {(one, other) for one, other in edges if other not in resting}


def test_each_library_has_one_home():
    """A library can be replaced by changing one place."""
    strays = [
        (name, module)
        for name, module in imports()
        if not name.startswith(HOMES.get(top(module), ("",)))
    ]
    assert strays == []


def test_pyplot_is_never_used():
    """pyplot keeps every figure and shares its settings between threads."""
    assert [name for name, module in imports() if "pyplot" in module] == []


def test_only_the_clock_reads_the_time_of_day():
    """Everyone else is given `now`, so that weeks can be replayed (the command line is an edge)."""
    clocks = {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    readers = [
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in clocks
    ]
    assert set(readers) <= {"bot/clock.py", "forecasting/__main__.py"}


def test_modules_and_functions_stay_small():
    """Past 300 lines a file, and past 40 a function, mixes things."""
    long = []
    for name, tree in trees().items():
        if "/migrations/" in name:
            continue
        lines = max(
            (node.end_lineno or 0 for node in ast.walk(tree) if hasattr(node, "end_lineno")),
            default=0,
        )
        if lines > 300:
            long.append((name, lines))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _body(node) > 40:
                long.append((f"{name}:{node.name}", _body(node)))
    assert long == []


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = (first.end_lineno or node.lineno) if documented else node.lineno
    return (node.end_lineno or 0) - start


def test_public_functions_are_documented():
    """A reader learns units, shapes and errors without reading the body."""
    silent = []
    for name, tree in trees().items():
        if "/migrations/" in name or not tree.body:
            continue
        if not ast.get_docstring(tree):
            silent.append(name)
        silent += [
            f"{name}:{node.name}"
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []


def test_the_first_answer_waits_for_nothing_that_it_does_not_need():
    """The bot starts in a second or two and fits a small server: the rest is loaded behind it."""
    script = (
        "import sys\n"
        "from bot.lean import lean\n"
        "with lean():\n    import bot.cli.run\n"
        "first = set(sys.modules)\n"
        "never = {'tensorflow', 'keras', 'yfinance', 'optuna', 'sklearn', 'pandas'}\n"
        "later = {'apscheduler', 'tornado', 'alembic', 'psycopg', 'pyarrow', 'bot.compose_rest',\n"
        "    'bot.background.schedule', 'bot.telegram.commands.every', 'bot.words.league'}\n"
        "import bot.compose_rest\n"
        "early = (never | later) & first | never & set(sys.modules)\n"
        "sys.exit(f'imported: {early}' if early else 0)"
    )
    asked = [sys.executable, "-c", script]
    run = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
