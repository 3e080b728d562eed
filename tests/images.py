"""`make image-test`: builds both images, says how large they are, and starts them."""

import json
import shutil
import subprocess
import sys

MOST_MEGABYTES = {"bot": 600, "training": 1800}
IMPORTS = {
    "bot": "import bot.compose, pyarrow.parquet, yfinance",
    "training": "import bot.compose, keras, distributed, optuna",
}
UNWANTED = ("pytest", "mypy", "playwright", "ruff")


def tool():
    """Return what builds images here, None where nothing does."""
    for name in ("docker", "podman"):
        if (
            shutil.which(name)
            and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0
        ):
            return name
    return None


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check(name, target):
    image = f"tickercast-image-test:{target}"
    subprocess.run([name, "build", "--target", target, "-t", image, "."], check=True)
    size = json.loads(output(name, "image", "inspect", image))[0]["Size"] / 1e6
    script = (
        f"import importlib.util as u; {IMPORTS[target]}; "
        f"print([n for n in {UNWANTED!r} if u.find_spec(n)])"
    )
    run = [name, "run", "--rm", "--read-only", "--tmpfs", "/tmp"]
    found = output(*run, "--entrypoint", "python", image, "-c", script).strip()
    helped = output(*run, image, "bot", "--help")
    well = found == "[]" and "health" in helped and size <= MOST_MEGABYTES[target]
    print(f"{target}: {size:.0f} MB (at most {MOST_MEGABYTES[target]}), tools inside: {found}")
    return well


def main():
    name = tool()
    if name is None:
        print("image-test: NOT RUN: neither Docker's daemon nor podman is at hand")
        return 0
    return 0 if all([check(name, target) for target in MOST_MEGABYTES]) else 1


if __name__ == "__main__":
    sys.exit(main())
