"""`python -m tests.mutants`: small changes to the code that no test notices, module by module.

Each module is copied with the whole project to `build/mutants/` and tried there by `mutmut` with
only the tests that concern it, so that a run can be stopped at any time and harms no file.
`--sample` tries those whose number ends in 4 or 9, for modules whose tests are journeys.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "mutants"
MOST = 0.05
"""Share of mutants that may survive, each named in docs/guards.md."""

FORECASTING, BOT = "tests/forecasting/", "tests/bot/"
MODULES: dict[str, tuple[str, ...]] = {
    "forecasting/values.py": (
        FORECASTING + "test_values.py",
        FORECASTING + "test_values_read.py",
    ),
    "forecasting/evaluation/scores.py": (FORECASTING + "evaluation/test_scores_oracles.py",),
    "forecasting/evaluation/intervals.py": (FORECASTING + "evaluation/test_intervals_by_hand.py",),
    "forecasting/evaluation/outcomes.py": (
        FORECASTING + "evaluation/test_split_threshold.py",
        FORECASTING + "evaluation/test_outcomes.py",
    ),
    "forecasting/model/serving.py": (FORECASTING + "model/test_serving_numbers.py",),
    "forecasting/forecast.py": (
        FORECASTING + "test_forecast_width.py",
        FORECASTING + "test_forecast_facts.py",
        FORECASTING + "test_forecast.py",
    ),
    "storage/hash_chain.py": ("tests/storage/test_chain.py", "tests/storage/test_chain_hash.py"),
    "forecasting/training/promotion.py": (
        FORECASTING + "training/test_promotion.py",
        FORECASTING + "test_when_a_challenger_wins.py",
    ),
    "forecasting/training/calibration.py": (FORECASTING + "training/test_calibration.py",),
    "bot/telegram/rate_limiter.py": (
        BOT + "telegram/test_rate_limiter.py",
        BOT + "telegram/test_rate_limits_of_groups.py",
        BOT + "telegram/test_limiter_at_its_edges.py",
    ),
    "bot/background/outbox/delivery.py": (BOT + "background/outbox/test_delivery.py",),
    "bot/background/digest/digests.py": (BOT + "background/digest/test_digests.py",),
    "bot/background/slots.py": (BOT + "background/digest/test_digests.py",),
}
"""The modules that make served numbers or decide what is sent, and the tests of each."""

_FILES = ("bot", "forecasting", "localchat", "storage", "tests", "benchmarks", "pyproject.toml")
# All changes in one process: `mutmut show` loads everything anew for each.
_LIVING = """
from mutmut import __main__ as mutmut
for path in mutmut.walk_mutatable_files():
    data = mutmut.SourceFileMutationData(path=path)
    data.load()
    for name, code in data.exit_code_by_key.items():
        status = mutmut.status_by_exit_code[code]
        if status not in ("killed", "not checked", "caught by type check"):
            rows = mutmut.get_diff_for_mutant(name, path=path).splitlines()[2:]
            print(f"  {name}: {status}", *(f"    {r}" for r in rows if r[:1] in "+-"), sep="\\n")
"""
_SAMPLE = ("*_mutmut_*4", "*_mutmut_4", "*_mutmut_*9", "*_mutmut_9")
_OPTIONS = ["-p", "no:randomly", "-m", "not slow", "-W", "ignore"]


def prepare(module: str, tests: tuple[str, ...]) -> Path:
    """Return a fresh copy of the project that `mutmut` is set up in for one module."""
    folder = BUILD / module.removesuffix(".py").replace("/", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _FILES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            shutil.copy(ROOT / name, folder / name)
    package = module.split("/", 1)[0]
    lines = {
        "source_paths": [package],
        "only_mutate": [module],
        "also_copy": [name for name in _FILES if name not in (package, "tests", "pyproject.toml")],
        # What is written to the log is read by people and promised to nobody.
        "do_not_mutate_patterns": [r"^\s*log\.\w+\("],
        "pytest_add_cli_args": _OPTIONS,
        "pytest_add_cli_args_test_selection": list(tests),
    }
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\nuse_git_change_detection = false\n")
        file.writelines(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())
    return folder


def _mutmut(folder: Path, *arguments: str) -> str:
    return _run(folder, "-m", "mutmut", *arguments)


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{folder.name}: {done.stdout[-3000:]}{done.stderr[-2000:]}")
    return done.stdout


def tried(module: str, tests: tuple[str, ...], chosen: tuple[str, ...] = ()) -> tuple[int, int]:
    """Try one module's mutants, print those that live; return how many were tried and live."""
    folder = prepare(module, tests)
    _mutmut(folder, "run", "--max-children", "1", *chosen)
    _mutmut(folder, "export-cicd-stats")
    found = json.loads((folder / "mutants" / "mutmut-cicd-stats.json").read_text())
    alive = found["survived"] + found["no_tests"]
    count = sum(number for outcome, number in found.items() if outcome != "total")
    print(f"{module}: {count} mutants tried, {alive} live", flush=True)
    print(_run(folder, "-c", _LIVING), flush=True)
    return count, alive


def main(wanted: list[str]) -> int:
    """Try the modules asked for, or all; return 1 where too many mutants live."""
    chosen = _SAMPLE if "--sample" in wanted else ()
    modules = [name for name in wanted if name != "--sample"] or list(MODULES)
    counts = [tried(module, MODULES[module], chosen) for module in modules]
    total, alive = (sum(column) for column in zip(*counts, strict=True))
    print(f"{alive} of {total} mutants live ({100 * alive / max(total, 1):.1f} %)")
    return int(alive > MOST * total)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
