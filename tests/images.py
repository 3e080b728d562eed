"""`make image-test`: builds both images, says how large they are, starts them and asks for every answer.

With Docker's daemon, podman or buildah (as root without a daemon: `BUILDAH_ISOLATION=chroot`).
"""

import asyncio
import json
import shutil
import subprocess
import sys

from tests.image_answers import ask_everything

MOST_MEGABYTES = {"bot": 600, "training": 1800}
IMPORTS = {
    "bot": "import bot.compose, pyarrow.parquet, yfinance, psycopg, matplotlib.backends.backend_agg",
    "training": "import bot.compose, keras, tf2onnx, distributed.cli.dask_worker, optuna",
}
JOBS = {"bot": (), "training": ("retrain",)}
UNWANTED = ("pytest", "mypy", "playwright", "ruff", "hypothesis", "arch", "sklearn")
PROGRAM = (
    "import importlib.util as u, os; {imports}; "
    "print(os.getuid(), [n for n in {unwanted!r} if u.find_spec(n)])"
)


class Daemon:
    """Docker or podman."""

    def __init__(self, name):
        self.name = name

    def build(self, target):
        image = f"tickercast-image-test:{target}"
        subprocess.run([self.name, "build", "--target", target, "-t", image, "."], check=True)
        return image

    def megabytes(self, image):
        return json.loads(output(self.name, "image", "inspect", image))[0]["Size"] / 1e6

    def command(self, image, *arguments, environment=None, volumes=()):
        told = [part for pair in (environment or {}).items() for part in ("-e", "=".join(pair))]
        mounts = [part for volume in volumes for part in ("-v", volume)]
        return [
            self.name, "run", "--rm", "--init", "--name", f"tickercast-image-test-{len(arguments)}", "--read-only", "--tmpfs", "/tmp", "--network", "host",
            *told, *mounts, "--entrypoint", "python", image, *arguments,
        ]  # fmt: skip

    def inside(self, _image, running, *arguments):
        return [self.name, "exec", running[running.index("--name") + 1], "python", *arguments]


class Buildah:
    """Buildah alone, which can run what it built, though not read-only."""

    name = "buildah"

    def build(self, target):
        image = f"tickercast-image-test:{target}"
        subprocess.run(
            ["buildah", "build", "--pull-never", "--layers", "--target", target, "-t", image, "."]
            if held("docker.io/library/python:3.11-slim")
            else ["buildah", "build", "--layers", "--target", target, "-t", image, "."],
            check=True,
        )
        return output("buildah", "from", "--pull-never", f"localhost/{image}").strip()

    def megabytes(self, container):
        image = output("buildah", "inspect", "--format", "{{.FromImageID}}", container).strip()
        found = json.loads(output("buildah", "images", "--json"))
        size = next(each["size"] for each in found if image.startswith(each["id"]))
        number, unit = size.split()
        return float(number) * {"MB": 1, "GB": 1000}[unit]

    def command(self, container, *arguments, environment=None, volumes=()):
        told = [part for pair in (environment or {}).items() for part in ("-e", "=".join(pair))]
        mounts = [part for volume in volumes for part in ("-v", volume)]
        return ["buildah", "run", *told, *mounts, container, "--", "python", *arguments]

    def inside(self, container, running, *arguments):
        told = running[2 : running.index(container)]
        return ["buildah", "run", *told, container, "--", "python", *arguments]


def held(image):
    """Whether buildah has an image already: one that cannot be fetched may have been made."""
    command = ["buildah", "inspect", "--type", "image", image]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def tool():
    """Return what builds images here, None where nothing does."""
    for name in ("docker", "podman"):
        if (
            shutil.which(name)
            and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0
        ):
            return Daemon(name)
    return Buildah() if shutil.which("buildah") else None


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check(builder, target):
    """Print a line for each thing that is looked at; return whether all is well."""
    image = builder.build(target)
    size = builder.megabytes(image)
    program = PROGRAM.format(imports=IMPORTS[target], unwanted=UNWANTED)
    user, found = output(*builder.command(image, "-c", program)).split(maxsplit=1)
    print(f"{target}: {size:.0f} MB (at most {MOST_MEGABYTES[target]})")
    print(f"{target}: runs as user {user}, tools of development inside: {found.strip()}")
    told, faults = asyncio.run(ask_everything(builder, image, JOBS[target]))
    for line in (*told, *(faults or ["every answer came"])):
        print(f"{target}: {line}")
    return (
        size <= MOST_MEGABYTES[target] and (user, found.strip()) == ("10001", "[]") and not faults
    )


def main():
    builder = tool()
    if builder is None:
        print("image-test: NOT RUN: neither Docker's daemon, podman nor buildah is at hand")
        return 0
    print(f"image-test: by {builder.name}")
    return 0 if all([check(builder, target) for target in MOST_MEGABYTES]) else 1


if __name__ == "__main__":
    sys.exit(main())
